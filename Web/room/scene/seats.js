/**
 * Where people sit: arrangements as data.
 *
 * A seat is `[x, z, yaw]`: the point on the floor below the eyes of whoever sits there, and where
 * they look. Metres and radians; y is up, a yaw of 0 looks along −z and grows to the left.
 */

/** @typedef {"facing" | "table" | "stage" | "sofa"} Arrangement */
/** @typedef {[number, number, number]} Seat */

/**
 * What a person in a seat shall see: at least so much across and upright, and how far up they look
 * by themselves; radians.
 * @typedef {{width: number, height: number, pitch: number}} View
 */

/** Height of the eyes above the ground, metres. */
export const eyeHeight = Object.freeze({ sitting: 1.2, standing: 1.65 });

/** Eye to eye, for two. */
const pairDistance = 1.2;
const tableRadius = 1.3;
/** On stage: from the one to the eleven, and from one of them to the next. */
const stageRadius = 3.2, stageSpacing = 0.72;
/** On the sofa: the curve's radius, and from one to the next. */
const sofaRadius = 1.6, sofaSpacing = 0.8;

/** A seat on a circle about a point, looking at it; an angle of 0 lies on +z. */
const onCircle = (radius, angle, z = 0) =>
  [radius * Math.sin(angle), z + radius * Math.cos(angle), angle];

/** Evenly on both sides of 0. */
const spread = (count, step) =>
  Array.from({ length: count }, (_, k) => (k - (count - 1) / 2) * step);

/** @type {Record<Arrangement, {seats: Seat[], view: View,
 *   screen: {center: number[], width: number, yaw: number},
 *   middle: [number, number]}>} */
const arrangements = {
  facing: {
    seats: [[0, pairDistance / 2, 0], [0, -pairDistance / 2, Math.PI]],
    view: { width: 0.5, height: 0.56, pitch: -0.04 },
    screen: { center: [1.75, 1.25, 0], width: 1.5, yaw: Math.PI / 2 },
    middle: [0, 0],
  },
  table: {
    seats: Array.from({ length: 8 }, (_, k) => onCircle(tableRadius, (k * Math.PI) / 4)),
    view: { width: 1, height: 0.72, pitch: -0.06 },
    screen: { center: [0, 2.1, -3.35], width: 1.7, yaw: Math.PI },
    middle: [0, 0],
  },
  stage: {
    seats: [
      [0, -stageRadius / 2, Math.PI],
      ...spread(11, stageSpacing / stageRadius).map((angle) =>
        onCircle(stageRadius, angle, -stageRadius / 2)),
    ],
    view: { width: 1, height: 0.66, pitch: -0.05 },
    screen: { center: [0, 2.1, -3.35], width: 1.8, yaw: Math.PI },
    middle: [0, -stageRadius / 2],
  },
  sofa: {
    seats: spread(4, sofaSpacing / sofaRadius).map((angle) => onCircle(sofaRadius, angle, -0.9)),
    view: { width: 0.9, height: 0.66, pitch: -0.05 },
    screen: { center: [0, 1.35, -3.35], width: 2.9, yaw: Math.PI },
    middle: [0, -0.9],
  },
};

/** The names of all arrangements. @type {readonly Arrangement[]} */
export const arrangementNames = Object.freeze(Object.keys(arrangements));

/**
 * The seats of an arrangement, by their numbers.
 * @param {Arrangement} arrangement
 * @returns {Seat[]} the caller's own
 * @throws {RangeError} for a name that is none
 */
export function seatsOf(arrangement) {
  return of(arrangement).seats.map((seat) => [...seat]);
}

/**
 * What a person in a seat shall see.
 * @param {Arrangement} arrangement
 * @returns {View}
 */
export function viewOf(arrangement) {
  return of(arrangement).view;
}

/**
 * Where a shared screen hangs: its middle, its width, and where it faces. It is drawn over
 * everything, so it is above or beside the heads of those who sit before it.
 * @param {Arrangement} arrangement
 * @returns {{center: number[], width: number, yaw: number}}
 */
export function screenOf(arrangement) {
  return of(arrangement).screen;
}

/**
 * What the seats are arranged around, on the floor.
 * @param {Arrangement} arrangement
 * @returns {[number, number]} x, z
 */
export function middleOf(arrangement) {
  return of(arrangement).middle;
}

/**
 * The eyes of whoever sits there.
 * @param {Seat} seat
 * @returns {[number, number, number]}
 */
export function eyesAt([x, z]) {
  return [x, eyeHeight.sitting, z];
}

function of(arrangement) {
  if (!Object.hasOwn(arrangements, arrangement)) {
    throw new RangeError(`There is no arrangement "${arrangement}".`);
  }
  return arrangements[arrangement];
}
