/**
 * The order in which the splats of several avatars are drawn.
 *
 * Each avatar comes sorted, far to near. Avatars that cannot hide each other are drawn one after
 * the other, far to near by their middles. Those that reach into each other (their spheres overlap
 * in distance and in direction, as seen from the eye) are merged, splat by splat, by distance: the
 * order between any two avatars' splats is then as right as each avatar's own. What surrounds the eye
 * would be merged with all at every step, so it is cut where they stand.
 */

import { inverse, transform } from "./matrices.js";

/**
 * An avatar to draw.
 * @typedef {object} Placed
 * @property {number} mark ORed to every index
 * @property {number} first the index of its splat 0
 * @property {import("./splat-layer.js").SplatLayer} layer
 */

/**
 * Groups of avatars to draw in this order; those of one group are to be merged.
 * @param {Placed[]} placed
 * @param {ArrayLike<number>} eye in the world
 * @returns {Placed[][]}
 */
export function arrange(placed, eye) {
  /** A group as a range of distances and a cone of directions. */
  let groups = placed.map((item) => {
    const { layer } = item, m = layer.worldFromCamera;
    const middle = transform(m, layer.middle);
    const radius = layer.radius * Math.cbrt(Math.abs(determinant(m)));
    const to = [middle[0] - eye[0], middle[1] - eye[1], middle[2] - eye[2]];
    const distance = Math.hypot(...to) || 1e-6;
    return {
      items: [item], nearest: distance - radius, farthest: distance + radius, distance,
      cones: [{
        axis: to.map((v) => v / distance),
        angle: radius < distance ? Math.asin(radius / distance) : Math.PI,
      }],
    };
  });
  // Merging widens a group, so look again until nothing more touches.
  for (let changed = true; changed;) {
    changed = false;
    search: for (let i = 0; i < groups.length; i++) {
      for (let j = i + 1; j < groups.length; j++) {
        const a = groups[i], b = groups[j];
        if (a.nearest > b.farthest || b.nearest > a.farthest || !share(a.cones, b.cones)) continue;
        groups[i] = {
          items: [...a.items, ...b.items], nearest: Math.min(a.nearest, b.nearest),
          farthest: Math.max(a.farthest, b.farthest),
          distance: Math.max(a.distance, b.distance), cones: [...a.cones, ...b.cones],
        };
        groups.splice(j, 1);
        changed = true;
        break search;
      }
    }
  }
  groups.sort((a, b) => b.distance - a.distance);
  return groups.map((group) => group.items);
}

const share = (a, b) => a.some((p) => b.some((q) => {
  const cosine = p.axis[0] * q.axis[0] + p.axis[1] * q.axis[1] + p.axis[2] * q.axis[2];
  return Math.acos(Math.min(1, Math.max(-1, cosine))) < p.angle + q.angle;
}));

const determinant = ([a, b, c, , d, e, f, , g, h, i]) =>
  a * (e * i - f * h) + d * (h * c - b * i) + g * (b * f - e * c);

/**
 * Writes the splats of one group, far to near.
 * @param {Placed[]} group
 * @param {ArrayLike<number>} eye in the world
 * @param {Uint32Array} into
 * @param {number} at where to begin
 * @returns {number} where the next group begins
 */
export function writeOrder(group, eye, into, at) {
  if (group.length > 1) return merge(group, eye, into, at);
  const [{ layer: { order, count }, first, mark }] = group;
  for (let i = 0; i < count; i++) into[at + i] = (order[i] + first) | mark;
  return at + count;
}

/**
 * Writes the splats of all, with those that surround the eye: what lies behind a group's middle
 * before it, and what lies nearer after it.
 * @param {Placed[]} around one by one, the last one between the groups
 * @param {Placed[][]} groups far to near
 * @param {ArrayLike<number>} eye in the world
 * @param {Uint32Array} into
 * @returns {number} how many were written
 */
export function writeWithin(around, groups, eye, into) {
  let at = 0;
  const last = around.at(-1);
  for (const each of around.slice(0, -1)) at = writeOrder([each], eye, into, at);
  if (!last) {
    for (const group of groups) at = writeOrder(group, eye, into, at);
    return at;
  }
  const { layer: { worldFromCamera: m, centers, order, count }, first, mark } = last;
  const near = transform(inverse(m), eye), scale = Math.cbrt(Math.abs(determinant(m))) || 1;
  let next = 0;
  const writeTo = (/** @type {number} */ end) => {
    for (; next < end; next += 1) into[at++] = (order[next] + first) | mark;
  };
  for (const group of groups) {
    const away = Math.max(...group.map(({ layer }) => {
      const middle = transform(layer.worldFromCamera, layer.middle);
      return Math.hypot(middle[0] - eye[0], middle[1] - eye[1], middle[2] - eye[2]);
    })) / scale;
    // The first splat that is not farther.
    let low = next, high = count;
    while (low < high) {
      const k = (low + high) >> 1, i = 3 * order[k];
      const far = Math.hypot(centers[i] - near[0], centers[i + 1] - near[1], centers[i + 2] - near[2]);
      if (far > away) low = k + 1;
      else high = k;
    }
    writeTo(low);
    at = writeOrder(group, eye, into, at);
  }
  writeTo(count);
  return at;
}

/** Always takes the farthest of the avatars' next splats. */
function merge(group, eye, into, at) {
  const lists = group.filter(({ layer }) => layer.count > 0).map(({ layer, first, mark }) => {
    const m = layer.worldFromCamera;
    const near = transform(inverse(m), eye);
    const scale = Math.cbrt(Math.abs(determinant(m))) ** 2;
    const { order, centers, count } = layer;
    const { distances } = layer;
    for (let i = 0; i < count; i++) {
      const k = 3 * order[i];
      const x = centers[k] - near[0], y = centers[k + 1] - near[1], z = centers[k + 2] - near[2];
      distances[i] = scale * (x * x + y * y + z * z);
    }
    return { order, first, mark, distances, count, next: 0 };
  });
  while (lists.length > 1) {
    let best = lists[0], rival = -1;
    for (const list of lists) {
      if (list.distances[list.next] > best.distances[best.next]) best = list;
    }
    for (const list of lists) {
      if (list !== best) rival = Math.max(rival, list.distances[list.next]);
    }
    // A run of one avatar's splats, at least one.
    const { order, first, mark, distances, count } = best;
    let i = best.next;
    do into[at++] = (order[i] + first) | mark;
    while (++i < count && distances[i] >= rival);
    best.next = i;
    if (i === count) lists.splice(lists.indexOf(best), 1);
  }
  for (const { order, first, mark, count, next } of lists) {
    for (let i = next; i < count; i++) into[at++] = (order[i] + first) | mark;
  }
  return at;
}
