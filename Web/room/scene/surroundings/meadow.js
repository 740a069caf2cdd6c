import { MeshBuilder } from "../mesh-builder.js";
import { ball, melted, painted, sculpt } from "../sculpture.js";
import { ground, joined, moved, randoms, sky, waves } from "./parts.js";

/** A meadow from a picture book: bright, soft, and flat-shaded, with hills, trees and flowers. */

/** Each triangle in one shade, in a few steps: light, and a bluish shade. */
const facets = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  vec3 m = normalize(cross(dFdx(p), dFdy(p)));
  if (dot(m, toEye) < 0.0) m = -m;
  m = normalize(mix(m, n, 0.25));
  return tint * (keyColor * smoothstep(-0.25, 0.9, dot(m, keyDirection))
    + mix(groundColor, skyColor, 0.5 + 0.5 * m.y));
}`;

const lawn = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float away = length(p - eye), fine = exp(-away * 0.09);
  // Brush strokes rather than blades.
  float stroke = clouds(p.xz * vec2(7.0, 2.6) + 1.5 * noise(p.xz * 1.7));
  float patches = smoothstep(0.42, 0.62, clouds(p.xz * 0.35 + 5.0));
  vec3 c = mix(tint, tint * vec3(1.28, 1.16, 0.62), 0.55 * patches);
  c *= 1.0 + fine * 0.42 * (smoothstep(0.42, 0.6, stroke) - 0.5);
  // Clouds' shadows drift.
  float shade = smoothstep(0.55, 0.68, clouds(p.xz * 0.045 + time * 0.006));
  float key = (0.75 + 0.25 * dot(n, keyDirection)) * (1.0 - 0.32 * shade);
  return c * (keyColor * key + skyColor * 0.8);
}`;

const heavens = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  mistShare = 0.0;
  vec3 d = -toEye;
  float up = pow(clamp(d.y * 1.25, 0.0, 1.0), 0.62);
  vec3 c = mix(vec3(0.72, 0.90, 0.98), vec3(0.12, 0.42, 0.86), up);
  float s = max(dot(d, keyDirection), 0.0);
  return c + vec3(1.0, 0.9, 0.6) * (0.10 * pow(s, 6.0) + 0.9 * smoothstep(0.9965, 0.9975, s));
}`;

const puffs = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  mistShare = 0.25;
  float lit = smoothstep(-0.5, 0.8, 0.55 * dot(n, keyDirection) + 0.5 * n.y);
  return mix(vec3(0.62, 0.74, 0.9), vec3(1.0, 0.99, 0.96), lit);
}`;

const leaves = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float clump = clouds(p.xy * 3.4 + p.z * 2.7);
  float lit = smoothstep(-0.45, 0.85, dot(n, keyDirection) + 0.7 * (clump - 0.5));
  // Three tones, as painted.
  float steps = smoothstep(0.25, 0.33, lit) * 0.5 + smoothstep(0.62, 0.7, lit) * 0.5;
  return mix(tint * vec3(0.34, 0.5, 0.55), tint * vec3(1.3, 1.22, 0.9), 0.12 + 0.88 * steps);
}`;

/** Painted boards. */
const planks = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float board = p.x * 5.0, row = floor(board);
  float grain = smoothstep(0.5, 0.58, clouds(vec2(p.z * 1.4 + 9.0 * hash(vec2(row)), board * 3.0)));
  float gap = smoothstep(0.0, 0.05, fract(board)) * smoothstep(1.0, 0.95, fract(board));
  vec3 c = tint * (0.9 + 0.1 * hash(vec2(row, 2.0))) * (1.0 - 0.1 * grain) * mix(0.72, 1.0, gap);
  return c * (keyColor * (0.4 + 0.6 * max(dot(n, keyDirection), 0.0)) + skyColor * 0.62);
}`;

