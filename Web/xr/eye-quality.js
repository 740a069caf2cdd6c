/**
 * How fine each eye's picture is: as fine as the device can draw in time. A headset that misses
 * frames makes people sick, so pictures shrink at once and grow slowly.
 */

/** Shares of the recommended sides. */
const steps = [1, 0.85, 0.7, 0.6, 0.5];
/** Frames that are looked at before anything changes. */
const patience = 30;
/** The share of late frames above which pictures shrink, and seconds before they grow again. */
const late = 0.1, calm = 5;

export class EyeQuality {
  /** The framebuffer's sides, chosen once. */
  scale = 1;

  #step = 0;
  #frames = 0;
  #late = 0;
  #last = /** @type {number | null} */ (null);
  #changed = 0;
  #busy = 0;

  /** The viewport's sides in the framebuffer. */
  get viewportScale() {
    return steps[this.#step];
  }

  /**
   * @param {number} milliseconds that the page took for its picture
   * @param {number} time of the frame, milliseconds
   * @param {number} [rate] the device's frames a second
   */
  add(milliseconds, time, rate = 72) {
    const between = this.#last === null ? 0 : time - this.#last;
    this.#last = time;
    const due = 1000 / rate;
    // A pause is none of ours.
    if (between > 1000) return;
    this.#frames += 1;
    this.#busy = Math.max(0.95 * this.#busy, milliseconds / due);
    if (between > 1.5 * due) this.#late += 1;
    if (this.#frames < patience) return;
    const share = this.#late / this.#frames;
    this.#frames = this.#late = 0;
    if (share > late && this.#step + 1 < steps.length) {
      this.#step += 1;
      this.#changed = time;
    } else if (share === 0 && this.#busy < 0.5 && this.#step > 0 && time - this.#changed > calm * 1000) {
      this.#step -= 1;
      this.#changed = time;
    }
  }
}
