/** Named ways to be expressive. Gains by region; 1 is natural. */

/** @typedef {import("./channels.js").Region} Region */

/** @type {ReadonlyArray<{name: string, words: string, gains: Record<Region, number>}>} */
export const presets = Object.freeze([
  {
    name: "Still", words: "hardly moves",
    gains: { brows: 0.3, eyes: 0.6, cheeks: 0.3, mouth: 0.45, jaw: 0.7, head: 0.4 },
  },
  {
    name: "Calm", words: "a little less than you",
    gains: { brows: 0.7, eyes: 0.9, cheeks: 0.75, mouth: 0.75, jaw: 0.85, head: 0.7 },
  },
  {
    name: "Natural", words: "as you are",
    gains: { brows: 1, eyes: 1, cheeks: 1, mouth: 1, jaw: 1, head: 1 },
  },
  {
    name: "Lively", words: "a little more than you",
    gains: { brows: 1.4, eyes: 1.15, cheeks: 1.35, mouth: 1.35, jaw: 1.15, head: 1.15 },
  },
  {
    name: "Stage", words: "seen from the last row",
    gains: { brows: 1.9, eyes: 1.4, cheeks: 1.8, mouth: 1.8, jaw: 1.4, head: 1.35 },
  },
]);

/**
 * The preset with exactly these gains.
 * @param {Record<Region, number>} gains
 */
export function presetOf(gains) {
  return presets.find(
    (preset) => Object.entries(preset.gains).every(
      ([region, gain]) => Math.abs(gains[/** @type {Region} */ (region)] - gain) < 0.005,
    ),
  ) ?? null;
}
