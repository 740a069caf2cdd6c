import { identity } from "../../scene/matrices.js";
import { cross, minus, normalised } from "./vectors.js";

/** @typedef {[number, number, number]} Color red, green, blue, sRGB-coded bytes */

/**
 * Builds meshes for `Stage.addMesh` from round and boxy parts with smooth normals.
 *
 * Parts take the `color` that is set, and are placed by `at`. `shade` darkens where light hardly
 * comes: it gets a vertex's place in the mesh and gives a factor.
 */
export class MeshBuilder {
  /** @type {Color} */
  color = [200, 200, 200];
  /** 0…1. */
  opacity = 1;
  /** @type {((x: number, y: number, z: number) => number) | null} */
  shade = null;

  #positions = [];
  #normals = [];
  #colors = [];
  #indices = [];
  #place = identity();

  /** Where following parts stand. @param {Float32Array} [place] left out, the origin */
  at(place = identity()) {
    this.#place = place;
    return this;
  }

  /** The colour of following parts. @param {Color} color @param {number} [opacity] */
  paint(color, opacity = 1) {
    this.color = color;
    this.opacity = opacity;
    return this;
  }

  /** The number of vertices so far. */
  get count() {
    return this.#positions.length / 3;
  }

  /** @returns {number} the vertex's index */
  vertex([x, y, z], [nx, ny, nz], color = this.color, opacity = this.opacity) {
    const m = this.#place, index = this.count;
    const px = m[0] * x + m[4] * y + m[8] * z + m[12];
    const py = m[1] * x + m[5] * y + m[9] * z + m[13];
    const pz = m[2] * x + m[6] * y + m[10] * z + m[14];
    this.#positions.push(px, py, pz);
    this.#normals.push(...normalised([
      m[0] * nx + m[4] * ny + m[8] * nz, m[1] * nx + m[5] * ny + m[9] * nz,
      m[2] * nx + m[6] * ny + m[10] * nz,
    ]));
    const factor = this.shade ? this.shade(px, py, pz) : 1;
    this.#colors.push(
      ...color.map((v) => Math.max(0, Math.min(255, Math.round(v * factor)))),
      Math.round(255 * opacity));
    return index;
  }

  triangle(a, b, c) {
    this.#indices.push(a, b, c);
    return this;
  }

  /**
   * A grid of points, u and v from 0 to 1, with normals from their neighbours.
   * @param {number} columns
   * @param {number} rows
   * @param {(u: number, v: number) => number[]} point
   * @param {(u: number, v: number) => Color} [paint]
   * @param {(u: number, v: number) => number} [cover]
   */
  grid(columns, rows, point, paint = undefined, cover = undefined) {
    const first = this.count, step = 1e-3;
    for (let j = 0; j <= rows; j += 1) {
      for (let i = 0; i <= columns; i += 1) {
        const u = i / columns, v = j / rows;
        const du = minus(point(u + step, v), point(u - step, v));
        const dv = minus(point(u, v + step), point(u, v - step));
        let normal = cross(dv, du);
        // At a pole: away from the grid's middle.
        if (Math.hypot(...normal) < 1e-12) normal = minus(point(u, v), point(0.5, 0.5));
        this.vertex(point(u, v), normal, paint?.(u, v), cover?.(u, v));
      }
    }
    const width = columns + 1;
    for (let j = 0; j < rows; j += 1) {
      for (let i = 0; i < columns; i += 1) {
        const a = first + j * width + i;
        this.#indices.push(a, a + 1, a + width, a + width, a + 1, a + width + 1);
      }
    }
    return this;
  }

  /** @param {number[]} center @param {number[]} radii */
  ellipsoid(center, radii, columns = 24, rows = 16) {
    const first = this.count;
    for (let j = 0; j <= rows; j += 1) {
      for (let i = 0; i <= columns; i += 1) {
        const a = (2 * Math.PI * i) / columns, b = (Math.PI * j) / rows;
        const n = [Math.sin(b) * Math.sin(a), Math.cos(b), Math.sin(b) * Math.cos(a)];
        this.vertex(
          n.map((v, k) => center[k] + radii[k] * v), n.map((v, k) => v / radii[k]));
      }
    }
    this.#weave(first, columns, rows);
    return this;
  }

  /**
   * A block with rounded edges.
   * @param {number[]} center
   * @param {number[]} size
   * @param {number} [round] the edges' radius
   * @param {number} [steps] for a quarter turn
   */
  block(center, size, round = 0.01, steps = 3) {
    const half = size.map((v) => v / 2);
    const r = Math.min(round, ...half);
    for (let axis = 0; axis < 3; axis += 1) {
      for (const side of [-1, 1]) {
        const [p, q] = [(axis + 1) % 3, (axis + 2) % 3];
        const first = this.count;
        const lines = edges(half[p], r, steps), others = edges(half[q], r, steps);
        for (const [b, tb] of others) {
          for (const [a, ta] of lines) {
            // A cube's point, drawn in to the rounded block.
            const n = [0, 0, 0];
            n[axis] = side;
            n[p] = ta;
            n[q] = tb;
            const normal = normalised(n), point = [0, 0, 0];
            point[axis] = center[axis] + side * (half[axis] - r) + r * normal[axis];
            point[p] = center[p] + a + r * normal[p];
            point[q] = center[q] + b + r * normal[q];
            this.vertex(point, normal);
          }
        }
        this.#weave(first, lines.length - 1, others.length - 1);
      }
    }
    return this;
  }

  /**
   * Turned about the upward axis.
   * @param {[number, number][]} profile radius and height, from the top down
   * @param {number[]} center
   */
  lathe(profile, center = [0, 0, 0], columns = 32) {
    const first = this.count;
    profile.forEach(([radius, height], j) => {
      const before = profile[Math.max(0, j - 1)];
      const after = profile[Math.min(profile.length - 1, j + 1)];
      const out = before[1] - after[1], up = after[0] - before[0];
      for (let i = 0; i <= columns; i += 1) {
        const a = (2 * Math.PI * i) / columns, s = Math.sin(a), c = Math.cos(a);
        this.vertex(
          [center[0] + radius * s, center[1] + height, center[2] + radius * c],
          [out * s, up, out * c]);
      }
    });
    this.#weave(first, columns, profile.length - 1);
    return this;
  }

  /**
   * A round bar along points, closed by half spheres.
   * @param {number[][]} points
   * @param {number | number[]} radii one, or one a point
   * @param {number} [flat] the section's height as a share of its width
   */
  bar(points, radii, columns = 12, flat = 1) {
    const radius = (i) => Array.isArray(radii) ? radii[i] : radii;
    const rings = [];
    const ends = [[0, 1], [points.length - 1, -1]].map(([i, way]) => {
      const along = normalised(minus(points[i + way] ?? points[i], points[i]));
      return [90, 65, 40, 20].map((degrees) => {
        const a = (degrees * Math.PI) / 180, r = radius(i);
        return { center: points[i].map((v, k) => v - along[k] * r * Math.sin(a)),
          radius: r * Math.cos(a), bulge: -way * Math.sin(a) };
      });
    });
    rings.push(...ends[0]);
    points.forEach((center, i) => rings.push({ center, radius: radius(i), bulge: 0 }));
    rings.push(...ends[1].reverse());
    const first = this.count;
    let side = null;
    rings.forEach(({ center, radius: r, bulge }, j) => {
      const before = rings[Math.max(0, j - 1)].center;
      const after = rings[Math.min(rings.length - 1, j + 1)].center;
      const along = normalised(minus(after, before));
      side = normalised(side
        ? minus(side, along.map((v) => v * (side[0] * along[0] + side[1] * along[1] +
          side[2] * along[2])))
        : cross(Math.abs(along[1]) < 0.9 ? [0, 1, 0] : [1, 0, 0], along));
      const up = cross(along, side);
      for (let i = 0; i <= columns; i += 1) {
        const a = (2 * Math.PI * i) / columns, c = Math.cos(a), s = Math.sin(a) * flat;
        const out = [0, 1, 2].map((k) => side[k] * c + up[k] * s);
        const flatOut = [0, 1, 2].map((k) => side[k] * c + (up[k] * Math.sin(a)) / flat);
        const level = Math.sqrt(Math.max(0, 1 - bulge * bulge));
        this.vertex(
          out.map((v, k) => center[k] + r * v),
          flatOut.map((v, k) => v * level + along[k] * bulge));
      }
    });
    this.#weave(first, columns, rings.length - 1);
    return this;
  }

  /** A level disc that fades out from `solid` of its radius on; it lies on what is below. */
  patch([x, y, z], radii, solid = 0, columns = 40) {
    const [across, along] = Array.isArray(radii) ? radii : [radii, radii];
    const rings = [0, 0.2, 0.4, 0.6, 0.8, 1], { opacity } = this;
    return this.grid(columns, rings.length - 1, (u, v) => {
      const a = -2 * Math.PI * u;
      return [x + across * v * Math.sin(a), y, z + along * v * Math.cos(a)];
    }, undefined, (u, v) => {
      const t = Math.min(1, Math.max(0, (v - solid) / (1 - solid)));
      return opacity * (1 - t * t * (3 - 2 * t));
    });
  }

  /**
   * @param {object} [options] further properties of a mesh
   * @returns {import("../../scene/stage-mesh.js").MeshData}
   */
  build(options = {}) {
    this.#faceOutwards();
    const Indices = this.count > 65535 ? Uint32Array : Uint16Array;
    return {
      positions: new Float32Array(this.#positions), normals: new Float32Array(this.#normals),
      colors: new Uint8Array(this.#colors), indices: new Indices(this.#indices), ...options,
    };
  }

  /** Winds triangles so that they are seen from the side where their normals point. */
  #faceOutwards() {
    const p = this.#positions, n = this.#normals, t = this.#indices;
    const point = (i) => [p[3 * i], p[3 * i + 1], p[3 * i + 2]];
    for (let k = 0; k < t.length; k += 3) {
      const [a, b, c] = [t[k], t[k + 1], t[k + 2]];
      const [x, y, z] = cross(minus(point(b), point(a)), minus(point(c), point(a)));
      let facing = 0;
      for (const i of [a, b, c]) facing += x * n[3 * i] + y * n[3 * i + 1] + z * n[3 * i + 2];
      if (facing < 0) [t[k + 1], t[k + 2]] = [c, b];
    }
  }

  #weave(first, columns, rows) {
    const width = columns + 1;
    for (let j = 0; j < rows; j += 1) {
      for (let i = 0; i < columns; i += 1) {
        const a = first + j * width + i;
        this.#indices.push(a, a + 1, a + width, a + width, a + 1, a + width + 1);
      }
    }
  }
}


/** Points across a side: where the middle part ends, with the tangent of the edge's angle. */
function edges(half, r, steps) {
  const inner = half - r, points = [];
  for (let k = 0; k <= steps; k += 1) {
    points.push([-inner, -Math.tan(((steps - k) / steps) * (Math.PI / 4))]);
  }
  for (let k = 0; k <= steps; k += 1) points.push([inner, Math.tan((k / steps) * (Math.PI / 4))]);
  return points;
}
