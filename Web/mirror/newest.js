/**
 * At most one piece of work under way, and the newest wins: what arrives meanwhile waits in one
 * place, and what waited there before is let go.
 * @template T
 */
export class Newest {
  #work;
  #release;
  /** @type {{item: T} | null} */
  #waiting = null;
  #busy = false;
  #closed = false;

  /** How many were never worked on. */
  dropped = 0;

  /**
   * @param {(item: T) => Promise<void>} work must not reject
   * @param {(item: T) => void} [release] lets go of an item that is not worked on
   */
  constructor(work, release = () => {}) {
    this.#work = work;
    this.#release = release;
  }

  /** @param {T} item */
  offer(item) {
    if (this.#closed) {
      this.#release(item);
      return;
    }
    if (this.#waiting) {
      this.#release(this.#waiting.item);
      this.dropped += 1;
    }
    this.#waiting = { item };
    if (!this.#busy) this.#run();
  }

  /** Lets go of what waits; what is under way ends by itself. */
  close() {
    this.#closed = true;
    if (this.#waiting) this.#release(this.#waiting.item);
    this.#waiting = null;
  }

  async #run() {
    this.#busy = true;
    while (this.#waiting) {
      const { item } = this.#waiting;
      this.#waiting = null;
      await this.#work(item);
    }
    this.#busy = false;
  }
}
