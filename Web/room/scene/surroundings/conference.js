import { MeshBuilder } from "../mesh-builder.js";
import { ball, limb, melted, painted, sculpt } from "../sculpture.js";
import { joined, panel, randoms } from "./parts.js";
import { varnishedWood } from "./surfaces.js";

/** A conference room in daylight: oak, plaster, a wide window onto trees, a lamp, plants. */

/** The room's walls, metres; the window's edges in the wall at −z. */
const west = -4.2, east = 4.2, north = -3.5, south = 3.7, high = 2.9;
const window = { left: -3.6, right: 1.2, low: 0.75, high: 2.5 };

/** How dark corners are: shared by all that the room is made of. */
const corners = `
float corner(vec3 p, vec3 n) {
  vec3 low = p - vec3(${west.toFixed(2)}, 0.0, ${north.toFixed(2)});
  vec3 up = vec3(${east.toFixed(2)}, ${high.toFixed(2)}, ${south.toFixed(2)}) - p;
  vec3 away = min(low, up) + 4.0 * abs(n);
  vec3 dark = 0.34 * exp(-away * 2.6);
  return (1.0 - dark.x) * (1.0 - dark.y) * (1.0 - dark.z);
}
/// Daylight from the window, as from its nearest point.
vec3 daylight(vec3 p, vec3 n) {
  vec3 q = vec3(clamp(p.x, ${window.left.toFixed(2)}, ${window.right.toFixed(2)}),
    clamp(p.y, ${window.low.toFixed(2)}, ${window.high.toFixed(2)}), ${north.toFixed(2)});
  vec3 away = q - p;
  float d = length(away);
  float facing = max(0.0, 0.2 + 0.8 * dot(n, away / max(d, 0.01)));
  float leaving = max(0.0, -away.z / max(d, 0.01));
  return vec3(0.92, 0.97, 1.04) * facing * (0.25 + 0.75 * leaving) * 1.15 / (1.0 + 0.3 * d * d);
}
`;

const plaster = `${corners}
vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float rough = 0.985 + 0.03 * noise(p * 60.0);
  return tint * rough * corner(p, n) * (0.62 * lightOn(n, p) + daylight(p, n));
}`;

const oak = `
vec3 oak(vec3 tint, vec2 p, float along) {
  vec2 q = p * vec2(1.0, 7.0);
  float row = floor(q.y), shift = hash(vec2(row, 3.0)) * 2.3;
  float plank = floor(q.x / 1.7 + shift);
  float tone = hash(vec2(plank, row));
  float grain = clouds(vec2(p.x * 2.2 + 17.0 * tone, p.y * 46.0 + 31.0 * tone));
  float gap = smoothstep(0.0, 0.025, abs(fract(q.y) - 0.5) * -1.0 + 0.5) *
    smoothstep(0.0, 0.004, 0.5 - abs(fract(q.x / 1.7 + shift) - 0.5));
  return tint * (0.8 + 0.25 * tone) * (0.82 + 0.34 * grain) * mix(0.55, 1.0, gap) * along;
}`;

const floor = `${corners}${oak}
vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  vec3 wood = oak(tint, p.xz, 1.0);
  vec3 light = 0.6 * lightOn(n, p) + daylight(p, n);
  // The window's reflection lies on the varnish.
  vec3 r = reflect(-toEye, n);
  float t = (${north.toFixed(2)} - p.z) / min(r.z, -0.01);
  vec3 hit = p + t * r;
  float inside =
    smoothstep(${(window.left - 0.5).toFixed(2)}, ${(window.left + 0.3).toFixed(2)}, hit.x)
    * smoothstep(${(window.right + 0.5).toFixed(2)}, ${(window.right - 0.3).toFixed(2)}, hit.x)
    * smoothstep(${(window.low - 0.6).toFixed(2)}, ${(window.low + 0.3).toFixed(2)}, hit.y)
    * smoothstep(${(window.high + 0.8).toFixed(2)}, ${(window.high - 0.2).toFixed(2)}, hit.y);
  float fresnel = 0.04 + 0.5 * pow(1.0 - max(toEye.y, 0.0), 5.0);
  return wood * light * corner(p, n) + fresnel * inside * step(r.z, -0.02) * vec3(0.85, 0.92, 1.0);
}`;

