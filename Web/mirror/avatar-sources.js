/** Where an avatar may come from: the address, a server's list, a file, or the last one used. */
import { keptAvatars } from "./kept-avatars.js";

/**
 * @typedef {object} AvatarSource
 * @property {string} name
 * @property {string} [url]
 * @property {Blob} [file]
 * @property {string} [id] of a kept file
 * @property {string} [portrait] address of a small picture
 */

const lastKey = "visavis.mirror.last";

/**
 * The name in an address: its last part without the ending.
 * @param {string} path
 */
export function nameFrom(path) {
  const last = path.split(/[?#]/)[0].split("/").filter(Boolean).pop() ?? "avatar";
  try {
    return decodeURIComponent(last).replace(/\.avatar$/i, "") || "avatar";
  } catch {
    return last;
  }
}

/**
 * What the address asks for, or null.
 * @param {string} search as in `location.search`
 * @param {string} base
 * @returns {AvatarSource | null}
 */
export function askedFor(search, base) {
  const wanted = new URLSearchParams(search).get("avatar");
  if (!wanted) return null;
  const url = new URL(wanted, base);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  return { url: url.href, name: nameFrom(url.pathname) };
}

/**
 * Avatars that a server offers; none where there is no such server.
 * @param {string} base
 * @returns {Promise<AvatarSource[]>}
 */
export async function listed(base) {
  try {
    const response = await fetch(new URL("api/avatars", base));
    if (!response.ok) return [];
    return sourcesFrom(await response.json(), base);
  } catch {
    return [];
  }
}

/**
 * What a server's answer (docs/http-api.md) names; entries without an address are left out.
 * @param {any} answer
 * @param {string} base
 * @returns {AvatarSource[]}
 */
export function sourcesFrom(answer, base) {
  if (!Array.isArray(answer?.avatars)) return [];
  return answer.avatars.flatMap((/** @type {any} */ each) => {
    const { avatar, portrait } = each?.links ?? {};
    if (typeof avatar !== "string") return [];
    return [{
      url: new URL(avatar, base).href,
      name: String(each.name ?? nameFrom(avatar)),
      portrait: typeof portrait === "string" ? new URL(portrait, base).href : undefined,
    }];
  });
}

/** @param {AvatarSource} source what is opened next time */
export function rememberLast({ url, name, id }) {
  try {
    localStorage.setItem(lastKey, JSON.stringify(url ? { url, name } : { id }));
  } catch {
    // Nothing is kept.
  }
}

/**
 * The one used last, if it can still be had.
 * @returns {Promise<AvatarSource | null>}
 */
export async function lastUsed() {
  let last = null;
  try {
    last = JSON.parse(localStorage.getItem(lastKey) ?? "null");
  } catch {
    return null;
  }
  if (typeof last?.url === "string") return { url: last.url, name: String(last.name) };
  if (typeof last?.id !== "string") return null;
  return (await keptAvatars()).find((each) => each.id === last.id) ?? null;
}
