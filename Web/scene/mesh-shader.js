/**
 * Meshes: vertex colours, one soft key light, light from all around and lamps, and mist. Colours
 * are sRGB-coded outside, linear while light is added up.
 *
 * A mesh may bring a `surface` of its own, a function in GLSL that says what its points look like:
 *
 *     vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) { return tint * lightOn(n, p); }
 *
 * It gets the vertices' colour (linear), the normal, the point in the world and the direction to
 * the eye, and returns a linear colour. It may use `time`, `keyDirection`, `keyColor`, `skyColor`,
 * `groundColor`, `noise(vec2)`, `noise(vec3)`, `clouds(vec2)` (four octaves, 0…1), and set
 * `mistShare` to 0 where no mist lies before it, and `cover`, the opacity.
 */

/** The most lamps. */
export const maxLamps = 4;

/** What a mesh looks like that does not say: matt. */
export const mattSurface =
  "vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) { return tint * lightOn(n, p); }";

export const vertexSource = `#version 300 es
precision highp float;

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 color;

uniform mat4 worldFromModel, viewFromWorld, projection;

out vec3 worldNormal, worldPosition;
out vec4 tint;

void main() {
  worldNormal = mat3(worldFromModel) * normal;
  vec4 world = worldFromModel * vec4(position, 1.0);
  worldPosition = world.xyz;
  tint = color;
  gl_Position = projection * (viewFromWorld * world);
}
`;

/** @param {string} surface the function `surface` */
export const fragmentSource = (surface) => `#version 300 es
precision highp float;

in vec3 worldNormal, worldPosition;
in vec4 tint;
out vec4 color;

/// From where the key light comes, its colour, and the light from above and from below; linear.
uniform vec3 keyDirection, keyColor, skyColor, groundColor;
/// Places and reaches; colours.
uniform vec4 lamps[${maxLamps}];
uniform vec3 lampColors[${maxLamps}];
/// Its colour, and how much of it lies before something one unit away.
uniform vec4 mist;
uniform vec3 eye;
uniform float time;

float mistShare = 1.0;
float cover;

float hash(vec2 p) {
  vec3 q = fract(vec3(p.xyx) * 0.1031);
  q += dot(q, q.yzx + 33.33);
  return fract((q.x + q.y) * q.z);
}

float noise(vec2 p) {
  vec2 i = floor(p), f = fract(p);
  f = f * f * (3.0 - 2.0 * f);
  return mix(
    mix(hash(i), hash(i + vec2(1.0, 0.0)), f.x),
    mix(hash(i + vec2(0.0, 1.0)), hash(i + vec2(1.0, 1.0)), f.x), f.y);
}

float noise(vec3 p) {
  float level = floor(p.y), share = fract(p.y);
  share = share * share * (3.0 - 2.0 * share);
  vec2 shift = vec2(37.0, 17.0);
  return mix(noise(p.xz + shift * level), noise(p.xz + shift * (level + 1.0)), share);
}

float clouds(vec2 p) {
  float sum = 0.0, weight = 0.5;
  for (int i = 0; i < 4; i++) {
    sum += weight * noise(p);
    p = mat2(1.6, 1.2, -1.2, 1.6) * p + 7.3;
    weight *= 0.5;
  }
  return sum / 0.9375;
}

/// A wide source reaches past the horizon.
float keyOn(vec3 n) {
  return clamp((dot(n, keyDirection) + 0.4) / 1.4, 0.0, 1.0);
}

vec3 lampsOn(vec3 n, vec3 p) {
  vec3 sum = vec3(0.0);
  for (int i = 0; i < ${maxLamps}; i++) {
    vec3 away = lamps[i].xyz - p;
    float square = dot(away, away) / (lamps[i].w * lamps[i].w);
    float facing = clamp((dot(n, normalize(away)) + 0.25) / 1.25, 0.0, 1.0);
    sum += lampColors[i] * facing / (1.0 + square * square + square);
  }
  return sum;
}

vec3 lightOn(vec3 n, vec3 p) {
  return keyColor * keyOn(n) + mix(groundColor, skyColor, 0.5 + 0.5 * n.y) + lampsOn(n, p);
}

${surface}

void main() {
  vec3 n = normalize(gl_FrontFacing ? worldNormal : -worldNormal);
  vec3 away = eye - worldPosition;
  float distance = length(away);
  cover = tint.a;
  vec3 linear = surface(pow(tint.rgb, vec3(2.2)), n, worldPosition, away / distance);
  linear = mix(linear, mist.rgb, mistShare * (1.0 - exp(-mist.a * distance)));
  vec3 coded = pow(clamp(linear, 0.0, 1.0), vec3(1.0 / 2.2));
  // Eight bits show steps in dark gradients: half of one, at random.
  coded += (hash(gl_FragCoord.xy) - 0.5) / 255.0;
  color = vec4(clamp(coded, 0.0, 1.0) * cover, cover);
}
`;