/** What is seen through the window: a bright day over trees, out of focus. */
const outdoors = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  mistShare = 0.0;
  vec3 d = -toEye;
  vec2 q = vec2(d.x / -d.z, d.y / -d.z);
  vec3 sky = mix(vec3(0.98, 0.98, 0.96), vec3(0.5, 0.7, 0.94), smoothstep(0.0, 0.55, q.y));
  sky = mix(sky, vec3(1.0), 0.7 * smoothstep(0.5, 0.75, clouds(q * vec2(2.6, 6.0) + 3.0)));
  float far = 0.035 + 0.05 * clouds(vec2(q.x * 7.0 + 4.0, 1.0));
  float near = -0.02 + 0.13 * clouds(vec2(q.x * 4.0, 8.0)) + 0.03 * clouds(vec2(q.x * 21.0, 2.0));
  vec3 hills = mix(vec3(0.42, 0.56, 0.52), vec3(0.62, 0.72, 0.74), smoothstep(-0.02, far, q.y));
  float leaf = clouds(q * vec2(34.0, 40.0));
  vec3 trees = mix(
    vec3(0.10, 0.20, 0.08), vec3(0.44, 0.55, 0.24), leaf * smoothstep(-0.25, near, q.y));
  vec3 lawn = mix(vec3(0.36, 0.5, 0.2), vec3(0.5, 0.62, 0.3), clouds(q * vec2(9.0, 60.0)));
  vec3 seen = mix(hills, sky, smoothstep(far - 0.006, far + 0.006, q.y));
  seen = mix(trees, seen, smoothstep(near - 0.012, near + 0.012, q.y));
  seen = mix(lawn, seen, smoothstep(-0.12, -0.1, q.y + 0.012 * leaf));
  return seen * 0.95;
}`;

const shine = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) { return tint; }`;

/** @returns {import("./surroundings.js").Surroundings} */
export function conference() {
  return {
    background: [0.75, 0.74, 0.72],
    light: {
      direction: [-0.3, 0.55, -0.72], color: [0.34, 0.36, 0.39], sky: [0.5, 0.49, 0.48],
      ground: [0.3, 0.27, 0.23],
      lamps: [
        { position: [-1.2, 1.7, north + 0.4], color: [0.7, 0.75, 0.82], reach: 2.2 },
        { position: [0, 1.85, 0], color: [0.34, 0.25, 0.15], reach: 1.1 },
        { position: [3.4, 1.55, -2.7], color: [0.85, 0.55, 0.28], reach: 0.7 },
      ],
    },
    faces: { lit: [1.03, 1.02, 1.01], shade: [0.9, 0.89, 0.88] },
    palette: {
      seat: [116, 122, 128], frame: [60, 54, 50], table: [150, 100, 66], tableLegs: [52, 48, 46],
    },
    hasArmchairs: true,
    tableSurface: varnishedWood,
    isMoving: false,
    bounds: { x: [west + 0.4, east - 0.4], z: [north + 0.4, south - 0.4] },
  };
}

/** @returns {import("../../../scene/stage-mesh.js").MeshData[]} */
export function conferenceMeshes() {
  const white = [232, 226, 216];
  return [
    panel([west, 0, north], [east, 0, south], [0, 1, 0], [176, 134, 96], { surface: floor }),
    ...walls(white), ...windowFrame(), slats(), ...lamps(), ...plants(), ...shelf(), rug(),
  ];
}

function walls(white) {
  const { left, right, low, high: top } = window;
  const options = { surface: plaster };
  return [
    joined([
      panel([west, 0, north], [left, high, north], [0, 0, 1], white),
      panel([right, 0, north], [east, high, north], [0, 0, 1], white),
      panel([left, 0, north], [right, low, north], [0, 0, 1], white),
      panel([left, top, north], [right, high, north], [0, 0, 1], white),
      panel([west, 0, north], [west, high, south], [1, 0, 0], [214, 209, 198]),
      panel([east, 0, north], [east, high, south], [-1, 0, 0], [204, 208, 202]),
      panel([west, 0, south], [east, high, south], [0, 0, -1], white),
      panel([west, high, north], [east, high, south], [0, -1, 0], [240, 237, 231]),
    ], options),
    panel([left - 1, low - 1, north - 0.6], [right + 1, top + 1, north - 0.6], [0, 0, 1], white,
      { surface: outdoors }),
  ];
}

