/** Which directions of the head have been seen: a middle and a ring of directions around it. */

/** How many directions the ring has; the first is straight up, then clockwise as a mirror shows it. */
export const directionCount = 24;

/** Degrees at which a direction is fully seen: heads turn further to the side than up and down. */
const reach = { side: 32, up: 18, down: 18 };

/** Directions of the head seen so far. */
export class Coverage {
  /** @param {number[]} [seen] what was seen before */
  constructor(seen = []) {
    /** 0…1 for each direction, then the middle. */
    this.seen = Array.from({ length: directionCount + 1 }, (_, k) => seen[k] ?? 0);
  }

  /**
   * Takes what is seen now.
   * @param {[number, number]} turn yaw and pitch in degrees, to the person's left and up
   * @returns {boolean} whether anything is new
   */
  add([yaw, pitch]) {
    const before = this.share;
    // In a mirror the person's left is on the left.
    const x = -yaw / reach.side;
    const y = pitch / (pitch > 0 ? reach.up : reach.down);
    const amount = Math.hypot(x, y);
    if (amount < 0.35) {
      this.seen[directionCount] = 1;
    } else {
      const angle = (Math.atan2(x, y) / (2 * Math.PI) + 1) % 1;
      const at = angle * directionCount;
      // What is seen of a direction helps its neighbours.
      for (let k = 0; k < directionCount; k += 1) {
        const distance = Math.min(Math.abs(at - k), directionCount - Math.abs(at - k));
        const weight = Math.max(0, 1 - distance / 1.6);
        this.seen[k] = Math.max(this.seen[k], Math.min(1, amount * Math.min(1, weight * 1.6)));
      }
    }
    return this.share > before + 1e-6;
  }

  /** How much of all directions has been seen, 0…1. */
  get share() {
    return this.seen.reduce((sum, value) => sum + value, 0) / this.seen.length;
  }

  /**
   * The sides that were hardly seen, in words.
   * @returns {string[]}
   */
  get missing() {
    const quarter = directionCount / 4;
    const sides = { "up": 0, "to your right": quarter, "down": 2 * quarter, "to your left": 3 * quarter };
    return Object.entries(sides)
      .filter(([, k]) => {
        const near = [-1, 0, 1].map((d) => this.seen[(k + d + directionCount) % directionCount]);
        return Math.max(...near) < 0.6;
      })
      .map(([words]) => words);
  }
}