/** @returns {import("./surroundings.js").Surroundings} */
export function meadow() {
  return {
    background: [0.66, 0.86, 0.97],
    light: {
      direction: [-0.5, 0.72, 0.3], color: [0.78, 0.73, 0.6], sky: [0.42, 0.5, 0.58],
      ground: [0.22, 0.28, 0.16], mist: [0.58, 0.8, 0.94, 0.0042],
    },
    faces: { lit: [1.05, 1.03, 0.99], shade: [0.9, 0.92, 0.93] },
    palette: {
      seat: [236, 108, 88], frame: [250, 236, 208], table: [248, 226, 178],
      tableLegs: [228, 178, 120],
    },
    hasArmchairs: false,
    tableSurface: planks,
    isMoving: true,
    bounds: { x: [-7, 7], z: [-7, 7] },
  };
}

/** @returns {import("../../../scene/stage-mesh.js").MeshData[]} */
export function meadowMeshes() {
  return [
    sky(heavens), ...land(), ...trees(), ...cloudPuffs(), ...flowers(), fence(), stones(),
  ];
}

const heightAt = (x, z) => {
  const away = Math.hypot(x, z), rise = Math.max(0, away - 6) / 30;
  return Math.min(1, rise) * (2.2 + 2.6 * waves(x * 0.085, z * 0.085)) -
    0.5 * Math.min(1, rise * 3) + Math.max(0, away - 40) * 0.05;
};

function land() {
  const green = (x, z, y) => {
    const tone = 0.94 + 0.1 * waves(x * 0.2, z * 0.2) + 0.012 * y;
    return [104 * tone, 186 * tone, 66 * tone].map((v) => Math.min(255, Math.round(v)));
  };
  const hills = [];
  const range = (radius, high, color, seed, count) => {
    const mesh = new MeshBuilder();
    mesh.grid(count, 5, (u, v) => {
      const a = 2 * Math.PI * u, crest = high * (0.62 + 0.5 * waves(a * 3 + seed, seed * 2) +
        0.22 * waves(a * 11 + seed, seed));
      const r = radius + 16 * v;
      const rise = Math.max(0, Math.sin((Math.PI / 2) * v)) ** 0.8;
      return [r * Math.sin(a), -4 + Math.max(0.5, crest) * rise, r * Math.cos(a)];
    }, (u, v) => color.map((c) => Math.min(255, Math.round(c * (0.92 + 0.14 * v)))));
    hills.push(mesh.build({ surface: facets }));
  };
  range(78, 17, [92, 172, 84], 2, 72);
  range(112, 34, [84, 150, 120], 5, 60);
  range(140, 56, [120, 158, 190], 8, 44);
  return [ground(84, heightAt, green, { surface: lawn }, [90, 60]), ...hills];
}

/** A round tree: a trunk, and leaves in clumps. */
function tree(seed, color, cell) {
  const random = randoms(seed), clumps = [ball([0, 2.6, 0], 0.95)];
  for (let k = 0; k < 8; k += 1) {
    const a = 2.4 * k, r = 0.6 + 0.35 * random();
    clumps.push(ball([r * Math.sin(a), 2.1 + 1.25 * random(), r * Math.cos(a)],
      0.5 + 0.3 * random()));
  }
  const crown = painted(
    sculpt(melted(0.16, ...clumps), [[-2, 0.9, -2], [2, 4.3, 2]], cell), color);
  const trunk = new MeshBuilder().paint([136, 92, 62]);
  trunk.bar([[0, -0.4, 0], [0.03, 0.8, 0.02], [0, 2.2, 0]], [0.24, 0.16, 0.12], 9);
  return { crown, trunk: trunk.build() };
}

/** A fir: three cones. */
function fir(color) {
  const crown = new MeshBuilder();
  [[1.1, 0.7, 2], [0.85, 1.6, 2.8], [0.58, 2.5, 3.7]].forEach(([radius, low, high], k) => {
    crown.paint(color.map((v) => Math.round(v * (0.86 + 0.09 * k))));
    crown.lathe([[0.02, high], [radius * 0.55, (low + high) / 2], [radius, low],
      [radius * 0.4, low + 0.1]], [0, 0, 0], 9);
  });
  const trunk = new MeshBuilder().paint([122, 84, 58]);
  trunk.bar([[0, -0.4, 0], [0, 1, 0]], 0.14, 8);
  return { crown: crown.build(), trunk: trunk.build() };
}

