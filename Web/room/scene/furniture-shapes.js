import { armchair, chair, roundTable, sofaPlace } from "./furniture.js";

/**
 * What an arrangement's furniture is made of, each piece about its own origin.
 * @typedef {object} FurnitureShapes
 * @property {import("../../scene/stage-mesh.js").MeshData[][]} seats by number; alike ones are the same
 * @property {{radius: number, ahead: number, parts: import("../../scene/stage-mesh.js").MeshData[]} | null} table
 */

/** What stands in the middle. */
const tables = {
  table: { radius: 0.84, height: 0.72, ahead: 0 },
  sofa: { radius: 0.46, height: 0.38, ahead: 0.55 },
};

/**
 * Shapes it; this takes up to half a second.
 * @param {import("./seats.js").Arrangement} arrangement
 * @param {number} count of seats
 * @param {import("./surroundings/surroundings.js").Surroundings} surroundings
 * @returns {FurnitureShapes}
 */
export function shapeFurniture(arrangement, count, { palette, hasArmchairs, tableSurface }) {
  const made = new Map();
  const seats = Array.from({ length: count }, (_, number) => {
    // They count from left to right, as those who sit there see it.
    const arms = arrangement !== "sofa" ? 0 : number === 0 ? 1 : number === count - 1 ? -1 : 0;
    if (!made.has(arms)) made.set(arms, seatFor(arrangement, arms, palette, hasArmchairs));
    return made.get(arms);
  });
  const table = tables[arrangement];
  if (!table) return { seats, table: null };
  const { radius, height, ahead } = table;
  return { seats, table: { radius, ahead, parts: roundTable(palette, radius, height, tableSurface) } };
}

function seatFor(arrangement, arms, palette, hasArmchairs) {
  if (arrangement === "sofa") return sofaPlace(palette, arms);
  return arrangement === "facing" && hasArmchairs ? armchair(palette) : chair(palette);
}
