import { MeshBuilder } from "./mesh-builder.js";

/**
 * What carries a head: an avatar ends at the collar. Built about the point between the eyes of
 * somebody who sits: metres, y up, z where they face, x to their left.
 */

/** Sections of the torso from the collar down: height, half width, half depth, middle's z. */
const torso = [
  [-0.142, 0.055, 0.058, -0.085], [-0.155, 0.066, 0.066, -0.087], [-0.17, 0.098, 0.074, -0.09],
  [-0.186, 0.135, 0.084, -0.094], [-0.205, 0.168, 0.094, -0.098], [-0.228, 0.19, 0.103, -0.1],
  [-0.26, 0.2, 0.112, -0.1], [-0.31, 0.195, 0.118, -0.1], [-0.4, 0.178, 0.118, -0.105],
  [-0.5, 0.165, 0.115, -0.11], [-0.6, 0.168, 0.12, -0.115], [-0.68, 0.178, 0.13, -0.115],
];

/**
 * Shoulders, chest and arms.
 * @param {import("./mesh-builder.js").Color} color
 */
export function upperBody(color) {
  const mesh = new MeshBuilder().paint(color);
  // Under the chin and the arms little light comes.
  mesh.shade = (x, y, z) => {
    const neck = Math.exp(-((x * x + (z + 0.08) ** 2) / 0.006)) * Math.max(0, 1 + (y + 0.14) / 0.1);
    return 1 - 0.55 * Math.min(1, neck) - 0.25 * Math.max(0, Math.min(1, (-y - 0.4) / 0.4));
  };
  mesh.grid(40, 44, (u, v) => section(v, -2 * Math.PI * u));
  for (const side of [-1, 1]) {
    mesh.bar([
      [side * 0.165, -0.232, -0.1], [side * 0.2, -0.3, -0.1], [side * 0.228, -0.42, -0.085],
      [side * 0.24, -0.525, -0.06],
    ], [0.056, 0.056, 0.05, 0.045], 20);
    mesh.bar([
      [side * 0.24, -0.525, -0.06], [side * 0.2, -0.585, 0.07], [side * 0.14, -0.6, 0.19],
    ], [0.045, 0.041, 0.034], 18);
  }
  return mesh.build();
}

/**
 * Lap and legs.
 * @param {import("./mesh-builder.js").Color} color
 */
export function lowerBody(color) {
  const mesh = new MeshBuilder().paint(color);
  mesh.shade = (x, y) => 1 - 0.45 * Math.max(0, Math.min(1, (-y - 0.7) / 0.5));
  mesh.ellipsoid([0, -0.7, -0.1], [0.18, 0.09, 0.15]);
  for (const side of [-1, 1]) {
    mesh.bar([
      [side * 0.09, -0.69, -0.08], [side * 0.105, -0.67, 0.15], [side * 0.115, -0.675, 0.34],
    ], [0.085, 0.076, 0.062], 18);
    mesh.bar([
      [side * 0.115, -0.685, 0.345], [side * 0.118, -0.9, 0.36], [side * 0.12, -1.12, 0.33],
    ], [0.06, 0.054, 0.04], 18);
    mesh.bar([
      [side * 0.12, -1.165, 0.31], [side * 0.128, -1.172, 0.48],
    ], [0.038, 0.032], 14);
  }
  return mesh.build();
}

/**
 * A calm head without a face, for who has no avatar: it turns with the head's pose.
 * @param {import("./mesh-builder.js").Color} color
 */
export function plainHead(color) {
  const mesh = new MeshBuilder().paint(color);
  mesh.shade = (x, y, z) => 1 - 0.3 * Math.max(0, Math.min(1, (-0.06 - y) / 0.08))
    * Math.max(0, Math.min(1, (0.02 - z) / 0.1 + 0.5));
  // An egg: narrow at the chin, wide behind.
  mesh.grid(36, 28, (u, v) => {
    const a = -2 * Math.PI * u, b = Math.PI * v;
    const y = Math.cos(b), level = Math.sin(b);
    const narrow = y < 0 ? 1 + 0.3 * y * (1 - 0.15 * y) : 1 - 0.04 * y;
    const front = Math.max(0, Math.cos(a));
    return [
      0.078 * level * narrow * Math.sin(a), -0.005 + (y > 0 ? 0.118 : 0.122) * y,
      -0.075 + 0.1 * level * (y < 0 ? 1 + 0.22 * y * (1 - front) : 1) * Math.cos(a),
    ];
  });
  mesh.bar([[0, -0.06, -0.1], [0, -0.13, -0.1], [0, -0.19, -0.1]], [0.056, 0.053, 0.06], 24);
  return mesh.build();
}

function section(v, angle) {
  const at = Math.max(0, Math.min(1, v)) * (torso.length - 1), i = Math.min(torso.length - 2, Math.floor(at));
  const t = at - i, [y, width, depth, z] = torso[i].map((p, k) => p + t * (torso[i + 1][k] - p));
  const s = Math.sin(angle), c = Math.cos(angle), power = 0.86;
  const round = (x) => Math.sign(x) * Math.abs(x) ** power;
  return [width * round(s), y, z + depth * round(c)];
}
