/**
 * The one-euro filter (Casiez, Roussel, Vogel: "1 € Filter", CHI 2012): an exponential smoothing
 * whose cut-off rises with speed, so that rest is steady and movement is quick. One for a whole
 * vector.
 */
export class OneEuro {
  /** @type {Float64Array | null} */
  #values = null;
  /** @type {Float64Array} */
  #speeds = new Float64Array(0);
  #time = 0;

  /**
   * @param {number} speedCutoff hertz at which speeds are smoothed
   */
  constructor(speedCutoff = 2) {
    this.speedCutoff = speedCutoff;
  }

  /** Forgets the past: the next values pass as they are. */
  reset() {
    this.#values = null;
  }

  /**
   * Smooths in place.
   * @param {Float32Array | number[]} values
   * @param {number} time seconds; a step back or of more than half a second starts anew
   * @param {number} cutoff hertz at rest
   * @param {number} slope hertz of cut-off for each unit a second of speed
   */
  apply(values, time, cutoff, slope) {
    const step = time - this.#time;
    if (!this.#values || this.#values.length !== values.length || step < 0 || step > 0.5) {
      this.#values = Float64Array.from(values);
      this.#speeds = new Float64Array(values.length);
      this.#time = time;
      return;
    }
    if (step > 0) {
      const speedShare = share(this.speedCutoff, step);
      for (let i = 0; i < values.length; i += 1) {
        const speed = (values[i] - this.#values[i]) / step;
        this.#speeds[i] += speedShare * (speed - this.#speeds[i]);
        const here = share(cutoff + slope * Math.abs(this.#speeds[i]), step);
        this.#values[i] += here * (values[i] - this.#values[i]);
      }
      this.#time = time;
    }
    for (let i = 0; i < values.length; i += 1) values[i] = this.#values[i];
  }
}

/**
 * How much of a new value is taken.
 * @param {number} cutoff hertz
 * @param {number} step seconds
 */
function share(cutoff, step) {
  const tau = 1 / (2 * Math.PI * cutoff);
  return step / (step + tau);
}
