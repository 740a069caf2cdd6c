/**
 * Soft shapes: solids given by their distance, melted into each other, and the mesh of their
 * surface.
 *
 * A solid is a function of x, y, z: how far away its surface is, below 0 inside, metres. Where
 * that is only roughly the distance (squeezed spheres), meshes come out right all the same.
 *
 * @typedef {(x: number, y: number, z: number) => number} Solid
 */

/** @param {number[]} center @param {number[]} radii @returns {Solid} */
export const ball = ([cx, cy, cz], radii) => {
  const [rx, ry, rz] = Array.isArray(radii) ? radii : [radii, radii, radii];
  return (x, y, z) => {
    const a = (x - cx) / rx, b = (y - cy) / ry, c = (z - cz) / rz;
    const k = Math.sqrt(a * a + b * b + c * c);
    if (k < 1e-6) return -Math.min(rx, ry, rz);
    // To first order, by the length of the gradient.
    return (k * (k - 1)) / Math.sqrt((a / rx) ** 2 + (b / ry) ** 2 + (c / rz) ** 2);
  };
};

/** A limb: thick at one end and thin at the other. @returns {Solid} */
export const limb = ([ax, ay, az], [bx, by, bz], first, last = first) => {
  const dx = bx - ax, dy = by - ay, dz = bz - az, square = dx * dx + dy * dy + dz * dz || 1;
  return (x, y, z) => {
    const t = Math.min(1, Math.max(
      0, ((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / square));
    return Math.hypot(x - ax - t * dx, y - ay - t * dy, z - az - t * dz) -
      (first + t * (last - first));
  };
};

/** @param {number[]} center @param {number[]} size @param {number} round @returns {Solid} */
export const box = ([cx, cy, cz], [sx, sy, sz], round = 0.02) => {
  const r = Math.min(round, sx / 2, sy / 2, sz / 2);
  return (x, y, z) => {
    const a = Math.abs(x - cx) - sx / 2 + r, b = Math.abs(y - cy) - sy / 2 + r;
    const c = Math.abs(z - cz) - sz / 2 + r;
    return Math.hypot(Math.max(a, 0), Math.max(b, 0), Math.max(c, 0)) +
      Math.min(Math.max(a, b, c), 0) - r;
  };
};

/** Turned about an axis through a point: 0 x, 1 y, 2 z. @returns {Solid} */
export const tilted = (solid, [cx, cy, cz], axis, angle) => {
  const c = Math.cos(angle), s = Math.sin(angle);
  return (x, y, z) => {
    const p = [x - cx, y - cy, z - cz], q = (axis + 1) % 3, r = (axis + 2) % 3;
    const u = c * p[q] + s * p[r], v = c * p[r] - s * p[q];
    p[q] = u;
    p[r] = v;
    return solid(p[0] + cx, p[1] + cy, p[2] + cz);
  };
};

/** Solids that melt into each other over some metres. @returns {Solid} */
export const melted = (over, ...solids) => (x, y, z) => {
  let d = solids[0](x, y, z);
  for (let i = 1; i < solids.length; i += 1) {
    const e = solids[i](x, y, z), h = Math.max(over - Math.abs(d - e), 0) / (over || 1);
    d = Math.min(d, e) - (h * h * over) / 4;
  }
  return d;
};

/** Both sides of x = 0 alike. @returns {Solid} */
export const mirrored = (solid) => (x, y, z) => solid(Math.abs(x), y, z);

/**
 * A solid's surface.
 * @typedef {object} Sculpture
 * @property {Float32Array} positions
 * @property {Float32Array} normals
 * @property {Uint16Array | Uint32Array} indices
 * @property {Float32Array} open how much of the sky around each vertex is free, 0…1
 */

/**
 * Meshes a solid: one vertex in each cell that the surface passes (Gibson, "Constrained elastic
 * surface nets", 1998), drawn onto the surface.
 * @param {Solid} solid
 * @param {[number[], number[]]} bounds its corners
 * @param {number} cell metres
 * @returns {Sculpture}
 */
export function sculpt(solid, [low, high], cell) {
  const n = low.map((v, i) => Math.ceil((high[i] - v) / cell) + 2);
  const start = low.map((v) => v - cell / 2), across = n[0] + 1, level = across * (n[1] + 1);
  const samples = new Float32Array(level * (n[2] + 1));
  for (let k = 0, at = 0; k <= n[2]; k += 1) {
    for (let j = 0; j <= n[1]; j += 1) {
      for (let i = 0; i <= n[0]; i += 1, at += 1) {
        samples[at] = solid(start[0] + i * cell, start[1] + j * cell, start[2] + k * cell);
      }
    }
  }
  const positions = [], normals = [], open = [], indices = [];
  const vertexOf = new Int32Array(samples.length).fill(-1);
  for (let k = 0; k < n[2]; k += 1) {
    for (let j = 0; j < n[1]; j += 1) {
      for (let i = 0; i < n[0]; i += 1) {
        const at = i + j * across + k * level;
        const point = crossing(samples, at, across, level);
        if (!point) continue;
        const p = point.map((v, axis) => start[axis] + ([i, j, k][axis] + v) * cell);
        vertexOf[at] = positions.length / 3;
        const normal = settle(solid, p, cell);
        positions.push(...p);
        normals.push(...normal);
        open.push(openness(solid, p, normal));
      }
    }
  }
  const steps = [1, across, level];
  for (let k = 1; k < n[2]; k += 1) {
    for (let j = 1; j < n[1]; j += 1) {
      for (let i = 1; i < n[0]; i += 1) {
        const at = i + j * across + k * level;
        for (let axis = 0; axis < 3; axis += 1) {
          const inside = samples[at] < 0;
          if (inside === samples[at + steps[axis]] < 0) continue;
          // The four cells around an edge that the surface crosses.
          const u = steps[(axis + 1) % 3], v = steps[(axis + 2) % 3];
          const a = vertexOf[at], b = vertexOf[at - u], c = vertexOf[at - u - v];
          const d = vertexOf[at - v];
          if (inside) indices.push(a, b, c, a, c, d);
          else indices.push(a, c, b, a, d, c);
        }
      }
    }
  }
  const Indices = positions.length / 3 > 65535 ? Uint32Array : Uint16Array;
  return {
    positions: new Float32Array(positions), normals: new Float32Array(normals),
    indices: new Indices(indices), open: new Float32Array(open),
  };
}

/**
 * A mesh of a sculpture in some colour.
 * @param {Sculpture} sculpture
 * @param {number[] | ((x: number, y: number, z: number) => number[])} color sRGB-coded bytes
 * @param {object} [options] further properties of a mesh
 * @param {number} [hidden] how bright it is where no light comes
 * @returns {import("../../scene/stage-mesh.js").MeshData}
 */
export function painted(
  { positions, normals, indices, open }, color, options = {}, hidden = 0.35,
) {
  const colors = new Uint8Array(4 * open.length);
  for (let i = 0; i < open.length; i += 1) {
    const at = 3 * i;
    const own = typeof color === "function"
      ? color(positions[at], positions[at + 1], positions[at + 2]) : color;
    const share = hidden + (1 - hidden) * open[i];
    for (let k = 0; k < 3; k += 1) colors[4 * i + k] = Math.min(255, own[k] * share);
    colors[4 * i + 3] = 255;
  }
  return { positions, normals, colors, indices, ...options };
}

/** The mean of where a cell's edges cross the surface, in cells; null when none does. */
function crossing(samples, at, across, level) {
  let x = 0, y = 0, z = 0, count = 0, signs = 0;
  for (let c = 0; c < 8; c += 1) {
    signs |= samples[at + (c & 1) + ((c >> 1) & 1) * across + (c >> 2) * level] < 0 ? 1 << c : 0;
  }
  if (signs === 0 || signs === 255) return null;
  for (let c = 0; c < 8; c += 1) {
    for (let axis = 0; axis < 3; axis += 1) {
      const other = c | (1 << axis);
      if (other === c || ((signs >> c) & 1) === ((signs >> other) & 1)) continue;
      const value = (k) => samples[at + (k & 1) + ((k >> 1) & 1) * across + (k >> 2) * level];
      const a = value(c), t = a / (a - value(other));
      x += (c & 1) + (axis === 0 ? t : 0);
      y += ((c >> 1) & 1) + (axis === 1 ? t : 0);
      z += (c >> 2) + (axis === 2 ? t : 0);
      count += 1;
    }
  }
  return [x / count, y / count, z / count];
}

/** Draws a point onto the surface. @returns {number[]} the normal there */
function settle(solid, p, cell) {
  const normal = gradient(solid, p), d = solid(...p);
  const step = Math.min(cell / 2, Math.max(-cell / 2, d));
  for (let i = 0; i < 3; i += 1) p[i] -= step * normal[i];
  return gradient(solid, p);
}

function gradient(solid, [x, y, z]) {
  const e = 1e-3;
  const g = [
    solid(x + e, y, z) - solid(x - e, y, z), solid(x, y + e, z) - solid(x, y - e, z),
    solid(x, y, z + e) - solid(x, y, z - e),
  ];
  const length = Math.hypot(...g) || 1;
  return g.map((v) => v / length);
}

/** How far the surface is from what lies around, along the normal (Evans, SIGGRAPH 2006). */
function openness(solid, [x, y, z], [nx, ny, nz]) {
  let hidden = 0, weight = 1;
  for (let k = 1; k <= 5; k += 1) {
    const h = 0.012 * k * k ** 0.6;
    hidden += (weight * Math.max(0, h - solid(x + h * nx, y + h * ny, z + h * nz))) / h;
    weight *= 0.75;
  }
  return Math.max(0, 1 - 0.34 * hidden);
}
