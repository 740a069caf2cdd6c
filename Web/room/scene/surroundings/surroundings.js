import { beach } from "./beach.js";
import { conference } from "./conference.js";
import { darkness } from "./darkness.js";
import { meadow } from "./meadow.js";

/**
 * What a room is surrounded by.
 *
 * `light` falls on meshes; its `direction` (towards the key light, in the room), `color`, `sky`
 * and `ground` (linear) are also what to light a face with that can be lit anew. `faces` is the
 * little that is done to faces that bring their own light: factors for sRGB-coded colours on the
 * side of the key light and on the other.
 *
 * @typedef {object} Surroundings
 * @property {[number, number, number]} background where nothing is, sRGB-coded, 0…1
 * @property {import("../../../scene/stage.js").Light} light
 * @property {{lit: number[], shade: number[]}} faces
 * @property {import("../furniture.js").Palette} palette
 * @property {boolean} hasArmchairs whether two sit in armchairs
 * @property {string} [tableSurface]
 * @property {{scene: import("../../../view/scene-file.js").Scene, worldFromScene: Float32Array}}
 *   [scenery] somebody's scene
 * @property {{x: [number, number], z: [number, number]}} bounds where one may walk
 * @property {boolean} isMoving whether some of it moves with time
 */

const makers = { darkness, conference, beach, meadow };

/** The names of all surroundings. */
export const surroundingsNames = Object.freeze(Object.keys(makers));

/**
 * @param {string} name
 * @returns {Surroundings}
 * @throws {RangeError} for a name that is none
 */
export function makeSurroundings(name) {
  if (!Object.hasOwn(makers, name)) throw new RangeError(`There are no surroundings "${name}".`);
  return makers[name]();
}
