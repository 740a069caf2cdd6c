/**
 * Holds the frame rate by drawing smaller pictures when frames come late.
 *
 * It watches the times at which the browser asks for frames. When a quarter of a window's frames
 * is late, the picture's sides shrink by a step; a step that brought no more frames is taken back
 * and not tried again for a while, since then something else is slow. When nothing was late for
 * some time the picture grows by a step; when that makes frames late, it shrinks again, and the
 * next attempt waits twice as long. So it settles, and never swings.
 */

/** Sides of the picture, of what the display could show. */
export const steps = [1, 0.85, 0.72, 0.6, 0.5];
/** Frames that a decision rests on. */
const windowLength = 30;
/** Later than this share of the display's interval, a frame counts as missed. */
const lateness = 1.5;
const firstPatience = 3000, longestPatience = 60000;

export class QualityGovernor {
  /** The side of the picture now, 0.5…1. */
  get scale() {
    return steps[this.#step];
  }

  /** Frames a second over the last window; 0 until known. */
  rate = 0;

  #step = 0;
  #last = null;
  #intervals = [];
  /** The display's interval: the shortest that occurs often. */
  #interval = 1000 / 60;
  #calmSince = null;
  #patience = firstPatience;
  /** What the last step was, until a window has shown what came of it. */
  #trial = null;
  #noStepDownBefore = 0;

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
      this.#intervals.length = 0;
      this.#calmSince = now;
      return this.scale;
    }
    this.#intervals.push(interval);
    if (this.#intervals.length >= windowLength) this.#decide(now);
    return this.scale;
  }

  #decide(now) {
    const intervals = this.#intervals;
    this.#intervals = [];
    const sorted = [...intervals].sort((a, b) => a - b);
    const mean = intervals.reduce((a, b) => a + b) / intervals.length;
    this.rate = 1000 / mean;
    // Displays of 50 to 240 Hz; a page that is always late does not redefine its display.
    const common = sorted[Math.floor(windowLength / 10)];
    if (common < this.#interval * 0.9) this.#interval = Math.max(common, 1000 / 240);
    else if (common < 1000 / 48) this.#interval = common;
    const late = intervals.filter((i) => i > lateness * this.#interval).length / windowLength;

    const trial = this.#trial;
    this.#trial = null;
    if (trial?.down && late > 0.1 && mean > trial.mean * 0.93) {
      // Smaller was no faster.
      this.#step = trial.from;
      this.#noStepDownBefore = now + 20000;
      return;
    }
    if (late > 0.25) {
      this.#calmSince = null;
      if (trial && !trial.down) this.#patience = Math.min(2 * this.#patience, longestPatience);
      if (this.#step + 1 < steps.length && now >= this.#noStepDownBefore) {
        // The first window after a step holds the cost of changing size.
        this.#trial = { down: true, from: this.#step, mean };
        this.#step += 1;
      }
      return;
    }
    if (late > 0.05) {
      this.#calmSince = null;
      return;
    }
    this.#calmSince ??= now;
    if (this.#step > 0 && now - this.#calmSince >= this.#patience) {
      this.#step -= 1;
      this.#calmSince = now;
      this.#trial = { down: false };
    } else if (trial && !trial.down) {
      this.#patience = Math.max(firstPatience, this.#patience / 2);
    }
  }
}
