/** Where an avatar may come from: the address, a server's list, a file, or the last one used. */
import { keptAvatars } from "./kept-avatars.js";

/**
 * @typedef {object} AvatarSource
 * @property {string} name
 * @property {string} [url]
 * @property {Blob} [file]
 * @property {string} [id] of a kept file
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
    const answer = await response.json();
    const avatars = Array.isArray(answer) ? answer : answer.avatars;
    return avatars
      .filter((/** @type {any} */ each) => typeof each?.url === "string")
      .map((/** @type {any} */ each) => ({
        url: new URL(each.url, base).href,
        name: String(each.name ?? nameFrom(each.url)),
      }));
  } catch {
    return [];
  }
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
