import { meetsCapsule } from "./viewpoint.js";

/** Somebody as a capsule: from below the eyes up, and how wide, metres. */
const body = { below: 0.55, height: 0.6, radius: 0.22 };
/** What one sits on. */
const chair = { foot: 0.25, height: 0.5, radius: 0.34 };

/**
 * Who is hit first.
 * @template {{isSelf: boolean, isPlaced: boolean, eyes: number[]}} T
 * @param {{origin: number[], direction: number[]}} ray
 * @param {T[]} people
 * @returns {T | null}
 */
export function personAt(ray, people) {
  let found = null, nearest = Infinity;
  for (const person of people) {
    if (person.isSelf || !person.isPlaced) continue;
    const [x, y, z] = person.eyes;
    const away = meetsCapsule(ray, [x, y - body.below, z], body.height, body.radius);
    if (away >= nearest) continue;
    nearest = away;
    found = person;
  }
  return found;
}

/**
 * Which free seat is hit first.
 * @param {{origin: number[], direction: number[]}} ray
 * @param {{number: number, place: number[], person: unknown}[]} seats
 * @returns {number | null} its number
 */
export function seatAt(ray, seats) {
  let found = null, nearest = Infinity;
  for (const { number, place: [x, z], person } of seats) {
    if (person !== null) continue;
    const away = meetsCapsule(ray, [x, chair.foot, z], chair.height, chair.radius);
    // Not the one that one looks down on from inside.
    if (away >= nearest || away < 0.3) continue;
    nearest = away;
    found = number;
  }
  return found;
}
