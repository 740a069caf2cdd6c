/** A headset's head as an avatar's: what the others see of who wears one. */
import { composed, rotate, quaternionFromPose, vectorFromQuaternion } from "../mirror/rotation.js";

/**
 * The head's pose, camera from head, of who wears a headset at a place of the room.
 *
 * @param {ArrayLike<number>} worldFromHead 4 × 4 by columns, metres: x right, y up, −z ahead; the
 *   point between the eyes
 * @param {{eye: ArrayLike<number>, yaw: number}} place where the eyes rest, and where they look
 * @param {ArrayLike<number>} reference where the avatar's head rests, camera from head
 * @param {ArrayLike<number>} eyes between the eyes, in the avatar's head, centimetres
 * @returns {Float32Array} rotation vector and centimetres
 */
export function headFromHeadset(worldFromHead, { eye, yaw }, reference, eyes) {
  const m = worldFromHead, c = Math.cos(yaw), s = Math.sin(yaw);
  // Into the place's own directions: right, up, back.
  const local = (/** @type {number[]} */ [x, y, z]) => [c * x - s * z, y, s * x + c * z];
  const columns = [0, 4, 8].map((k) => local([m[k], m[k + 1], m[k + 2]]));
  const moved = local([m[12] - eye[0], m[13] - eye[1], m[14] - eye[2]]);
  // The head's own frame has x to the left and z ahead.
  const sign = [-1, 1, -1];
  const turn = vectorFromQuaternion(quaternionOf(
    columns.map((column, k) => column.map((v, r) => v * sign[r] * sign[k]))));
  const shift = moved.map((v, r) => 100 * sign[r] * v);
  // It is the eyes that moved so, not the origin of the head's frame.
  const turned = rotate(quaternionFromPose([...turn, 0, 0, 0]), [eyes[0], eyes[1], eyes[2]]);
  const origin = shift.map((v, r) => v + eyes[r] - turned[r]);
  return Float32Array.from(composed(Array.from(reference), [...turn, ...origin]));
}

/** @param {number[][]} columns of a rotation @returns {number[]} unit quaternion (Shepperd's method) */
function quaternionOf([[a, b, c], [d, e, f], [g, h, i]]) {
  const trace = a + e + i;
  if (trace > 0) {
    const s = 2 * Math.sqrt(1 + trace);
    return [s / 4, (f - h) / s, (g - c) / s, (b - d) / s];
  }
  if (a > e && a > i) {
    const s = 2 * Math.sqrt(1 + a - e - i);
    return [(f - h) / s, s / 4, (d + b) / s, (g + c) / s];
  }
  if (e > i) {
    const s = 2 * Math.sqrt(1 + e - a - i);
    return [(g - c) / s, (d + b) / s, s / 4, (h + f) / s];
  }
  const s = 2 * Math.sqrt(1 + i - a - e);
  return [(b - d) / s, (g + c) / s, (h + f) / s, s / 4];
}
