import { multiply, translation, turn } from "../../scene/matrices.js";
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
 * @param {import("./furniture-shapes.js").FurnitureShapes} shapes
 * @returns {import("../../scene/stage-mesh.js").MeshData[]}
 */
export function furnish(arrangement, seats, shapes) {
  const meshes = [];
  const shadow = new MeshBuilder().paint([0, 0, 0], 0.6);
  seats.forEach(([x, z, yaw], number) => {
    const worldFromModel = standing(x, z, yaw);
    for (const part of shapes.seats[number]) meshes.push({ ...part, worldFromModel });
    shadow.at(standing(x, z, yaw, shadowHeight)).patch([0, 0, -0.06], [0.52, 0.54], 0.25);
    shadow.patch([0, 0.001, 0.35], [0.26, 0.22], 0);
  });
  if (shapes.table) {
    const { radius, ahead, parts } = shapes.table, [x, z] = middleOf(arrangement);
    for (const part of parts) meshes.push({ ...part, worldFromModel: translation(x, 0, z + ahead) });
    shadow.at(translation(x, shadowHeight + 0.002, z + ahead))
      .patch([0, 0, 0], radius * 1.25, 0.1);
  }
  meshes.push(shadow.build());
  return meshes;
}
