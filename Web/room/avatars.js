/** The avatars of the people in a room: each begins to open as soon as somebody is known to wear it. */
import { RemoteAvatar } from "../core/avatar.js";
import { coreModule } from "../core/core.js";

/** @typedef {{id: string, sha256: string}} Reference what the room says of somebody's avatar */

export class Avatars {
  #people;
  /** @type {Map<string, Promise<RemoteAvatar>>} */
  #begun = new Map();
  /** @type {Worker | null} */
  #worker = null;

  /** @param {Promise<import("./people.js").People>} people */
  constructor(people) {
    this.#people = people;
  }

  /** Starts a worker for the first one, while the page's thread is free: workers start there. */
  prepare() {
    this.#worker = RemoteAvatar.startWorker();
  }

  /**
   * Begins to open one that will be asked for.
   * @param {Reference} reference
   * @returns {Promise<void>} its worker runs: what holds the page's thread should wait for that
   */
  begin(reference) {
    return new Promise((resolve) => {
      if (this.#begun.has(reference.id)) return resolve();
      const opening = this.#open(reference, resolve);
      opening.catch(() => resolve());
      this.#begun.set(reference.id, opening);
    });
  }

  /**
   * Opens one, for whoever closes it.
   * @param {Reference} reference
   * @returns {Promise<RemoteAvatar>}
   */
  open(reference) {
    const begun = this.#begun.get(reference.id);
    this.#begun.delete(reference.id);
    return begun ?? this.#open(reference);
  }

  async #open(/** @type {Reference} */ { id, sha256 }, onStart = () => {}) {
    const people = await this.#people;
    const { token } = await people.session();
    // The digest makes the address one of these very bytes; browsers keep them, and ask whether they still may.
    const address = new URL(`/api/people/avatars/${id}?sha256=${sha256}`, location.href);
    return RemoteAvatar.open(address, {
      headers: { Authorization: `Bearer ${token}` }, core: coreModule(), onStart,
      createWorker: () => this.#takeWorker(),
    });
  }

  #takeWorker() {
    const worker = this.#worker ?? RemoteAvatar.startWorker();
    this.#worker = null;
    return worker;
  }
}