function windowFrame() {
  const { left, right, low, high: top } = window, z = north - 0.06;
  const mesh = new MeshBuilder().paint([238, 234, 226]);
  const bar = (x0, x1, y0, y1, depth = 0.07) =>
    mesh.block([(x0 + x1) / 2, (y0 + y1) / 2, z], [x1 - x0, y1 - y0, depth], 0.008, 2);
  bar(left - 0.03, right + 0.03, top - 0.05, top + 0.03);
  bar(left - 0.03, right + 0.03, low - 0.03, low + 0.05);
  for (let i = 0; i <= 3; i += 1) {
    const x = left + (i * (right - left)) / 3;
    bar(x - 0.03, x + 0.03, low, top);
  }
  // The sill.
  mesh.block([(left + right) / 2, low - 0.02, north + 0.08], [right - left + 0.3, 0.035, 0.24],
    0.01, 3);
  const reveal = new MeshBuilder().paint([226, 222, 214]);
  reveal.block([left - 0.02, (low + top) / 2, north - 0.1], [0.04, top - low, 0.22], 0.004, 1);
  reveal.block([right + 0.02, (low + top) / 2, north - 0.1], [0.04, top - low, 0.22], 0.004, 1);
  return [mesh.build(), reveal.build()];
}

/** Upright slats of oak beside the window. */
function slats() {
  const mesh = new MeshBuilder();
  const random = randoms(11);
  mesh.shade = (x, y) => (0.82 + 0.18 * Math.min(1, y / 0.6)) * (y > 2.6 ? 0.9 : 1);
  for (let x = 1.62; x < east - 0.05; x += 0.085) {
    const tone = 0.86 + 0.2 * random();
    mesh.paint([178 * tone, 130 * tone, 88 * tone].map(Math.round));
    mesh.block([x, high / 2, north + 0.03], [0.052, high - 0.02, 0.05], 0.006, 1);
  }
  mesh.paint([58, 46, 38]);
  mesh.block(
    [(1.58 + east) / 2, high / 2, north + 0.004], [east - 1.58, high - 0.02, 0.008], 0.001, 1);
  return mesh.build();
}

function lamps() {
  // Over the table: a shade of felt, and the light in it.
  const shade = new MeshBuilder().paint([62, 70, 72]);
  shade.lathe([[0.02, 2.3], [0.05, 2.28], [0.2, 2.2], [0.3, 2.08], [0.315, 2.04], [0.3, 2.04],
    [0.19, 2.18], [0.03, 2.25]], [0, 0, 0], 40);
  shade.bar([[0, 2.28, 0], [0, high, 0]], 0.006, 6);
  const glow = new MeshBuilder().paint([255, 236, 200]);
  glow.ellipsoid([0, 2.1, 0], [0.075, 0.075, 0.075], 20, 12);
  // In the corner: a standing lamp.
  const stand = new MeshBuilder().paint([52, 46, 42]);
  stand.lathe([[0.012, 1.5], [0.012, 0.04], [0.15, 0.02], [0.155, 0]], [3.4, 0, -2.7], 24);
  const paper = new MeshBuilder().paint([255, 226, 178]);
  paper.lathe([[0.12, 1.78], [0.2, 1.76], [0.23, 1.6], [0.2, 1.42], [0.13, 1.39]], [3.4, 0, -2.7],
    32);
  return [shade.build(), glow.build({ surface: shine }), stand.build(),
    paper.build({ surface: shine })];
}

/** A plant: leaves on arching stems in a pot. */
function plant([x, y, z], size, seed, count = 26) {
  const random = randoms(seed), leaves = new MeshBuilder();
  leaves.shade = (px, py) => 0.55 + 0.45 * Math.min(1, (py - y) / size);
  for (let k = 0; k < count; k += 1) {
    const a = 2.4 * k + random(), length = size * (0.55 + 0.5 * random());
    const out = length * (0.3 + 0.55 * random()), tone = 0.75 + 0.4 * random();
    const at = (t) => {
      const bend = out * t * t, up = length * (t - 0.42 * t * t * (out / length) * 1.6);
      return [x + Math.sin(a) * bend, y + 0.3 * size + up, z + Math.cos(a) * bend];
    };
    leaves.paint([62 * tone, 104 * tone, 56 * tone].map(Math.round));
    leaves.bar([0, 0.25, 0.5].map(at), 0.006 * size + 0.002, 5);
    const side = [Math.cos(a), 0, -Math.sin(a)];
    leaves.grid(6, 10, (u, v) => {
      const t = 0.35 + 0.65 * v, p = at(t);
      const share = Math.sin(Math.PI * Math.min(1, Math.max(0, v)) ** 0.8);
      const wide = 0.13 * size * share * (2 * u - 1);
      const fold = 0.4 * Math.abs(wide);
      return [p[0] + side[0] * wide, p[1] + fold, p[2] + side[2] * wide];
    });
  }
  const pot = new MeshBuilder().paint([206, 198, 186]);
  const r = 0.2 * size + 0.05;
  pot.lathe([[r * 0.85, 0.36 * size], [r, 0.37 * size], [r, 0.35 * size], [r * 0.92, 0.1 * size],
    [r * 0.7, 0]], [x, y, z], 28);
  const soil = new MeshBuilder().paint([58, 46, 38]);
  soil.lathe([[0.001, 0.34 * size], [r * 0.88, 0.34 * size]], [x, y, z], 20);
  return [leaves.build(), pot.build(), soil.build()];
}

