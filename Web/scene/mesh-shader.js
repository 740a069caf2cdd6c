/**
 * Meshes: vertex colours, one soft key light and light from all around. Colours are sRGB-coded
 * outside, linear while light is added up.
 */

export const vertexSource = `#version 300 es
precision highp float;

layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec4 color;

uniform mat4 worldFromModel, viewFromWorld, projection;

out vec3 worldNormal;
out vec4 tint;

void main() {
  worldNormal = mat3(worldFromModel) * normal;
  tint = color;
  gl_Position = projection * (viewFromWorld * (worldFromModel * vec4(position, 1.0)));
}
`;

export const fragmentSource = `#version 300 es
precision highp float;

in vec3 worldNormal;
in vec4 tint;
out vec4 color;

/// From where the key light comes, its colour, and the light from above and from below; linear.
uniform vec3 keyDirection, keyColor, skyColor, groundColor;

void main() {
  vec3 n = normalize(gl_FrontFacing ? worldNormal : -worldNormal);
  // A wide source reaches past the horizon.
  float key = clamp((dot(n, keyDirection) + 0.4) / 1.4, 0.0, 1.0);
  vec3 light = keyColor * key + mix(groundColor, skyColor, 0.5 + 0.5 * n.y);
  vec3 linear = pow(tint.rgb, vec3(2.2)) * light;
  color = vec4(pow(min(linear, 1.0), vec3(1.0 / 2.2)) * tint.a, tint.a);
}
`;
