/** Begins to open the first avatar before the rest of the page is there: it takes longest. */
import { RemoteAvatar } from "../core/avatar.js";
import { askedFor, lastUsed, listed } from "./avatar-sources.js";

/** @typedef {import("./avatar-sources.js").AvatarSource} AvatarSource */

/**
 * An avatar on its way.
 * @typedef {object} Opening
 * @property {Promise<any>} avatar a `RemoteAvatar`
 * @property {(progress: {received: number, total: number, stage: number}) => void} onprogress
 *   may be set
 */

/**
 * @param {AvatarSource} source
 * @returns {Opening}
 */
export function open(source) {
  /** @type {Opening} */
  const opening = { avatar: Promise.resolve(), onprogress() {} };
  opening.avatar = RemoteAvatar.open(source.file ?? source.url, {
    onProgress: (/** @type {any} */ progress) => opening.onprogress(progress),
  });
  // Whoever awaits it hears of a failure.
  opening.avatar.catch(() => {});
  return opening;
}

/**
 * The avatar that the address asks for, else the last one used, else a server's first one.
 * @param {string} base
 * @returns {Promise<{source: AvatarSource, opening: Opening} | null>}
 */
export async function openFirst(base) {
  const source = askedFor(location.search, base) ?? await lastUsed() ?? (await listed(base))[0];
  return source ? { source, opening: open(source) } : null;
}
