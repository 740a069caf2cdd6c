/**
 * Whose turn it is: poses cost time, and there is never enough for everyone at once.
 */

/** Milliseconds between two poses of somebody, by how much they matter. */
const intervals = { near: 24, middle: 33, far: 66, unseen: 1000 };

/**
 * How long somebody waits for their next pose, milliseconds.
 * @param {{distance: number, speaking: number, isSeen: boolean}} person
 * @param {number} count of people who are seen
 */
export function intervalOf({ distance, speaking, isSeen }, count) {
  if (!isSeen) return intervals.unseen;
  if (speaking > 0.05 || distance < 1.5) return intervals.near;
  return distance < 2.8 && count <= 5 ? intervals.middle : intervals.far;
}

/**
 * Who is posed next: who has waited longest, measured by how long each may wait.
 * @template {{isFresh: boolean, isPosing: boolean, asked: number, distance: number,
 *   speaking: number, isSeen: boolean}} T
 * @param {T[]} people
 * @param {number} now milliseconds
 * @returns {{next: T | null, wait: number}} nobody, and for how long, when it is nobody's turn
 */
export function nextTurn(people, now) {
  const count = people.filter((p) => p.isSeen).length;
  let next = null, best = 1, wait = Infinity;
  for (const person of people) {
    if (!person.isFresh || person.isPosing) continue;
    const interval = intervalOf(person, count), waited = (now - person.asked) / interval;
    if (waited >= best) {
      best = waited;
      next = person;
    }
    wait = Math.min(wait, interval - (now - person.asked));
  }
  return { next, wait: next ? 0 : Math.max(0, wait) };
}
