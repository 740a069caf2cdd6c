/**
 * How much of what a face does its avatar shows: by region, below and above natural.
 *
 * A gain g of a coefficient e in 0…1 gives g · e below natural. Above, g · e / (1 + (g − 1) · e): g
 * times as much of a small movement, never more than one, so that no coefficient leaves the range
 * that the rig was made for and no order of two expressions is reversed. Closed eyes stay closed at
 * any gain. The head's turn from rest, as the torso sees it, is multiplied and stops at
 * `mostHeadTurn`.
 */
import { channel, regionOfChannel, regions } from "./channels.js";
import {
  composed, conjugate, inverted, multiply, quaternionFromPose, rotate, vectorFromQuaternion,
} from "./rotation.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./channels.js").Region} Region */

/**
 * A person's face at rest, as the tracker sees it.
 * @typedef {object} Rest
 * @property {Float32Array} expression 52 coefficients
 * @property {Float32Array} head torso from head, a pose
 */

/**
 * @typedef {object} Expressiveness
 * @property {Record<Region, number>} gains 0…2; 1 is natural
 * @property {Rest | null} rest what is shown as rest; null takes the tracker's word
 */

/** Gains lie between none and twice. */
export const gainRange = Object.freeze({ least: 0, most: 2 });

/** Radians that a multiplied head turns from its rest, at most: 50 degrees. */
export const mostHeadTurn = (50 / 180) * Math.PI;

/** Of a resting coefficient, what is taken for rest at most. */
const mostRest = 0.5;

const blinks = [channel.eyeBlinkLeft, channel.eyeBlinkRight];

/**
 * Nothing changed.
 * @returns {Expressiveness}
 */
export function naturalExpressiveness() {
  const gains = /** @type {Record<Region, number>} */ ({});
  for (const region of regions) gains[region] = 1;
  return { gains, rest: null };
}

/**
 * One coefficient at one gain; rises with `value` at each gain above 0, and is in 0…1.
 * @param {number} value 0…1
 * @param {number} gain 0…2
 */
export function scaled(value, gain) {
  return gain <= 1 ? gain * value : (gain * value) / (1 + (gain - 1) * value);
}

/**
 * A blink: scaled while the lids are half open, whole when the eye is shut.
 * @param {number} value 0…1
 * @param {number} gain 0…2
 */
export function scaledBlink(value, gain) {
  if (gain >= 1) return scaled(value, gain);
  const shut = Math.min(Math.max((value - 0.4) / 0.4, 0), 1);
  const share = shut * shut * (3 - 2 * shut);
  return value * (gain + (1 - gain) * share);
}

/**
 * The state that a person shows: theirs, from their own rest, with each region's gain.
 *
 * Pure: the same state and settings give the same answer, and neither is changed. At natural gains
 * without a rest the answer equals the state.
 *
 * @param {State} state
 * @param {Expressiveness} settings
 * @returns {State}
 */
export function expressiveState(state, settings) {
  return {
    time: state.time,
    expression: expressiveCoefficients(state.expression, settings),
    head: expressiveHead(state, settings),
    torso: state.torso,
    gaze: state.gaze,
    correction: state.correction,
  };
}

/**
 * @param {Float32Array} expression
 * @param {Expressiveness} settings
 */
function expressiveCoefficients(expression, { gains, rest }) {
  const result = new Float32Array(expression.length);
  for (let index = 0; index < expression.length; index += 1) {
    const region = regionOfChannel[index];
    let value = Math.min(Math.max(expression[index], 0), 1);
    if (region) {
      if (rest) value = fromRest(value, rest.expression[index]);
      const gain = clampedGain(gains[region]);
      value = blinks.includes(index) ? scaledBlink(value, gain) : scaled(value, gain);
    }
    result[index] = value;
  }
  // Lips close over an open jaw, never further than it is open.
  const { mouthClose, jawOpen } = channel;
  if (expression[mouthClose] <= expression[jawOpen]) {
    result[mouthClose] = Math.min(result[mouthClose], result[jawOpen]);
  }
  return result;
}

/**
 * What is above rest, stretched so that the whole range can still be reached.
 * @param {number} value
 * @param {number} rest
 */
function fromRest(value, rest) {
  const floor = Math.min(Math.max(rest, 0), mostRest);
  return value <= floor ? 0 : (value - floor) / (1 - floor);
}

/**
 * @param {State} state
 * @param {Expressiveness} settings
 * @returns {Float32Array}
 */
function expressiveHead(state, { gains, rest }) {
  const gain = clampedGain(gains.head);
  if (gain === 1) return state.head;
  const restPose = rest ? rest.head : [0, 0, 0, 0, 0, 0];
  const torsoFromHead = composed(inverted(state.torso), state.head);
  const q = quaternionFromPose(restPose);
  const turn = vectorFromQuaternion(multiply(conjugate(q), quaternionFromPose(torsoFromHead)));
  const angle = Math.hypot(...turn);
  const limit = Math.max(angle, mostHeadTurn);
  const factor = angle < 1e-6 ? gain : Math.min(gain, limit / angle);
  const shift = [3, 4, 5].map((i) => torsoFromHead[i] - restPose[i]);
  const local = rotate(conjugate(q), shift).map((x) => x * factor);
  const scaledTurn = [...turn.map((x) => x * factor), ...local];
  return Float32Array.from(composed(state.torso, composed(restPose, scaledTurn)));
}

/** @param {number} gain */
function clampedGain(gain) {
  if (!Number.isFinite(gain)) return 1;
  return Math.min(Math.max(gain, gainRange.least), gainRange.most);
}
