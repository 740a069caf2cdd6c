/** Points and directions as arrays of three numbers. World: metres, y up. */

/** @typedef {[number, number, number]} Vector */

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {Vector} */
export const plus = (a, b) => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {Vector} */
export const minus = (a, b) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];

/** @param {ArrayLike<number>} a @param {number} factor @returns {Vector} */
export const times = (a, factor) => [a[0] * factor, a[1] * factor, a[2] * factor];

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b @returns {Vector} */
export const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0],
];

/** @param {ArrayLike<number>} a */
export const lengthOf = (a) => Math.hypot(a[0], a[1], a[2]);

/** @param {ArrayLike<number>} a @param {ArrayLike<number>} b */
export const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

/** Of length 1; zero stays zero. @param {ArrayLike<number>} a @returns {Vector} */
export const normalised = (a) => times(a, 1 / (lengthOf(a) || 1));

/** @param {number} x @param {number} low @param {number} high */
export const clamp = (x, low, high) => Math.min(high, Math.max(low, x));

/** From 0 to 1 between two edges, with level ends. */
export const smoothstep = (low, high, x) => {
  const t = clamp((x - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
};

/** The same angle within −π…π. @param {number} angle */
export const wrapped = (angle) => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/**
 * Where somebody looks whose yaw this is: 0 is −z, and it grows to the left.
 * @param {number} yaw radians
 * @param {number} [pitch] upwards
 * @returns {Vector}
 */
export const forwardOf = (yaw, pitch = 0) => [
  -Math.sin(yaw) * Math.cos(pitch), Math.sin(pitch), -Math.cos(yaw) * Math.cos(pitch),
];

/**
 * Turned by a rotation vector (Rodrigues' formula).
 * @param {ArrayLike<number>} rotation axis times radians
 * @param {ArrayLike<number>} v
 * @returns {Vector}
 */
export function turned(rotation, v) {
  const angle = Math.hypot(rotation[0], rotation[1], rotation[2]);
  if (angle < 1e-9) return [v[0], v[1], v[2]];
  const axis = times(rotation, 1 / angle);
  const c = Math.cos(angle), s = Math.sin(angle), along = dot(axis, v) * (1 - c);
  const side = cross(axis, v);
  return [0, 1, 2].map((i) => v[i] * c + side[i] * s + axis[i] * along);
}

/**
 * A pose applied to a point.
 * @param {ArrayLike<number>} pose rotation vector, then a shift
 * @param {ArrayLike<number>} point
 */
export const moved = (pose, point) => plus(turned(pose, point), [pose[3], pose[4], pose[5]]);
