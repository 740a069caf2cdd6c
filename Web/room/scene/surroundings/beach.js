import { MeshBuilder } from "../mesh-builder.js";
import { ball, limb, melted, painted, sculpt } from "../sculpture.js";
import { ground, joined, moved, randoms, sky, waves } from "./parts.js";
import { weatheredWood } from "./surfaces.js";

/** A beach before the sun sets: sand, a calm sea, hills in the haze, a fire of driftwood. */

/** Towards the sun. */
const sun = [-0.3, 0.075, -0.95];
const glslSun = `normalize(vec3(${sun.map((v) => v.toFixed(3)).join()}))`;
/** Where the water begins, and how high it stands. */
const shore = -7.5, level = -0.42;
const fire = [2.5, 0, -2.9];

/** The sky in a direction: what the sea and wet sand reflect too. */
const heaven = `
vec3 heaven(vec3 d) {
  float up = max(d.y, 0.0);
  vec3 high = vec3(0.085, 0.125, 0.27), middle = vec3(0.40, 0.31, 0.43);
  vec3 low = vec3(0.98, 0.50, 0.25), rim = vec3(1.0, 0.70, 0.36);
  vec3 level = normalize(vec3(${sun[0]}, 0.0, ${sun[2]}));
  float toSun = max(dot(normalize(vec3(d.x, 0.0, d.z) + 1e-5), level), 0.0);
  float warm = 0.35 + 0.65 * toSun * toSun;
  vec3 c = mix(mix(vec3(0.62, 0.40, 0.42), low, warm), middle, smoothstep(0.0, 0.26, up));
  c = mix(c, high, smoothstep(0.12, 0.75, up));
  c += rim * 0.42 * warm * exp(-up * 16.0);
  float s = max(dot(d, ${glslSun}), 0.0);
  return c + vec3(1.0, 0.55, 0.22) * (0.17 * pow(s, 20.0) + 0.30 * pow(s, 300.0));
}
`;

const heavens = `${heaven}
vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  mistShare = 0.0;
  vec3 d = -toEye;
  vec3 c = heaven(d);
  vec2 q = d.xz / (d.y + 0.12);
  float high = clouds(q * vec2(0.7, 1.7) + vec2(time * 0.004, 3.0));
  float thin = clouds(q * vec2(0.5, 3.2) + vec2(9.0 + time * 0.003, 1.0));
  float cover = smoothstep(0.5, 0.85, 0.55 * high + 0.5 * thin) * smoothstep(0.015, 0.16, d.y);
  float s = max(dot(d, ${glslSun}), 0.0);
  vec3 lit = mix(vec3(0.46, 0.30, 0.38), vec3(1.0, 0.60, 0.42), 0.25 + 0.75 * s * s);
  c = mix(c, lit, cover * 0.62 * (1.0 - 0.6 * smoothstep(0.2, 0.8, d.y)));
  float stars = step(0.9972, hash(floor(d.xz / (d.y + 0.4) * 210.0)));
  c += stars * 0.35 * smoothstep(0.35, 0.8, d.y) * (1.0 - cover);
  float disc = smoothstep(0.99962, 0.99978, dot(d, ${glslSun}));
  return mix(c, vec3(1.0, 0.96, 0.82), disc);
}`;

