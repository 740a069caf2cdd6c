/**
 * Poses as the state has them: a rotation vector (axis times radians), then a translation in
 * centimetres, six numbers; and unit quaternions [w, x, y, z], in which they can be averaged and
 * filtered. A face that looks into a camera is turned by about π, where rotation vectors jump.
 *
 * @typedef {Float32Array | number[]} Numbers
 */

/**
 * @param {Numbers} pose its first three numbers are the rotation vector
 * @returns {number[]} unit quaternion
 */
export function quaternionFromPose(pose) {
  const angle = Math.hypot(pose[0], pose[1], pose[2]);
  const scale = angle < 1e-6 ? 0.5 : Math.sin(angle / 2) / angle;
  return [Math.cos(angle / 2), pose[0] * scale, pose[1] * scale, pose[2] * scale];
}

/**
 * Inverse of {@link quaternionFromPose}; the angle is at most π.
 * @param {number[]} q unit quaternion
 * @returns {number[]} rotation vector
 */
export function vectorFromQuaternion(q) {
  const sign = q[0] < 0 ? -1 : 1;
  const sine = Math.hypot(q[1], q[2], q[3]);
  const scale = sine < 1e-7 ? 2 : (2 * Math.atan2(sine, sign * q[0])) / sine;
  return [sign * q[1] * scale, sign * q[2] * scale, sign * q[3] * scale];
}

/**
 * The turn b, then a.
 * @param {number[]} a
 * @param {number[]} b
 */
export function multiply(a, b) {
  return [
    a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3],
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ];
}

/** @param {number[]} q unit quaternion */
export function conjugate(q) {
  return [q[0], -q[1], -q[2], -q[3]];
}

/** @param {number[]} q any quaternion but zero */
export function normalised(q) {
  const length = Math.hypot(...q) || 1;
  return q.map((x) => x / length);
}

/**
 * @param {number[]} q unit quaternion
 * @param {Numbers} v
 * @returns {number[]} v turned by q
 */
export function rotate(q, v) {
  const [w, x, y, z] = q;
  const tx = 2 * (y * v[2] - z * v[1]);
  const ty = 2 * (z * v[0] - x * v[2]);
  const tz = 2 * (x * v[1] - y * v[0]);
  return [
    v[0] + w * tx + y * tz - z * ty,
    v[1] + w * ty + z * tx - x * tz,
    v[2] + w * tz + x * ty - y * tx,
  ];
}

/**
 * Of two quaternions for each turn, the one nearer to another.
 * @param {number[]} q
 * @param {number[]} other
 */
export function nearest(q, other) {
  const dot = q[0] * other[0] + q[1] * other[1] + q[2] * other[2] + q[3] * other[3];
  return dot < 0 ? q.map((x) => -x) : q;
}

/**
 * Pose c from a, given b from a's frame: `cFromA = cFromB · bFromA`.
 * @param {Numbers} cFromB
 * @param {Numbers} bFromA
 * @returns {number[]}
 */
export function composed(cFromB, bFromA) {
  const q = quaternionFromPose(cFromB);
  const moved = rotate(q, [bFromA[3], bFromA[4], bFromA[5]]);
  return [
    ...vectorFromQuaternion(multiply(q, quaternionFromPose(bFromA))),
    moved[0] + cFromB[3], moved[1] + cFromB[4], moved[2] + cFromB[5],
  ];
}

/**
 * @param {Numbers} bFromA
 * @returns {number[]} a from b
 */
export function inverted(bFromA) {
  const q = conjugate(quaternionFromPose(bFromA));
  const t = rotate(q, [bFromA[3], bFromA[4], bFromA[5]]);
  return [-bFromA[0], -bFromA[1], -bFromA[2], -t[0], -t[1], -t[2]];
}