function trees() {
  const random = randoms(17), rounds = [
    tree(3, [92, 168, 62], 0.15), tree(8, [70, 150, 74], 0.15), tree(12, [150, 180, 58], 0.15),
  ];
  const far = [tree(3, [92, 168, 62], 0.27), tree(8, [70, 150, 74], 0.27)];
  const firs = [fir([48, 128, 88]), fir([60, 146, 92])];
  const crowns = [], spikes = [], trunks = [], shadow = new MeshBuilder().paint([18, 60, 40], 0.5);
  const place = (kind, x, z, size, isFir) => {
    const y = heightAt(x, z), yaw = 6.28 * random();
    (isFir ? spikes : crowns).push(moved(kind.crown, [x, y, z], yaw, size));
    trunks.push(moved(kind.trunk, [x, y, z], yaw, size));
    if (Math.hypot(x, z) < 24) {
      shadow.patch([x + 0.5 * size, y + 0.03, z - 0.35 * size], [1.7 * size, 1.4 * size], 0.3, 20);
    }
  };
  place(rounds[0], -5.6, -6.2, 1.25, false);
  place(rounds[2], 6.8, -7.6, 1.05, false);
  place(firs[0], 9.4, -6.4, 1.2, true);
  place(firs[1], -9.2, -8.6, 1.45, true);
  place(rounds[1], 2.4, -15.5, 1.3, false);
  place(rounds[1], -7.4, 5.4, 1.2, false);
  place(rounds[0], 7.2, 6.2, 1.15, false);
  for (let k = 0; k < 64; k += 1) {
    const a = 6.28 * random(), r = 17 + 46 * random() ** 0.7;
    const isFir = random() < 0.5;
    place(isFir ? firs[k % 2] : far[k % 2], r * Math.sin(a), r * Math.cos(a),
      0.9 + 0.8 * random(), isFir);
  }
  return [joined(crowns, { surface: leaves }), joined(spikes, { surface: facets }),
    joined(trunks), shadow.build()];
}

function cloudPuffs() {
  const random = randoms(41), puffsOf = (seed) => {
    const own = randoms(seed), parts = [];
    for (let k = 0; k < 7; k += 1) {
      const x = -1.6 + 0.55 * k + 0.3 * own();
      const r = 0.45 + 0.55 * Math.sin((Math.PI * (k + 0.6)) / 7.4) * (0.7 + 0.4 * own());
      parts.push(ball([x, 0.32 * r + 0.12 * own(), 0.5 * (own() - 0.5)], r));
    }
    const puffy = melted(0.1, ...parts);
    // Level below.
    const flat = (x, y, z) => Math.max(puffy(x, y, z), -y - 0.06);
    return painted(sculpt(flat, [[-3, -0.5, -1.6], [3, 1.7, 1.6]], 0.19), [255, 255, 255]);
  };
  const shapes = [puffsOf(3), puffsOf(9), puffsOf(27)], all = [];
  for (let k = 0; k < 15; k += 1) {
    const a = 0.42 * k + 0.2 * random(), r = 95 + 45 * random();
    all.push(moved(shapes[k % 3], [r * Math.sin(a), 15 + 20 * random(), r * Math.cos(a)],
      a + Math.PI, 6 + 5 * random()));
  }
  return [joined(all, { surface: puffs })];
}

