/** Milliseconds after which a new picture says nothing of how long pictures stand. */
const pause = 500;

/** What is seen of somebody: the state in the newest picture, and how long a picture stands. */
export class Seen {
  /** @type {import("../../core/core-avatar.js").State | null} */
  state = null;

  #drawnAt = -Infinity;
  /** Milliseconds, smoothed. */
  #standing = 33;

  /**
   * Takes what a picture shows that was drawn now.
   * @param {import("../../core/core-avatar.js").State | null} state
   * @param {number} now milliseconds
   */
  take(state, now) {
    if (state === this.state) return;
    const gap = now - this.#drawnAt;
    if (gap < pause) this.#standing += 0.1 * (gap - this.#standing);
    this.state = state;
    this.#drawnAt = now;
  }

  /**
   * The time of what is seen, as if it went on while a picture stands: half of that later in the mean.
   * @param {number} now milliseconds
   * @returns {number | null} seconds of their clock
   */
  time(now) {
    return this.state && this.state.time + (now - this.#drawnAt - this.#standing / 2) / 1000;
  }
}
