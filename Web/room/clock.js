/**
 * This page's clock: seconds since the page was opened. States and voices carry it, so that the other
 * end can show what belongs together at the same time.
 */

/** Seconds. */
export const now = () => performance.now() / 1000;

/** When it was zero, in milliseconds since 1970. */
export const origin = performance.timeOrigin;

/** Samples of 48 kHz, modulo 2³². @param {number} seconds */
export const samplesAt = (seconds) => Math.round(seconds * 48000) >>> 0;

/**
 * Brings another clock to this one: frames of a camera tell their own time, and arrive late by
 * changing amounts. What arrived with the least delay of the last seconds counts.
 */
export class ClockMatch {
  #offset = Infinity;
  /** How fast an offset that was once too small may grow again: clocks differ by so much. */
  static drift = 2e-4;
  #last = 0;

  /**
   * @param {number} theirs seconds
   * @param {number} arrived seconds of this clock
   * @returns {number} theirs, in seconds of this clock
   */
  match(theirs, arrived) {
    const offset = arrived - theirs;
    const grown = this.#offset + ClockMatch.drift * Math.max(0, arrived - this.#last);
    // A jump means that their clock was set anew.
    this.#offset = Math.abs(offset - grown) > 5 ? offset : Math.min(offset, grown);
    this.#last = arrived;
    return theirs + this.#offset;
  }
}
