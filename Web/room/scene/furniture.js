import { MeshBuilder } from "./mesh-builder.js";

/**
 * What people sit on and at. Seats are built about the point on the floor below the eyes of who
 * sits: metres, y up, z where they face, x to their left.
 *
 * @typedef {object} Palette
 * @property {import("./mesh-builder.js").Color} seat cushions
 * @property {import("./mesh-builder.js").Color} frame legs
 * @property {import("./mesh-builder.js").Color} table
 */

/** Darker near the floor and in the cushion's fold. */
const fold = (x, y, z) =>
  (0.55 + 0.45 * Math.min(1, Math.max(0, y / 0.45))) *
  (1 - 0.4 * Math.exp(-((y - 0.46) ** 2 + (z + 0.27) ** 2) / 0.008));

/** A deep chair with arms. @param {Palette} palette */
export function armchair({ seat, frame }) {
  const mesh = new MeshBuilder().paint(seat);
  mesh.shade = fold;
  mesh.block([0, 0.37, -0.03], [0.6, 0.16, 0.6], 0.06, 5);
  mesh.block([0, 0.22, -0.05], [0.66, 0.2, 0.62], 0.05, 4);
  mesh.grid(20, 16, (u, v) => {
    // The back leans, and bends around who sits.
    const x = 0.66 * (u - 0.5), y = 0.36 + 0.56 * v;
    return [x, y, -0.29 - 0.16 * v - 0.02 * Math.cos(6 * (u - 0.5)) + 0.2 * (u - 0.5) ** 2];
  });
  mesh.bar([[-0.3, 0.9, -0.4], [0.3, 0.9, -0.4]], 0.055, 16);
  mesh.grid(20, 16, (u, v) => {
    const x = 0.7 * (0.5 - u), y = 0.12 + 0.82 * v;
    return [x, y, -0.36 - 0.12 * v + 0.2 * (u - 0.5) ** 2];
  });
  for (const side of [-1, 1]) {
    mesh.block([side * 0.33, 0.37, -0.08], [0.13, 0.46, 0.62], 0.06, 5);
    mesh.bar([[side * 0.32, 0.4, -0.35], [side * 0.32, 0.9, -0.42]], 0.055, 14);
  }
  mesh.paint(frame);
  for (const x of [-0.28, 0.28]) {
    for (const z of [-0.3, 0.2]) mesh.bar([[x, 0.14, z], [x * 1.05, 0.015, z * 1.05]], 0.018, 8);
  }
  return mesh.build();
}

/** A light chair without arms. @param {Palette} palette */
export function chair({ seat, frame }) {
  const mesh = new MeshBuilder().paint(seat);
  mesh.shade = fold;
  mesh.block([0, 0.44, -0.06], [0.47, 0.08, 0.46], 0.035, 5);
  mesh.grid(20, 14, (u, v) => [
    0.45 * (u - 0.5) * (1 - 0.25 * v * v), 0.5 + 0.42 * v,
    -0.3 - 0.1 * v + 0.28 * (u - 0.5) ** 2,
  ]);
  mesh.grid(20, 14, (u, v) => [
    0.47 * (0.5 - u) * (1 - 0.25 * v * v), 0.49 + 0.44 * v,
    -0.335 - 0.1 * v + 0.28 * (u - 0.5) ** 2,
  ]);
  mesh.paint(frame);
  for (const side of [-1, 1]) {
    mesh.bar([[side * 0.2, 0.4, 0.12], [side * 0.22, 0.012, 0.16]], 0.014, 8);
    mesh.bar([[side * 0.17, 0.56, -0.31], [side * 0.2, 0.4, -0.26], [side * 0.22, 0.012, -0.32]],
      0.014, 8);
  }
  return mesh.build();
}

/** A round table about the origin. */
export function roundTable({ table, frame }, radius, height = 0.72, surface = undefined) {
  const mesh = new MeshBuilder().paint(table);
  mesh.lathe([
    [0.0001, height], [radius * 0.6, height], [radius - 0.02, height], [radius - 0.006, height - 0.004],
    [radius, height - 0.014], [radius - 0.006, height - 0.026], [radius - 0.03, height - 0.034],
    [radius * 0.3, height - 0.034],
  ], [0, 0, 0], 96);
  const top = mesh.build(surface ? { surface } : {});
  const leg = new MeshBuilder().paint(frame);
  leg.shade = (x, y) => 0.5 + 0.5 * Math.min(1, y / height);
  leg.lathe([
    [0.1, height - 0.03], [0.07, height - 0.1], [0.06, height / 2], [0.08, 0.12],
    [Math.min(0.42, radius * 0.6), 0.03], [Math.min(0.43, radius * 0.62), 0],
  ], [0, 0, 0], 48);
  return [top, leg.build()];
}