const sea = `${heaven}
float swell(vec2 p) {
  float a = 0.34 * noise(vec2(p.x * 0.18 + time * 0.11, p.y * 0.42 - time * 0.33));
  a += 0.2 * noise(vec2(p.x * 0.7 - time * 0.21, p.y * 1.3 - time * 0.55));
  return a + 0.06 * noise(p * vec2(2.6, 4.2) + vec2(time * 0.7, -time));
}
vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float away = length(p - eye);
  float fine = 1.0 / (1.0 + away * 0.028);
  float e = 0.06 + 0.008 * away;
  float h = swell(p.xz);
  vec2 slope = vec2(swell(p.xz + vec2(e, 0.0)) - h, swell(p.xz + vec2(0.0, e)) - h) / e;
  vec3 m = normalize(vec3(-slope.x * 0.5 * fine, 1.0, -slope.y * 0.5 * fine));
  vec3 r = reflect(-toEye, m);
  r.y = abs(r.y) + 0.01;
  float fresnel = 0.03 + 0.97 * pow(1.0 - max(dot(m, toEye), 0.0), 4.0);
  float depth = smoothstep(${shore.toFixed(1)}, ${(shore - 16).toFixed(1)}, p.z);
  vec3 body = mix(vec3(0.13, 0.155, 0.16), vec3(0.022, 0.05, 0.09), depth);
  vec3 c = mix(body, heaven(normalize(r)), fresnel * 0.92);
  float glitter = pow(max(dot(normalize(r), ${glslSun}), 0.0), 340.0);
  c += vec3(1.0, 0.66, 0.34) * glitter * 1.6;
  // Foam where waves run out, along a line that comes and goes.
  float edge = ${shore.toFixed(1)} - 0.25 + 0.55 * sin(time * 0.42 + 0.5 * noise(p.xz * 0.3))
    + 1.3 * (noise(vec2(p.x * 0.35, 2.0)) - 0.5);
  float foam = smoothstep(0.5, 0.0, abs(p.z - edge))
    * smoothstep(0.36, 0.62, clouds(p.xz * 3.4 + time * 0.1));
  float second = smoothstep(0.6, 0.0, abs(p.z - edge + 3.1))
    * smoothstep(0.5, 0.7, clouds(p.xz * 2.2 - time * 0.08));
  c = mix(c, vec3(0.78, 0.62, 0.60), 0.75 * foam + 0.45 * second);
  cover = smoothstep(edge + 0.35, edge - 0.3, p.z);
  cover = max(cover, foam * 0.8);
  return c;
}`;

const sand = `${heaven}
/// How high the sand lies: what the wind has made, and feet.
float ripples(vec2 p) {
  float waves = sin(p.y * 21.0 + 5.0 * noise(p * 1.1) + 4.2 * clouds(p * 0.6));
  return 0.5 * waves * smoothstep(0.3, 0.7, noise(p * 0.45)) + 2.2 * clouds(p * 2.6);
}
vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float away = length(p - eye), fine = exp(-away * 0.07);
  vec2 q = p.xz;
  float e = 0.03, h = ripples(q);
  vec2 slope = vec2(ripples(q + vec2(e, 0.0)) - h, ripples(q + vec2(0.0, e)) - h) / e;
  vec3 m = normalize(n + vec3(-slope.x, 0.0, -slope.y) * 0.022 * fine);
  vec3 grain = tint * (0.93 + 0.14 * noise(q * 230.0) * fine) * (0.9 + 0.2 * clouds(q * 1.3));
  float wet = smoothstep(
    ${(shore + 2.4).toFixed(1)}, ${(shore + 0.7).toFixed(1)}, p.z + 0.9 * noise(q * 0.5));
  vec3 c = grain * mix(1.0, 0.42, wet) * lightOn(m, p);
  vec3 r = reflect(-toEye, vec3(0.0, 1.0, 0.0));
  float fresnel = 0.02 + 0.8 * pow(1.0 - max(toEye.y, 0.0), 4.0);
  return mix(c, heaven(r), wet * fresnel);
}`;

const hills = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  mistShare = 0.0;
  return tint * (0.94 + 0.12 * clouds(p.xy * 0.35));
}`;

const flame = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  mistShare = 0.0;
  vec3 q = p - vec3(${fire.map((v) => v.toFixed(2)).join()});
  float h = q.y / 0.75;
  vec2 across = vec2(toEye.z, -toEye.x) / max(length(toEye.xz), 0.01);
  float x = dot(q.xz, across) / 0.24;
  x += 0.35 * (noise(vec2(h * 3.0 - time * 2.6, 4.0)) - 0.5) * h * 2.0;
  float body = 1.0 - abs(x) / (0.95 * (1.0 - 0.72 * h) + 0.01);
  float lick = clouds(vec2(x * 1.7, h * 2.0 - time * 1.9));
  float heat = clamp(body, 0.0, 1.0) * smoothstep(1.0, 0.15, h + 0.55 * (lick - 0.35))
    * smoothstep(-0.02, 0.08, h);
  cover = smoothstep(0.08, 0.5, heat) * 0.92;
  vec3 hot = mix(vec3(1.0, 0.16, 0.02), vec3(1.0, 0.74, 0.26), smoothstep(0.15, 0.75, heat));
  return hot * (0.75 + 0.4 * heat);
}`;

