/**
 * Holds the frame rate by drawing smaller pictures when frames come late.
 *
 * It watches the times at which the browser asks for frames. When a quarter of a window's frames
 * is late, the picture's sides shrink by a step, and on until frames are in time: frames come at
 * whole refreshes of the display, so one step alone may change nothing. When the smallest picture
 * is no faster than the first, something else is slow: full size comes back, for a while at least.
 * When nothing was late for some time the picture grows by a step; when that makes frames late,
 * it shrinks again, and the next attempt waits twice as long. So it settles, and never swings.
 */

/** Sides of the picture, as shares of what the display could show. */
export const steps = [1, 0.85, 0.72, 0.6, 0.5, 0.4];
/** Frames that a decision rests on; fewer when they take longer than a second. */
const windowLength = 30, shortestWindow = 8;
/** Later than this share of the display's interval, a frame counts as missed. */
const lateness = 1.5;
/** Milliseconds without late frames before the picture grows. */
const firstPatience = 3000, longestPatience = 60000;
/** Milliseconds before shrinking is tried again after it did not help. */
const firstRest = 20000, longestRest = 320000;

export class QualityGovernor {
  /** Frames a second over the last window; 0 until known. */
  rate = 0;

  #step = 0;
  #last = null;
  #intervals = [];
  #elapsed = 0;
  /** The display's interval. */
  #interval = 1000 / 60;
  #calmSince = null;
  #patience = firstPatience;
  /** Whether the last window's step made the picture larger. */
  #hasGrown = false;
  /** Where the present descent began. @type {{step: number, mean: number} | null} */
  #descent = null;
  #rest = firstRest;
  #restsUntil = -Infinity;

  /** The sides of the picture now, 0.4…1. */
  get scale() {
    return steps[this.#step];
  }

  /**
   * A frame begins.
   * @param {number} now milliseconds, as requestAnimationFrame gives them
   * @returns {number} the scale to draw with
   */
  tick(now) {
    const interval = this.#last === null ? 0 : now - this.#last;
    this.#last = now;
    // The page was hidden, or nothing was drawn: no measure of speed.
    if (interval <= 0 || interval > 1000) {
      this.#clear();
      this.#calmSince = null;
      return this.scale;
    }
    this.#intervals.push(interval);
    this.#elapsed += interval;
    const { length } = this.#intervals;
    if (length === windowLength || (length >= shortestWindow && this.#elapsed >= 1000)) {
      this.#decide(now, this.#elapsed / length, this.#intervals);
      this.#clear();
    }
    return this.scale;
  }

  #clear() {
    this.#intervals.length = 0;
    this.#elapsed = 0;
  }

  #decide(now, mean, intervals) {
    const sorted = intervals.sort((a, b) => a - b);
    const low = sorted[Math.floor(sorted.length / 10)];
    const high = sorted[Math.ceil(sorted.length * 0.9) - 1];
    this.rate = 1000 / mean;
    // A display of 48 to 240 Hz shows itself by its shortest intervals.
    if (low < 0.9 * this.#interval || (low > this.#interval && low < 1000 / 48)) {
      this.#interval = Math.max(low, 1000 / 240);
    }
    const late = sorted.filter((i) => i > lateness * this.#interval).length / sorted.length;
    const hasGrown = this.#hasGrown;
    this.#hasGrown = false;
    if (late > 0.25) {
      this.#calmSince = null;
      if (hasGrown) this.#patience = Math.min(2 * this.#patience, longestPatience);
      if (now >= this.#restsUntil) this.#shrink(now, mean, high < 1.1 * low ? low : null);
      return;
    }
    this.#descent = null;
    if (late > 0.05) {
      this.#calmSince = null;
      return;
    }
    this.#calmSince ??= now;
    if (this.#step > 0 && now - this.#calmSince >= this.#patience) {
      this.#step -= 1;
      this.#calmSince = null;
      this.#hasGrown = true;
    } else if (hasGrown) {
      this.#patience = Math.max(firstPatience, this.#patience / 2);
    }
  }

  /** @param {number | null} regular the interval, if all are alike */
  #shrink(now, mean, regular) {
    this.#descent ??= { step: this.#step, mean };
    if (this.#step + 1 < steps.length) {
      this.#step += 1;
      return;
    }
    const { step, mean: before } = this.#descent;
    // Judged once: what slows it later is not the descent's fault.
    this.#descent = { step: this.#step, mean };
    if (step === this.#step || mean < 0.93 * before) return;
    this.#descent = null;
    this.#step = step;
    this.#restsUntil = now + this.#rest;
    this.#rest = Math.min(2 * this.#rest, longestRest);
    // As regular as it is slow: the display itself, or the browser saving power.
    if (regular) this.#interval = regular;
  }
}
