/**
 * A room's state as the server has it: keys whose values are replaced as a whole, and a version that
 * counts. Whoever listens hears each key that changed.
 */
export class RoomState extends EventTarget {
  version = 0;
  /** @type {Map<string, any>} */
  #values = new Map();

  /** @param {string} key */
  get(key) {
    return this.#values.get(key);
  }

  /** The values of keys that begin so, as in `person/`. @param {string} stem @returns {any[]} */
  all(stem) {
    return [...this.#values].filter(([key]) => key.startsWith(stem)).map(([, value]) => value);
  }

  /** The same by the number in their keys. @param {string} stem @returns {[number, any][]} */
  numbered(stem) {
    return [...this.#values].filter(([key]) => key.startsWith(stem))
      .map(([key, value]) => [Number(key.slice(stem.length)), value]);
  }

  get people() {
    return this.all("person/");
  }

  /**
   * Replaces everything. Only what differs is told.
   * @param {number} version
   * @param {Record<string, any>} state
   */
  replace(version, state) {
    this.version = version;
    for (const key of [...this.#values.keys()]) if (!(key in state)) this.#change(key, undefined);
    for (const [key, value] of Object.entries(state)) this.#change(key, value);
  }

  /**
   * Takes a change.
   * @param {{v: number, set?: Record<string, any>, drop?: string[]}} change
   * @returns {boolean} false where an earlier one is missing: nothing was taken
   */
  apply({ v, set = {}, drop = [] }) {
    if (v <= this.version) return true;
    if (v !== this.version + 1) return false;
    this.version = v;
    for (const key of drop) this.#change(key, undefined);
    for (const [key, value] of Object.entries(set)) this.#change(key, value);
    return true;
  }

  /** @param {string} key @param {any} value */
  #change(key, value) {
    const before = this.#values.get(key);
    if (JSON.stringify(before) === JSON.stringify(value)) return;
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
    this.dispatchEvent(new CustomEvent("change", { detail: { key, value, before } }));
  }
}
