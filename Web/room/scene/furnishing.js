import { multiply, translation, turn } from "../../scene/matrices.js";
import { armchair, chair, roundTable } from "./furniture.js";
import { MeshBuilder } from "./mesh-builder.js";
import { middleOf } from "./seats.js";

/** Shadows lie this far above the ground, metres, so that they are seen. */
const shadowHeight = 0.006;

/**
 * Where something stands that is built with its front along +z.
 * @param {number} x
 * @param {number} z
 * @param {number} yaw where it faces
 */
export const standing = (x, z, yaw, y = 0) => multiply(translation(x, y, z), turn(yaw + Math.PI));

/**
 * What stands in a room for an arrangement: for each seat what one sits on, and what is in the
 * middle.
 * @param {import("./seats.js").Arrangement} arrangement
 * @param {import("./seats.js").Seat[]} seats where they are now
 * @param {import("./surroundings/surroundings.js").Surroundings} surroundings
 * @returns {import("../../scene/stage-mesh.js").MeshData[]}
 */
export function furnish(arrangement, seats, { palette, hasArmchairs, tableSurface }) {
  const meshes = [];
  const isDeep = arrangement === "sofa" || (arrangement === "facing" && hasArmchairs);
  const seat = isDeep ? armchair(palette) : chair(palette);
  const shadow = new MeshBuilder().paint([0, 0, 0], 0.62);
  for (const [x, z, yaw] of seats) {
    meshes.push({ ...seat, worldFromModel: standing(x, z, yaw) });
    shadow.at(standing(x, z, yaw, shadowHeight)).patch([0, 0, -0.06], [0.5, 0.52], 0.3);
    shadow.patch([0, 0.001, 0.35], [0.26, 0.22], 0);
  }
  const [x, z] = middleOf(arrangement);
  const table = { table: [0.86, 0.72], sofa: [0.5, 0.38] }[arrangement];
  if (table) {
    const [radius, height] = table;
    for (const part of roundTable(palette, radius, height, tableSurface)) {
      meshes.push({ ...part, worldFromModel: translation(x, 0, z + (arrangement === "sofa" ? 0.5 : 0)) });
    }
    shadow.at(translation(x, shadowHeight + 0.002, z + (arrangement === "sofa" ? 0.5 : 0)))
      .patch([0, 0, 0], radius * 1.25, 0.1);
  }
  meshes.push(shadow.build());
  return meshes;
}
