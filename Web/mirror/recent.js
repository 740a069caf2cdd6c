/** The last few measurements: their median, and how many come in a second. */
export class Recent {
  #values = /** @type {number[]} */ ([]);
  #times = /** @type {number[]} */ ([]);

  /** @param {number} capacity how many are looked at */
  constructor(capacity = 45) {
    this.capacity = capacity;
  }

  /**
   * @param {number} value
   * @param {number} now milliseconds
   */
  add(value, now) {
    this.#values.push(value);
    this.#times.push(now);
    if (this.#values.length > this.capacity) {
      this.#values.shift();
      this.#times.shift();
    }
  }

  /** Forgets all. */
  clear() {
    this.#values.length = 0;
    this.#times.length = 0;
  }

  /** @returns {number | null} */
  get median() {
    if (this.#values.length === 0) return null;
    const sorted = this.#values.slice().sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  /**
   * Measurements a second.
   * @param {number} now milliseconds; after two silent seconds there is no rate
   * @returns {number | null}
   */
  rate(now) {
    const count = this.#times.length;
    if (count < 2 || now - this.#times[count - 1] > 2000) return null;
    const span = this.#times[count - 1] - this.#times[0];
    return span > 0 ? ((count - 1) * 1000) / span : null;
  }
}
