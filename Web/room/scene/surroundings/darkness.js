import { MeshBuilder } from "../mesh-builder.js";

/**
 * A black void: a warm, soft key light from one side, a faint cool rim from the other, and a floor
 * that is there only where people sit.
 */

const floor = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float r = length(p.xz);
  // A pool of light; boards too fine to count.
  float pool = exp(-r * r / 5.0) + 0.1 * exp(-r * r / 18.0);
  float grain = 0.92 + 0.08 * clouds(p.xz * vec2(3.0, 41.0));
  return tint * grain * pool * (keyColor * 0.9 + skyColor);
}`;

/** @returns {import("./surroundings.js").Surroundings} */
export function darkness() {
  const ground = new MeshBuilder().paint([58, 52, 47]);
  ground.grid(1, 1, (u, v) => [12 * (u - 0.5), 0, 12 * (0.5 - v)]);
  return {
    background: [0, 0, 0],
    light: {
      direction: [0.85, 0.62, 0.1], color: [0.62, 0.5, 0.39], sky: [0.035, 0.036, 0.042],
      ground: [0.02, 0.017, 0.014],
      lamps: [{ position: [-2.2, 2.1, 0], color: [0.1, 0.13, 0.18], reach: 1.6 }],
    },
    faces: { lit: [1.02, 0.99, 0.95], shade: [0.62, 0.6, 0.6] },
    palette: { seat: [58, 50, 46], frame: [36, 30, 26], table: [64, 46, 34] },
    hasArmchairs: true,
    meshes: [ground.build({ surface: floor })],
    isMoving: false,
  };
}