/** @returns {import("./surroundings.js").Surroundings} */
export function beach() {
  return {
    background: [0.5, 0.36, 0.38],
    light: {
      direction: [-0.42, 0.34, -0.72], color: [0.62, 0.36, 0.2], sky: [0.36, 0.33, 0.42],
      ground: [0.2, 0.15, 0.13], mist: [0.72, 0.42, 0.33, 0.0042],
      lamps: [
        { position: [fire[0], 0.5, fire[2]], color: [1.35, 0.56, 0.16], reach: 1.15 },
      ],
    },
    faces: { lit: [1.05, 0.98, 0.9], shade: [0.8, 0.75, 0.78] },
    palette: { seat: [206, 190, 164], frame: [128, 98, 72], table: [156, 126, 96] },
    hasArmchairs: false,
    tableSurface: weatheredWood,
    isMoving: true,
    bounds: { x: [-7, 7], z: [shore + 1.2, 7] },
  };
}

/** @returns {import("../../../scene/stage-mesh.js").MeshData[]} */
export function beachMeshes() {
  return [
    sky(heavens), ...land(), water(), ...headlands(), ...campfire(), ...driftwood(), grass(),
  ];
}

const heightAt = (x, z) => {
  const seaward = Math.max(0, -z - 3.2), behind = Math.max(0, z - 5.5);
  const flat = Math.min(1, Math.max(0, (Math.hypot(x, z + 1) - 3) / 5));
  return -0.085 * seaward + 0.05 * flat * waves(x * 0.5, z * 0.6) +
    Math.min(2.6, 0.16 * behind) * (0.8 + 0.35 * waves(x * 0.16, z * 0.2));
};

function land() {
  return [ground(120, heightAt, () => [214, 180, 142], { surface: sand }, [120, 90])];
}

function water() {
  const mesh = new MeshBuilder().paint([40, 60, 80]);
  mesh.grid(1, 1, (u, v) => [380 * (u - 0.5), level, shore + 2.2 - 180 * v]);
  return mesh.build({ surface: sea, isTranslucent: true });
}

/** Far hills on both sides, each paler than the one before it. */
function headlands() {
  const ranges = [
    { z: -150, from: -175, to: -52, high: 17, color: [150, 106, 112], seed: 1 },
    { z: -120, from: -175, to: -70, high: 13, color: [116, 84, 98], seed: 4 },
    { z: -150, from: 58, to: 175, high: 14, color: [138, 98, 110], seed: 7 },
    { z: -104, from: 84, to: 175, high: 12, color: [98, 74, 90], seed: 9 },
  ];
  return ranges.map(({ z, from, to, high, color, seed }) => {
    const mesh = new MeshBuilder().paint(color);
    const inner = Math.abs(from) < Math.abs(to) ? from : to;
    mesh.grid(120, 1, (u, v) => {
      const x = from + (to - from) * u;
      const rise = Math.min(1, Math.abs(x - inner) / 45);
      const crest = rise ** 0.7 * (0.68 + 0.22 * waves(x * 0.05 + seed, seed) +
        0.1 * waves(x * 0.21, seed + 3));
      return [x, level - 0.5 + high * crest * (1 - v), z];
    });
    return mesh.build({ surface: hills });
  });
}

function log(points, radii, color, cell = 0.018) {
  const parts = points.slice(1).map((p, i) => limb(points[i], p, radii[i], radii[i + 1]));
  const bark = melted(0.02, ...parts);
  const rough = (x, y, z) => bark(x, y, z) +
    0.005 * Math.sin(70 * x + 9 * z) * Math.sin(23 * y + 55 * z);
  const low = [0, 1, 2].map((k) => Math.min(...points.map((p) => p[k])) - 0.16);
  const high = [0, 1, 2].map((k) => Math.max(...points.map((p) => p[k])) + 0.16);
  return painted(sculpt(rough, [low, high], cell), color);
}