function flowers() {
  const random = randoms(71), petals = new MeshBuilder(), stems = new MeshBuilder();
  const tones = [[250, 250, 244], [255, 214, 70], [240, 96, 120], [168, 120, 226], [255, 150, 70]];
  for (let k = 0; k < 300; k += 1) {
    const a = 6.28 * random(), r = 2.7 + 13 * random() ** 1.2;
    const cluster = Math.floor(5 * (0.5 + 0.5 * waves(a * 3, r * 0.4))) % 5;
    const x = r * Math.sin(a), z = r * Math.cos(a), y = heightAt(x, z), h = 0.1 + 0.14 * random();
    const tone = tones[random() < 0.7 ? cluster : Math.floor(5 * random())];
    stems.paint([70, 140, 52]).bar([[x, y, z], [x, y + h, z]], 0.006, 3);
    const size = 0.035 + 0.02 * random(), count = 5, top = y + h;
    petals.paint(tone);
    for (let p = 0; p < count; p += 1) {
      const b = (6.28 * p) / count + a, c = Math.cos(b), s = Math.sin(b);
      const outline = [[0, 0], [size * 1.3, 0.5], [size * 1.6, 0], [size * 1.3, -0.5]];
      const points = outline.map(([l, w]) => petals.vertex(
        [x + l * s + w * size * c, top + 0.25 * l, z + l * c - w * size * s], [0, 1, 0.2]));
      petals.triangle(points[0], points[1], points[2]).triangle(points[0], points[2], points[3]);
    }
    petals.paint(tone[1] > 200 && tone[2] < 100 ? [236, 140, 40] : [255, 208, 70]);
    petals.ellipsoid([x, top + 0.008, z], [size * 0.5, size * 0.35, size * 0.5], 6, 4);
  }
  return [petals.build(), stems.build(), tufts(random)];
}

/** Taller grass here and there. */
function tufts(random) {
  const mesh = new MeshBuilder();
  for (let k = 0; k < 260; k += 1) {
    const a = 6.28 * random(), r = 2.2 + 11 * random(), x = r * Math.sin(a), z = r * Math.cos(a);
    const y = heightAt(x, z), tone = 0.85 + 0.3 * random();
    mesh.paint([96 * tone, 176 * tone, 62 * tone].map(Math.round));
    for (let i = 0; i < 5; i += 1) {
      const b = 6.28 * random(), h = 0.09 + 0.12 * random(), c = Math.cos(b), s = Math.sin(b);
      const foot = [[-0.012, 0], [0.012, 0]].map(([w]) =>
        mesh.vertex([x + w * c + 0.02 * s, y - 0.01, z - w * s], [0, 1, 0.3]));
      mesh.triangle(...foot, mesh.vertex([x + 0.07 * s, y + h, z + 0.07 * c], [0, 1, 0.3]));
    }
  }
  return mesh.build();
}

function fence() {
  const mesh = new MeshBuilder().paint([250, 244, 230]);
  for (let k = -7; k <= 7; k += 1) {
    const a = k * 0.155, r = 11, x = r * Math.sin(a), z = -r * Math.cos(a), y = heightAt(x, z);
    mesh.block([x, y + 0.42, z], [0.09, 0.95, 0.09], 0.02, 2);
    if (k === 7) continue;
    const b = a + 0.155, x2 = r * Math.sin(b), z2 = -r * Math.cos(b), y2 = heightAt(x2, z2);
    for (const h of [0.38, 0.7]) mesh.bar([[x, y + h, z], [x2, y2 + h, z2]], 0.035, 6);
  }
  return mesh.build();
}

function stones() {
  const random = randoms(13), mesh = new MeshBuilder();
  for (let k = 0; k < 16; k += 1) {
    const a = 6.28 * random(), r = 4.5 + 9 * random(), x = r * Math.sin(a), z = r * Math.cos(a);
    const size = 0.12 + 0.3 * random() ** 2, tone = 0.85 + 0.25 * random();
    mesh.paint([178 * tone, 176 * tone, 186 * tone].map((v) => Math.min(255, Math.round(v))));
    mesh.ellipsoid([x, heightAt(x, z) + 0.1 * size, z],
      [size * 1.25, size * 0.7, size * (0.8 + 0.4 * random())], 7, 5);
  }
  return mesh.build({ surface: facets });
}
