import { MeshBuilder } from "../mesh-builder.js";
import { weatheredWood } from "./surfaces.js";

/**
 * A black void: a warm, soft key light from one side, cool rims from behind, and a floor that is
 * there only where people sit.
 */

const floor = `vec3 surface(vec3 tint, vec3 n, vec3 p, vec3 toEye) {
  float r = length(p.xz);
  float pool = exp(-r * r / 3.4) + 0.16 * exp(-r * r / 9.0);
  float grain = 0.86 + 0.28 * clouds(p.xz * vec2(2.0, 26.0)) * clouds(p.xz * 3.0);
  // Polished: what light there is lies on it far off.
  float gloss = pow(1.0 - max(toEye.y, 0.0), 4.0);
  return tint * grain * pool * (keyColor * 0.5 + skyColor) + 0.03 * gloss * pool * keyColor;
}`;

/** @returns {import("./surroundings.js").Surroundings} */
export function darkness() {
  return {
    background: [0, 0, 0],
    light: {
      direction: [0.85, 0.6, 0.1], color: [1.5, 1.18, 0.88], sky: [0.075, 0.078, 0.09],
      ground: [0.05, 0.042, 0.035],
      lamps: [
        { position: [-1.5, 1.9, -1.9], color: [0.55, 0.72, 1], reach: 1.1 },
        { position: [-1.5, 1.9, 1.9], color: [0.55, 0.72, 1], reach: 1.1 },
      ],
    },
    faces: { lit: [1.2, 1.14, 1.05], shade: [0.54, 0.54, 0.59] },
    palette: { seat: [74, 62, 55], frame: [48, 38, 32], table: [92, 64, 46] },
    hasArmchairs: true,
    tableSurface: weatheredWood,
    isMoving: false,
    bounds: { x: [-6, 6], z: [-6, 6] },
  };
}

/** @returns {import("../../../scene/stage-mesh.js").MeshData[]} */
export function darknessMeshes() {
  const ground = new MeshBuilder().paint([70, 61, 54]);
  ground.grid(1, 1, (u, v) => [16 * (u - 0.5), 0, 16 * (0.5 - v)]);
  return [ground.build({ surface: floor })];
}
