/**
 * Where somebody's scene stands so that people sit in its middle, on its floor. It is a guess from
 * where its points are, and can be corrected by hand.
 */

/** Points that are looked at. */
const most = 20_000;
/** Metres across: what is between is taken to be in metres, as formats say; else the second. */
const plausible = [2.5, 60], usual = 8;
/** Opacity from which on a splat counts. */
const solid = 64;
/** The share of the lowest points that may be strays, of the height in which a floor is looked for. */
const strays = 0.01, reach = 0.3;
/** Layers of that part. */
const layers = 32;

/**
 * @param {import("../../../view/scene-file.js").Scene} scene
 * @returns {number[]} x, y, z, turn, scale
 */
export function fitOf(scene) {
  const points = pointsOf(scene);
  if (points.length === 0) return [0, 0, 0, 0, 1];
  const [xs, ys, zs] = [0, 1, 2].map((k) => points.map((p) => p[k]).sort((a, b) => a - b));
  const at = (/** @type {number[]} */ values, /** @type {number} */ share) =>
    values[Math.round(share * (values.length - 1))];
  const across = Math.max(at(xs, 0.97) - at(xs, 0.03), at(zs, 0.97) - at(zs, 0.03));
  const isMetric = across >= plausible[0] && across <= plausible[1];
  const scale = isMetric || !(across > 0) ? 1 : usual / across;
  const middle = (/** @type {number[]} */ values) => (at(values, 0.03) + at(values, 0.97)) / 2;
  const place = [-middle(xs), -floorOf(ys, at), -middle(zs)].map((v) => v * scale);
  return [...place, 0, scale].map((v) => (Math.abs(v) < 1e-9 ? 0 : v));
}

/** The height at which most of the lowest points lie. */
function floorOf(/** @type {number[]} */ ys, /** @type {(v: number[], share: number) => number} */ at) {
  const low = at(ys, strays), height = reach * (at(ys, 0.99) - low);
  if (!(height > 0)) return low;
  const counts = new Array(layers).fill(0);
  for (const y of ys) {
    const layer = Math.floor(((y - low) / height) * layers);
    if (layer >= 0 && layer < layers) counts[layer] += 1;
  }
  const best = counts.indexOf(Math.max(...counts));
  const inside = ys.filter((y) => Math.floor(((y - low) / height) * layers) === best);
  return inside[inside.length >> 1] ?? low;
}

/** Some of a scene's points, evenly from all of it. @returns {number[][]} */
function pointsOf({ count, centers, colors, meshes }) {
  const total = meshes.reduce((sum, { positions }) => sum + positions.length / 3, count);
  const step = Math.max(1, Math.floor(total / most)), points = [];
  const take = (/** @type {ArrayLike<number>} */ from, /** @type {number} */ i) => {
    const point = [from[3 * i], from[3 * i + 1], from[3 * i + 2]];
    if (point.every(Number.isFinite)) points.push(point);
  };
  for (let i = 0; i < count; i += step) if (colors[4 * i + 3] >= solid) take(centers, i);
  for (const { positions } of meshes) {
    for (let i = 0; i < positions.length / 3; i += step) take(positions, i);
  }
  return points;
}
