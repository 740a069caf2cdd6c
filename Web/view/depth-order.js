/** Orders splats far to near: a counting sort over 65,536 depths. */

const buckets = 1 << 16;

/**
 * By how far they lie along a view: as it must be sorted again whenever the eye turns, this is for one
 * who looks at a scene from outside.
 * @param {Float32Array} centers 3 a splat
 * @param {number[]} eye
 * @param {number[]} forward where the eye looks, unit length
 * @param {Uint32Array} order filled with every splat once, far to near
 */
export function orderByDepth(centers, eye, forward, order) {
  const depths = new Float32Array(order.length);
  for (let i = 0; i < depths.length; i += 1) {
    depths[i] = (centers[3 * i] - eye[0]) * forward[0] + (centers[3 * i + 1] - eye[1]) * forward[1] +
      (centers[3 * i + 2] - eye[2]) * forward[2];
  }
  sort(depths, order);
}

/**
 * By how far they are: the same wherever the eye looks, for one who sits in the middle.
 * @param {Float32Array} centers 3 a splat
 * @param {number[]} eye
 * @param {Uint32Array} order filled with every splat once, far to near
 */
export function orderByDistance(centers, eye, order) {
  const depths = new Float32Array(order.length);
  for (let i = 0; i < depths.length; i += 1) {
    // Steps of the logarithm: those nearby are the finest.
    depths[i] = Math.log(1e-12 + (centers[3 * i] - eye[0]) ** 2 + (centers[3 * i + 1] - eye[1]) ** 2 +
      (centers[3 * i + 2] - eye[2]) ** 2);
  }
  sort(depths, order);
}

/** @param {Float32Array} depths @param {Uint32Array} order */
function sort(depths, order) {
  const count = order.length;
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < count; i += 1) {
    const depth = depths[i];
    if (!(Math.abs(depth) < Infinity)) continue;
    if (depth < least) least = depth;
    if (depth > most) most = depth;
  }
  const scale = most > least ? (buckets - 1) / (most - least) : 0;
  const starts = new Uint32Array(buckets + 1), keys = new Uint16Array(count);
  for (let i = 0; i < count; i += 1) {
    // The farthest first; what is no number goes last.
    const key = Math.floor((most - depths[i]) * scale);
    keys[i] = key >= 0 ? key : buckets - 1;
    starts[keys[i] + 1] += 1;
  }
  for (let k = 0; k < buckets; k += 1) starts[k + 1] += starts[k];
  for (let i = 0; i < count; i += 1) order[starts[keys[i]]++] = i;
}
