/** The 52 expression coefficients by name, and the regions of a face they belong to. */

/** ARKit's names in ARKit's order, as every state and stream has them. */
export const channelNames = Object.freeze([
  "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft",
  "eyeSquintLeft", "eyeWideLeft",
  "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
  "eyeSquintRight", "eyeWideRight",
  "jawForward", "jawLeft", "jawRight", "jawOpen",
  "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
  "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
  "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
  "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
  "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight",
  "mouthUpperUpLeft", "mouthUpperUpRight",
  "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
  "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
  "noseSneerLeft", "noseSneerRight",
  "tongueOut",
]);

/** Index of a channel in a state's `expression`. */
export const channel = Object.freeze(
  Object.fromEntries(channelNames.map((name, index) => [name, index])),
);

/** @typedef {"brows" | "eyes" | "cheeks" | "mouth" | "jaw" | "head"} Region */

/** The regions that can be tuned, from the top of the face down. The head is a pose. */
export const regions = Object.freeze(
  /** @type {Region[]} */ (["brows", "eyes", "cheeks", "mouth", "jaw", "head"]),
);

/**
 * Which region tunes a channel; null for the lids' part in looking around, which belongs to the
 * gaze.
 * @param {string} name
 * @returns {Region | null}
 */
export function regionOf(name) {
  if (name.startsWith("eyeLook")) return null;
  if (name.startsWith("brow")) return "brows";
  if (name.startsWith("eye")) return "eyes";
  if (name.startsWith("cheek") || name.startsWith("nose")) return "cheeks";
  // Closed lips below an open jaw: it opens and closes with the jaw.
  if (name.startsWith("jaw") || name === "mouthClose") return "jaw";
  return "mouth";
}

/** The region of each channel by its index. */
export const regionOfChannel = Object.freeze(channelNames.map(regionOf));
