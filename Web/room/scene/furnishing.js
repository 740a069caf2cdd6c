import { multiply, translation, turn } from "../../scene/matrices.js";
import { armchair, chair, roundTable, sofaPlace } from "./furniture.js";
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
  const shadow = new MeshBuilder().paint([0, 0, 0], 0.6);
  seats.forEach(([x, z, yaw], number) => {
    const worldFromModel = standing(x, z, yaw);
    for (const part of seatFor(arrangement, number, seats.length, palette, hasArmchairs)) {
      meshes.push({ ...part, worldFromModel });
    }
    shadow.at(standing(x, z, yaw, shadowHeight)).patch([0, 0, -0.06], [0.52, 0.54], 0.25);
    shadow.patch([0, 0.001, 0.35], [0.26, 0.22], 0);
  });
  const table = tables[arrangement];
  if (table) {
    const { radius, height, ahead } = table, [x, z] = middleOf(arrangement);
    for (const part of roundTable(palette, radius, height, tableSurface)) {
      meshes.push({ ...part, worldFromModel: translation(x, 0, z + ahead) });
    }
    shadow.at(translation(x, shadowHeight + 0.002, z + ahead))
      .patch([0, 0, 0], radius * 1.25, 0.1);
  }
  meshes.push(shadow.build());
  return meshes;
}

/** What stands in the middle. */
const tables = {
  table: { radius: 0.84, height: 0.72, ahead: 0 },
  sofa: { radius: 0.46, height: 0.38, ahead: 0.55 },
};

function seatFor(arrangement, number, count, palette, hasArmchairs) {
  if (arrangement === "sofa") {
    // They count from left to right, as those who sit there see it.
    return sofaPlace(palette, number === 0 ? 1 : number === count - 1 ? -1 : 0);
  }
  return arrangement === "facing" && hasArmchairs ? armchair(palette) : chair(palette);
}
