/** What a person chose for rooms, kept in this browser. */

const key = "visavis.room";

/** Metres at which others fade out, to choose from. */
export const boundaries = [0, 0.6, 1.2];

/** @typedef {{name: string, isMono: boolean, boundary: number, camera: string | null, microphone: string | null}} Preferences */

/** @returns {Preferences} */
export function loadPreferences(/** @type {Pick<Storage, "getItem">} */ storage = localStorage) {
  let saved = null;
  try {
    saved = JSON.parse(storage.getItem(key) ?? "null");
  } catch {
    // Damaged, or storage is forbidden here.
  }
  const text = (/** @type {any} */ value) => typeof value === "string" ? value : null;
  return {
    name: text(saved?.name)?.slice(0, 60) ?? "", isMono: saved?.isMono === true,
    boundary: boundaries.includes(saved?.boundary) ? saved.boundary : 0.6,
    camera: text(saved?.camera), microphone: text(saved?.microphone),
  };
}

/** @param {Preferences} preferences */
export function savePreferences(
  preferences, /** @type {Pick<Storage, "setItem">} */ storage = localStorage) {
  try {
    storage.setItem(key, JSON.stringify(preferences));
  } catch {
    // Nothing is kept.
  }
}
