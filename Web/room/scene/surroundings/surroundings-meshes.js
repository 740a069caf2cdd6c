import { beachMeshes } from "./beach.js";
import { conferenceMeshes } from "./conference.js";
import { darknessMeshes } from "./darkness.js";
import { meadowMeshes } from "./meadow.js";

const makers = {
  darkness: darknessMeshes, conference: conferenceMeshes, beach: beachMeshes, meadow: meadowMeshes,
};

/**
 * What surroundings are made of; shaping it takes up to half a second.
 * @param {string} name as of `makeSurroundings`
 * @returns {import("../../../scene/stage-mesh.js").MeshData[]}
 * @throws {RangeError} for a name that is none
 */
export function makeSurroundingsMeshes(name) {
  if (!Object.hasOwn(makers, name)) throw new RangeError(`There are no surroundings "${name}".`);
  return makers[name]();
}
