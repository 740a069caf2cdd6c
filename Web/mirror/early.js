/** Begins to open the first avatar before the rest of the page is there: it takes longest. */
import { RemoteAvatar } from "../core/avatar.js";
import { askedFor, lastUsed, listed } from "./avatar-sources.js";

/** @typedef {import("./avatar-sources.js").AvatarSource} AvatarSource */

/** Milliseconds that a worker is waited for. */
const patience = 400;

/**
 * An avatar on its way.
 * @typedef {object} Opening
 * @property {Promise<any>} avatar a `RemoteAvatar`
 * @property {Promise<void>} started its worker runs
 * @property {(progress: {received: number, total: number, stage: number}) => void} onprogress
 *   may be set
 */

/**
 * @param {AvatarSource} source
 * @returns {Opening}
 */
export function open(source) {
  /** @type {Opening} */
  const opening = { avatar: Promise.resolve(), started: Promise.resolve(), onprogress() {} };
  opening.started = new Promise((resolve) => {
    opening.avatar = RemoteAvatar.open(source.file ?? source.url, {
      onProgress: (/** @type {any} */ progress) => opening.onprogress(progress),
      onStart: resolve,
    });
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

/**
 * Resolves when the first avatar's worker runs, or there is none, or it takes too long. What holds
 * the page's thread for long should wait for that: workers start there.
 * @param {ReturnType<typeof openFirst>} first
 */
export function whenStarted(first) {
  const late = new Promise((resolve) => { setTimeout(resolve, patience); });
  return Promise.race([late, first.then((found) => found?.opening.started)]);
}
