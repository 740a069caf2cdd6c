import { MeshBuilder } from "../mesh-builder.js";

/** Metres to the sky: beyond everything. */
const skyRadius = 190;

/**
 * A flat rectangle between two corners that differ along two axes, seen from the side that
 * `facing` says.
 * @param {number[]} low
 * @param {number[]} high
 * @param {number[]} facing the normal
 * @param {import("../mesh-builder.js").Color} color
 * @param {object} [options] of the mesh
 */
export function panel(low, high, facing, color, options = {}) {
  const mesh = new MeshBuilder().paint(color);
  const axes = [0, 1, 2].filter((i) => Math.abs(facing[i]) < 0.5);
  const corners = [[0, 0], [1, 0], [0, 1], [1, 1]].map(([u, v]) => {
    const p = [...low];
    p[axes[0]] = u ? high[axes[0]] : low[axes[0]];
    p[axes[1]] = v ? high[axes[1]] : low[axes[1]];
    return mesh.vertex(p, facing);
  });
  mesh.triangle(corners[0], corners[1], corners[2]).triangle(corners[2], corners[1], corners[3]);
  return mesh.build(options);
}

/** A ball around everything, painted by its surface. @param {string} surface */
export function sky(surface) {
  const mesh = new MeshBuilder();
  mesh.ellipsoid([0, 0, 0], [skyRadius, skyRadius, skyRadius], 48, 24);
  const made = mesh.build({ surface });
  // Seen from inside.
  for (let i = 0; i < made.indices.length; i += 3) {
    [made.indices[i], made.indices[i + 1]] = [made.indices[i + 1], made.indices[i]];
  }
  for (let i = 0; i < made.normals.length; i += 1) made.normals[i] = -made.normals[i];
  return made;
}

/**
 * The ground as a field of heights: fine in the middle, coarse far away.
 * @param {number} radius
 * @param {(x: number, z: number) => number} height
 * @param {(x: number, z: number, y: number) => import("../mesh-builder.js").Color} paint
 * @param {object} [options] of the mesh
 * @param {[number, number]} [steps] around and outwards
 */
export function ground(radius, height, paint, options = {}, [around, outwards] = [96, 56]) {
  const mesh = new MeshBuilder();
  const point = (u, v) => {
    const r = radius * (0.004 + Math.max(0, v) ** 2.2), a = -2 * Math.PI * u;
    const x = r * Math.sin(a), z = r * Math.cos(a);
    return [x, height(x, z), z];
  };
  mesh.grid(around, outwards, point, (u, v) => {
    const [x, y, z] = point(u, v);
    return paint(x, z, y);
  });
  return mesh.build(options);
}

/** Numbers between 0 and 1 that are the same every time. @param {number} seed */
export function randoms(seed) {
  let state = seed;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

/** Smooth hills and dales, −1…1. */
export function waves(x, z) {
  return 0.5 * Math.sin(x * 0.9 + 1.3 * Math.sin(z * 0.7)) +
    0.3 * Math.sin(z * 1.7 + 0.8 * Math.sin(x * 1.1) + 2) + 0.2 * Math.sin((x + z) * 2.9 + 1);
}

/** Several meshes of one surface as one. @param {object[]} meshes @param {object} [options] */
export function joined(meshes, options = {}) {
  const total = (name) => meshes.reduce((sum, m) => sum + m[name].length, 0);
  const count = total("positions") / 3;
  const positions = new Float32Array(3 * count), normals = new Float32Array(3 * count);
  const colors = new Uint8Array(4 * count);
  const indices = new (count > 65535 ? Uint32Array : Uint16Array)(total("indices"));
  let vertex = 0, at = 0;
  for (const mesh of meshes) {
    positions.set(mesh.positions, 3 * vertex);
    normals.set(mesh.normals, 3 * vertex);
    colors.set(mesh.colors, 4 * vertex);
    for (let i = 0; i < mesh.indices.length; i += 1) indices[at + i] = mesh.indices[i] + vertex;
    vertex += mesh.positions.length / 3;
    at += mesh.indices.length;
  }
  return { positions, normals, colors, indices, ...options };
}

/** A mesh moved, turned about the upward axis, and scaled. */
export function moved(mesh, [x, y, z], yaw = 0, scale = 1) {
  const c = Math.cos(yaw), s = Math.sin(yaw), { positions, normals } = mesh;
  const turn = (from, factor, shift) => {
    const out = new Float32Array(from.length);
    for (let i = 0; i < from.length; i += 3) {
      out[i] = factor * (c * from[i] + s * from[i + 2]) + shift[0];
      out[i + 1] = factor * from[i + 1] + shift[1];
      out[i + 2] = factor * (c * from[i + 2] - s * from[i]) + shift[2];
    }
    return out;
  };
  return {
    ...mesh, positions: turn(positions, scale, [x, y, z]), normals: turn(normals, 1, [0, 0, 0]),
  };
}
