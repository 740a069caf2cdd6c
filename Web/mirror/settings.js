/** What a person chose, kept in this browser for each avatar. */
import { regions } from "./channels.js";
import { gainRange, naturalExpressiveness } from "./expressiveness.js";

/** @typedef {import("./expressiveness.js").Expressiveness} Expressiveness */

/**
 * @typedef {object} MirrorSettings
 * @property {Expressiveness} expressiveness
 * @property {number} smoothing 0…1
 * @property {boolean} mirrored
 * @property {boolean} isMe the avatar is of the person before the camera, whose shape it knows
 */

/** @returns {MirrorSettings} */
export function standardSettings() {
  return { expressiveness: naturalExpressiveness(), smoothing: 0.2, mirrored: true, isMe: true };
}

/** Where an avatar's settings are kept. @param {string} avatar */
export const settingsKey = (avatar) => `visavis.mirror.${avatar}`;

/**
 * Reads what was saved for an avatar; what is missing or damaged is standard.
 * @param {string} avatar its identity
 * @param {Pick<Storage, "getItem">} [storage]
 * @returns {MirrorSettings}
 */
export function loadSettings(avatar, storage = localStorage) {
  let saved = null;
  try {
    saved = JSON.parse(storage.getItem(settingsKey(avatar)) ?? "null");
  } catch {
    // Damaged, or storage is forbidden here: standard settings serve.
  }
  return settingsFrom(saved);
}

/**
 * Inverse of {@link loadSettings}; says whether the browser keeps it.
 * @param {string} avatar
 * @param {MirrorSettings} settings
 * @param {Pick<Storage, "setItem">} [storage]
 */
export function saveSettings(avatar, settings, storage = localStorage) {
  const { gains, rest } = settings.expressiveness;
  try {
    storage.setItem(settingsKey(avatar), JSON.stringify({
      gains,
      rest: rest && { expression: rounded(rest.expression), head: rounded(rest.head) },
      smoothing: settings.smoothing,
      mirrored: settings.mirrored,
      isMe: settings.isMe,
    }));
    return true;
  } catch {
    return false;
  }
}

/**
 * Settings from any value at all.
 * @param {unknown} saved
 * @returns {MirrorSettings}
 */
export function settingsFrom(saved) {
  const settings = standardSettings();
  if (!saved || typeof saved !== "object") return settings;
  const { gains, rest, smoothing, mirrored, isMe } = /** @type {Record<string, any>} */ (saved);
  for (const region of regions) {
    const gain = gains?.[region];
    if (typeof gain === "number" && gain >= gainRange.least && gain <= gainRange.most) {
      settings.expressiveness.gains[region] = gain;
    }
  }
  const expression = numbers(rest?.expression, 52);
  const head = numbers(rest?.head, 6);
  if (expression && head) settings.expressiveness.rest = { expression, head };
  if (typeof smoothing === "number" && smoothing >= 0 && smoothing <= 1) {
    settings.smoothing = smoothing;
  }
  if (typeof mirrored === "boolean") settings.mirrored = mirrored;
  if (typeof isMe === "boolean") settings.isMe = isMe;
  return settings;
}

/** @param {Float32Array} values */
function rounded(values) {
  return Array.from(values, (x) => Number(x.toFixed(5)));
}

/**
 * @param {unknown} values
 * @param {number} count
 */
function numbers(values, count) {
  const whole = Array.isArray(values) && values.length === count
    && values.every((x) => typeof x === "number" && Math.abs(x) < 1e4);
  return whole ? Float32Array.from(values) : null;
}