function plants() {
  return [
    ...plant([-3.65, 0, -2.7], 1.05, 5), ...plant([1.45, 0, -3.05], 0.75, 9, 20),
    ...plant([-0.4, window.low, north + 0.1], 0.3, 3, 18),
    ...plant([-2.5, window.low, north + 0.1], 0.24, 8, 14), ...plant([3.6, 0, 3], 1, 7),
  ];
}

/** A sideboard and pictures on the other walls. */
function shelf() {
  const wood = new MeshBuilder().paint([150, 104, 70]);
  wood.shade = (x, y) => 0.6 + 0.4 * Math.min(1, y / 0.5);
  wood.block([0, 0.42, south - 0.25], [2.4, 0.6, 0.44], 0.012, 2);
  for (const x of [-1.05, 1.05]) wood.block([x, 0.07, south - 0.25], [0.05, 0.14, 0.34], 0.005, 1);
  wood.paint([96, 66, 46]);
  for (const x of [-0.4, 0.4]) wood.block([x, 0.42, south - 0.474], [0.006, 0.58, 0.006], 0.001, 1);
  const books = new MeshBuilder(), random = randoms(21);
  const tones = [[150, 78, 62], [72, 92, 110], [196, 170, 120], [84, 104, 84], [206, 200, 190]];
  for (let x = -1; x < 0.1;) {
    const w = 0.025 + 0.03 * random(), h = 0.2 + 0.09 * random();
    books.paint(tones[Math.floor(random() * tones.length)]);
    books.block([x + w / 2, 0.72 + h / 2, south - 0.24], [w * 0.94, h, 0.18], 0.004, 1);
    x += w;
  }
  const bowl = painted(sculpt(melted(0.01, ball([0.7, 0.8, south - 0.25], [0.14, 0.075, 0.14]),
    limb([0.7, 0.73, south - 0.25], [0.7, 0.76, south - 0.25], 0.05)),
  [[0.5, 0.66, south - 0.45], [0.9, 0.92, south - 0.05]], 0.016), [190, 120, 84]);
  const frames = new MeshBuilder().paint([54, 46, 40]);
  frames.block([west + 0.02, 1.6, 0], [0.03, 0.9, 1.3], 0.006, 1);
  frames.block([east - 0.02, 1.6, 0.4], [0.03, 1, 0.76], 0.006, 1);
  const art = (x, z, w, h, facing, seed) => panel(
    [x, 1.6 - h / 2, z - w / 2], [x, 1.6 + h / 2, z + w / 2], [facing, 0, 0], [230, 220, 204],
    { surface: painting(seed) });
  return [wood.build(), books.build(), bowl, frames.build(),
    art(west + 0.037, 0, 1.2, 0.8, 1, 3), art(east - 0.037, 0.4, 0.66, 0.9, -1, 8)];
}

/** An abstract landscape in three tones. */
const painting = (seed) => `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float line = 1.52 + 0.2 * (clouds(vec2(p.z * 2.2 + ${seed}.0, ${seed}.5)) - 0.5);
  float low = line - 0.16 + 0.16 * (clouds(vec2(p.z * 3.0 - ${seed}.0, 1.5)) - 0.5);
  vec3 paint = mix(
    vec3(0.78, 0.62, 0.42), vec3(0.86, 0.8, 0.68), smoothstep(line, line + 0.5, p.y));
  paint = mix(vec3(0.32, 0.42, 0.42), paint, smoothstep(line - 0.004, line + 0.004, p.y));
  paint = mix(vec3(0.16, 0.22, 0.26), paint, smoothstep(low - 0.004, low + 0.004, p.y));
  return paint * (0.9 + 0.2 * clouds(p.zy * 40.0)) * 0.8 * lightOn(n, p);
}`;

function rug() {
  const mesh = new MeshBuilder().paint([150, 146, 138]);
  mesh.grid(64, 2, (u, v) => {
    const a = -2 * Math.PI * u;
    return [2.2 * v * Math.sin(a), 0.004, 2.2 * v * Math.cos(a)];
  });
  return mesh.build({ surface: `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
    float weave = 0.9 + 0.14 * noise(p.xz * 240.0) + 0.06 * sin(length(p.xz) * 60.0);
    return tint * weave * 0.62 * (lightOn(n, p) + 0.35);
  }` });
}

