/**
 * What an avatar does at one moment, as workers and streams have it.
 *
 * @typedef {object} State
 * @property {number} time seconds
 * @property {Float32Array} expression 52 coefficients, 0…1, in the order of `channelNames`
 * @property {Float32Array} head camera from head: rotation vector, translation in centimetres
 * @property {Float32Array} torso camera from torso, likewise
 * @property {Float32Array} gaze left yaw, left pitch, right yaw, right pitch, radians
 * @property {Float32Array | null} correction added to the avatar's code
 */

/**
 * A resting face half a metre before the camera, or where an avatar stood.
 * @param {Float32Array | number[]} [reference] camera from head
 * @param {Float32Array | number[]} [gaze] where the eyes rest
 * @returns {State}
 */
export function restingState(reference = [Math.PI, 0, 0, 0, 0, 50], gaze = [0, 0, 0, 0]) {
  return {
    time: 0,
    expression: new Float32Array(52),
    head: Float32Array.from(reference),
    torso: Float32Array.from(reference),
    gaze: Float32Array.from(gaze),
    correction: null,
  };
}

/**
 * @param {State} state
 * @returns {State} one that shares nothing with it
 */
export function copyOf(state) {
  return {
    time: state.time,
    expression: state.expression.slice(),
    head: state.head.slice(),
    torso: state.torso.slice(),
    gaze: state.gaze.slice(),
    correction: state.correction ? state.correction.slice() : null,
  };
}
