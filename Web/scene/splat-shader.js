/**
 * Splats as quads.
 *
 * The same picture as the native rasteriser's (Sources/SplatKernels, Projection and Forward):
 * Σ′ = J W Σ Wᵀ Jᵀ + 0.3 px² (Zwicker et al., "EWA splatting", 2002), opacity at most 0.99,
 * alpha = opacity · exp(−½ dᵀ Σ′⁻¹ d), nothing below 1/255, blended in sRGB-coded values.
 *
 * J is that of the middle, or of what is 1.3 times as far out as the picture's edge where the middle lies
 * beyond: what is nearby, beside or below the eye, would cover all else (as in Kerbl et al., "3D
 * Gaussian Splatting", 2023). The native rasteriser draws nothing that is so.
 *
 * A splat's quad is the parallelogram about its ellipse alpha = 1/255 that Cholesky's L gives,
 * Σ′ = L Lᵀ: as small as the rectangle along the axes, without their eigenvalues. Quads are drawn
 * in batches of one mesh, not as an instance each: instances of four vertices leave most of a
 * GPU's lanes idle, and each costs a software GPU as much as a draw call.
 */

/** The number of splats in one instance of the batch mesh. */
export const batchSize = 256;
/** Texels in a row of the splat textures: splats a row of centres, colours and orders. */
export const rowLength = 1024;
/** The most avatars in one picture: the index of an avatar takes the upper byte of an order. */
export const maxLayers = 16;

export const vertexSource = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp usampler2D;

/// The splat of each place in the order: index | layer << 24.
uniform usampler2D orders;
uniform sampler2D centers, covariances, colors;
uniform int count;

/// Camera coordinates of each layer's driving camera to view coordinates.
uniform mat4 viewFromLayer[${maxLayers}];
/// Opacity factor; 1 where meshes hide splats, 0 where they do not; how far before them.
uniform vec3 traits[${maxLayers}];
/// Camera coordinates to a share of the opacity: 1 above a plane, 0 below another.
uniform vec4 fades[${maxLayers}];
/// Factors of colours in the light and in the shade, and where each is.
uniform vec3 lit[${maxLayers}], shade[${maxLayers}];
uniform vec4 lightPlanes[${maxLayers}];
uniform mat4 projection;
/// Focal lengths and the viewport's size, in pixels.
uniform vec2 focal, size;
uniform float nearest;

out vec2 place;
flat out vec4 tint;

const float smallestLogAlpha = -7.9943534;
const float lowPass = 0.3;
const float largestExtent = 4096.0;

void main() {
  gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
  int k = gl_InstanceID * ${batchSize} + (gl_VertexID >> 2);
  if (k >= count) return;
  uint word = texelFetch(orders, ivec2(k & ${rowLength - 1}, k / ${rowLength}), 0).r;
  int layer = int(word >> 24), index = int(word & 0xFFFFFFu);
  ivec2 texel = ivec2(index & ${rowLength - 1}, index / ${rowLength});
  ivec2 pair = ivec2(2 * texel.x, texel.y);

  vec4 color = texelFetch(colors, texel, 0);
  vec4 center = vec4(texelFetch(centers, texel, 0).xyz, 1.0);
  float share = traits[layer].x * smoothstep(0.0, 1.0, dot(fades[layer], center));
  float opacity = min(color.a * share, 0.99);
  mat4 m = viewFromLayer[layer];
  vec3 p = (m * center).xyz;
  float depth = -p.z;
  // False for NaN.
  if (!(depth >= nearest && depth < 1e30 && opacity >= 1.0 / 255.0)) return;

  vec3 u = texelFetch(covariances, pair, 0).xyz;
  vec3 v = texelFetch(covariances, pair + ivec2(1, 0), 0).xyz;
  mat3 sigma = mat3(u, u.y, v.xy, u.z, v.yz);
  vec2 j = focal / depth, limit = 0.65 * size / focal;
  vec2 slope = clamp(p.xy / depth, -limit, limit);
  vec3 a = transpose(mat3(m)) * vec3(j.x, 0.0, j.x * slope.x);
  vec3 c = transpose(mat3(m)) * vec3(0.0, j.y, j.y * slope.y);
  vec3 sa = sigma * a;
  float sxx = dot(a, sa) + lowPass, sxy = dot(c, sa), syy = dot(c, sigma * c) + lowPass;

  float logOpacity = log2(opacity);
  // alpha = 2^(logOpacity − |place|²), place = L⁻¹ d √(½ log₂ e).
  float reach = sqrt(max(logOpacity - smallestLogAlpha, 0.0));
  float pixels = reach * 1.1774100;
  if (!(pixels * sqrt(max(sxx, syy)) < largestExtent)) return;
  float lxx = sqrt(sxx), lyx = sxy / lxx, lyy = sqrt(max(syy - lyx * lyx, 1e-6));
  vec2 corner = vec2((gl_VertexID & 1) * 2 - 1, (gl_VertexID & 2) - 1);
  vec2 offset = pixels * vec2(lxx * corner.x, lyx * corner.x + lyy * corner.y);

  vec4 clip = projection * vec4(p, 1.0);
  place = reach * corner;
  vec3 light = mix(shade[layer], lit[layer], smoothstep(0.0, 1.0, dot(lightPlanes[layer], center)));
  tint = vec4(min(color.rgb * light, 1.0), logOpacity);
  // A splat lies at its centre's depth as a whole.
  vec4 before = projection * vec4(p * (1.0 - min(traits[layer].z / depth, 0.5)), 1.0);
  gl_Position = vec4(
    clip.xy / clip.w + 2.0 * offset / size,
    mix(-1.0, max(before.z / before.w, -1.0), traits[layer].y), 1.0);
}
`;

export const fragmentSource = `#version 300 es
precision highp float;

in vec2 place;
flat in vec4 tint;
out vec4 color;

const float smallestLogAlpha = -7.9943534;

void main() {
  float exponent = tint.a - dot(place, place);
  if (exponent < smallestLogAlpha) discard;
  float alpha = exp2(exponent);
  color = vec4(tint.rgb * alpha, alpha);
}
`;
