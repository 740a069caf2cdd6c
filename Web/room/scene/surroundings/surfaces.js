/** Surfaces that several surroundings use: see scene/mesh-shader.js. */

/** Walnut with a long grain, varnished: a bright window lies on it towards −z. */
export const varnishedWood = `
vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float ring = clouds(vec2(p.x * 1.3, p.z * 15.0) + 0.35 * clouds(p.xz * 3.0));
  float fine = clouds(vec2(p.x * 9.0, p.z * 150.0));
  vec3 wood = tint * (0.66 + 0.5 * ring) * (0.88 + 0.22 * fine);
  float fresnel = 0.03 + 0.45 * pow(1.0 - max(dot(n, toEye), 0.0), 5.0);
  vec3 r = reflect(-toEye, n);
  float window = smoothstep(0.0, -0.5, r.z) * smoothstep(0.02, 0.2, r.y);
  vec3 glare = fresnel * n.y * (0.25 + 0.75 * window) * vec3(0.8, 0.86, 0.92);
  return wood * lightOn(n, p) * 0.95 + glare;
}`;

/** Boards that the weather has bleached. */
export const weatheredWood = `
vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float board = p.x * 6.5, row = floor(board), tone = hash(vec2(row, 4.0));
  float grain = clouds(vec2(board * 9.0 + 5.0 * tone, p.z * 1.6 + 13.0 * tone));
  float fine = clouds(vec2(p.x * 190.0, p.z * 7.0));
  float gap = smoothstep(0.0, 0.035, fract(board)) * smoothstep(1.0, 0.965, fract(board));
  vec3 c = tint * (0.8 + 0.28 * tone) * (0.72 + 0.5 * grain) * (0.88 + 0.22 * fine);
  return c * mix(0.35, 1.0, gap) * lightOn(n, p);
}`;