function campfire() {
  const [x, , z] = fire, wood = [92, 70, 56];
  const logs = [0, 1, 2, 3, 4].map((k) => {
    const a = 1.26 * k + 0.3, c = Math.cos(a), s = Math.sin(a);
    return log([[x + 0.42 * s, 0.03, z + 0.42 * c], [x + 0.02 * s, 0.3, z + 0.02 * c]],
      [0.05, 0.035], wood, 0.02);
  });
  const random = randoms(5), stones = Array.from({ length: 11 }, (_, k) => {
    const a = (2 * Math.PI * k) / 11, r = 0.56 + 0.05 * random(), size = 0.09 + 0.05 * random();
    const tone = 0.8 + 0.3 * random();
    const mesh = new MeshBuilder().paint([104 * tone, 96 * tone, 94 * tone].map(Math.round));
    mesh.shade = (px, py) => 0.6 + 0.4 * Math.min(1, Math.max(0, py / 0.09));
    mesh.ellipsoid([x + r * Math.sin(a), 0.03, z + r * Math.cos(a)],
      [size * 1.1, size * 0.75, size * (0.8 + 0.4 * random())], 14, 9);
    return mesh.build();
  });
  const ash = new MeshBuilder().paint([30, 24, 24], 0.85);
  ash.patch([x, 0.02, z], 0.8, 0.25);
  // Sheets that face whoever looks: which way, the surface knows.
  const sheets = [0, 1, 2].map((k) => {
    const mesh = new MeshBuilder(), a = (k * Math.PI) / 3, c = Math.cos(a), s = Math.sin(a);
    mesh.grid(1, 1, (u, v) => [x + 0.34 * (2 * u - 1) * c, 0.9 * v, z + 0.34 * (2 * u - 1) * s]);
    return mesh.build();
  });
  return [joined(logs), joined(stones), ash.build(),
    joined(sheets, { surface: flame, isTranslucent: true })];
}

function driftwood() {
  const pale = [168, 148, 130];
  const trunk = melted(0.05, limb([-4.6, 0.08, -3.9], [-2.7, 0.16, -4.5], 0.17, 0.12),
    limb([-2.7, 0.16, -4.5], [-2.1, 0.34, -4.55], 0.1, 0.05),
    limb([-3.4, 0.14, -4.28], [-3.1, 0.5, -4], 0.06, 0.03));
  const grained = (x, y, z) => trunk(x, y, z) + 0.006 * Math.sin(60 * y + 12 * x + 40 * z);
  const rocks = (at, size, seed) => {
    const random = randoms(seed), parts = Array.from({ length: 4 }, () =>
      ball([at[0] + size * (random() - 0.5), at[1] + 0.1 * size, at[2] + size * (random() - 0.5)],
        [size * (0.4 + 0.3 * random()), size * (0.3 + 0.25 * random()), size * 0.5]));
    const stone = melted(0.05 * size, ...parts);
    const rough = (x, y, z) =>
      stone(x, y, z) + 0.03 * size * waves((x * 5) / size, ((z + y) * 5) / size);
    return painted(sculpt(rough, [at.map((v) => v - 1.4 * size), at.map((v) => v + 1.4 * size)],
      0.075 * size), [112, 98, 96]);
  };
  return [
    painted(sculpt(grained, [[-5, -0.2, -4.9], [-1.9, 0.7, -3.5]], 0.03), pale),
    joined([rocks([6.4, -0.35, -7.4], 1.1, 3), rocks([7.8, -0.4, -8], 1.6, 6),
      rocks([-8.6, -0.4, -7.6], 1.4, 8)]),
  ];
}

/** Dune grass, beside and behind. */
function grass() {
  const random = randoms(31), blades = [];
  for (let k = 0; k < 46; k += 1) {
    const side = k % 2 ? 1 : -1;
    const x = side * (3.4 + 4.5 * random()), z = k % 3 ? 3.4 + 5 * random() : -1.5 + 6 * random();
    const y = heightAt(x, z), mesh = new MeshBuilder();
    for (let i = 0; i < 11; i += 1) {
      const a = 6.28 * random(), size = 0.3 + 0.35 * random(), lean = 0.12 + 0.3 * random();
      const tone = 0.8 + 0.35 * random();
      mesh.paint([132 * tone, 122 * tone, 84 * tone].map(Math.round));
      const c = Math.cos(a), s = Math.sin(a);
      mesh.grid(1, 4, (u, v) => [
        0.03 * i * s * 0.4 + s * lean * v * v + (u - 0.5) * 0.014 * (1 - v) * c,
        size * v * (1 - 0.3 * v * lean), 0.03 * i * c * 0.4 + c * lean * v * v -
          (u - 0.5) * 0.014 * (1 - v) * s]);
    }
    blades.push(moved(mesh.build(), [x, y - 0.02, z], 6.28 * random()));
  }
  return joined(blades);
}
