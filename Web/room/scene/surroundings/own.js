import { scaling, multiply, translation, turn } from "../../../scene/matrices.js";

/**
 * Somebody's scene around a room.
 * @typedef {object} PlacedScene
 * @property {import("../../../view/scene-file.js").Scene} scene
 * @property {number[]} place where its origin stands: x, y, z (metres), turn about y (radians), scale
 */

/** The room's coordinates from the scene's. @param {number[]} place @returns {Float32Array} */
export const worldFromScene = ([x, y, z, yaw, scale]) =>
  multiply(translation(x, y, z), multiply(turn(yaw), scaling(scale)));

/**
 * What a room is surrounded by that somebody has brought a scene for: that, and a soft light from
 * above, as nothing is known of the scene's own.
 * @param {PlacedScene} placed
 * @returns {import("./surroundings.js").Surroundings}
 */
export function own({ scene, place }) {
  return {
    background: [0.03, 0.032, 0.036],
    light: {
      direction: [0.35, 1, 0.3], color: [0.98, 0.95, 0.9], sky: [0.52, 0.54, 0.57],
      ground: [0.28, 0.27, 0.25],
    },
    faces: { lit: [1.03, 1.02, 1.01], shade: [0.94, 0.94, 0.95] },
    palette: { seat: [96, 92, 88], frame: [66, 60, 55], table: [120, 96, 74] },
    hasArmchairs: true,
    isMoving: false,
    bounds: { x: [-6, 6], z: [-6, 6] },
    scenery: { scene, worldFromScene: worldFromScene(place) },
  };
}
