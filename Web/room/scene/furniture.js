import { MeshBuilder } from "./mesh-builder.js";
import { box, limb, melted, mirrored, painted, sculpt, tilted } from "./sculpture.js";

/**
 * What people sit on and at. Seats are built about the point on the floor below the eyes of who
 * sits: metres, y up, z where they face, x to their left.
 *
 * @typedef {object} Palette
 * @property {import("./mesh-builder.js").Color} seat cushions
 * @property {import("./mesh-builder.js").Color} frame legs
 * @property {import("./mesh-builder.js").Color} table
 * @property {import("./mesh-builder.js").Color} [tableLegs] left out, as the seats'
 * @property {string} [seatSurface]
 */

const kept = new Map();

/** Shapes are made once, when they are first asked for. */
const once = (name, make) => {
  if (!kept.has(name)) kept.set(name, make());
  return kept.get(name);
};

/** A deep chair with arms. @param {Palette} palette */
export function armchair({ seat, frame, seatSurface }) {
  const cushions = once("armchair", () => sculpt(melted(0.018,
    box([0, 0.4, -0.02], [0.54, 0.15, 0.58], 0.06),
    box([0, 0.25, -0.06], [0.68, 0.18, 0.62], 0.05),
    tilted(box([0, 0.64, -0.33], [0.62, 0.62, 0.15], 0.07), [0, 0.4, -0.33], 0, -0.2),
    mirrored(box([0.335, 0.4, -0.06], [0.13, 0.42, 0.62], 0.062))),
  [[-0.46, 0.12, -0.62], [0.46, 1.02, 0.34]], 0.02));
  return [painted(cushions, seat, { surface: seatSurface }), legs(frame, [0.29, 0.22, -0.3], 0.17)];
}

/** A light chair without arms. @param {Palette} palette */
export function chair({ seat, frame, seatSurface }) {
  const shell = once("chair", () => {
    // The back bends around who sits: a slab of a wide cylinder.
    const slab = box([0, 0.7, -0.345], [0.45, 0.44, 0.045], 0.022);
    const back = tilted((x, y, z) => slab(x * (1 + 0.35 * Math.max(0, y - 0.62)), y,
      z - 0.75 * x * x), [0, 0.5, -0.32], 0, -0.16);
    const seatPart = box([0, 0.45, -0.06], [0.46, 0.075, 0.46], 0.036);
    return sculpt(melted(0.03, seatPart, back), [[-0.3, 0.38, -0.56], [0.3, 0.98, 0.22]], 0.0125);
  });
  const bars = once("chair legs", () => sculpt(mirrored(melted(0.01,
    limb([0.19, 0.42, 0.12], [0.215, 0.01, 0.17], 0.014, 0.01),
    limb([0.19, 0.42, -0.24], [0.215, 0.01, -0.32], 0.014, 0.01))),
  [[-0.26, 0, -0.36], [0.26, 0.46, 0.22]], 0.014));
  return [painted(shell, seat, { surface: seatSurface }), painted(bars, frame)];
}

/**
 * One place of a sofa.
 * @param {Palette} palette
 * @param {-1 | 0 | 1} arms on which side it has one: 1 is left of who sits there
 */
export function sofaPlace({ seat, frame, seatSurface }, arms) {
  const shape = once(`sofa ${arms}`, () => {
    const parts = [
      box([0, 0.4, 0], [0.76, 0.15, 0.66], 0.06), box([0, 0.24, -0.04], [0.78, 0.18, 0.68], 0.04),
      tilted(box([0, 0.63, -0.33], [0.76, 0.56, 0.17], 0.075), [0, 0.4, -0.33], 0, -0.2),
    ];
    if (arms) parts.push(box([arms * 0.44, 0.4, -0.03], [0.15, 0.42, 0.68], 0.07));
    return sculpt(melted(0.016, ...parts), [[-0.56, 0.12, -0.62], [0.56, 1, 0.4]], 0.022);
  });
  return [painted(shape, seat, { surface: seatSurface }), legs(frame, [0.33, 0.26, -0.32], 0.17)];
}

/** Four short legs. */
function legs(color, [x, front, back], height) {
  const shape = once(`legs ${x} ${front} ${back}`, () => sculpt(mirrored(melted(0.005,
    limb([x, height, front], [x * 1.04, 0.012, front * 1.06], 0.02, 0.013),
    limb([x, height, back], [x * 1.04, 0.012, back * 1.06], 0.02, 0.013))),
  [[-x - 0.06, 0, back - 0.06], [x + 0.06, height + 0.03, front + 0.06]], 0.014));
  return painted(shape, color);
}

/**
 * A round table about the origin.
 * @param {Palette} palette
 * @param {number} radius
 * @param {number} height
 * @param {string} [surface] of its top
 */
export function roundTable({ table, frame, tableLegs = frame }, radius, height, surface) {
  const mesh = new MeshBuilder().paint(table);
  mesh.lathe([
    [0.0001, height], [radius * 0.3, height], [radius * 0.6, height], [radius - 0.02, height],
    [radius - 0.006, height - 0.004], [radius, height - 0.014], [radius - 0.006, height - 0.026],
    [radius - 0.03, height - 0.034], [radius * 0.3, height - 0.034],
  ], [0, 0, 0], 96);
  const top = mesh.build(surface ? { surface } : {});
  const leg = new MeshBuilder().paint(tableLegs);
  leg.shade = (x, y) => 0.4 + 0.6 * Math.min(1, (height - y) / height);
  leg.lathe([
    [0.1, height - 0.03], [0.07, height - 0.1], [0.06, height / 2], [0.08, 0.12],
    [Math.min(0.42, radius * 0.6), 0.03], [Math.min(0.43, radius * 0.62), 0],
  ], [0, 0, 0], 48);
  return [top, leg.build()];
}

