/** How many bits a second of this person's states take on the wire, measured by coding them. */
import { BitRate } from "./bit-rate.js";

/** @typedef {import("./state.js").State} State */

export class Wire {
  /** @type {Worker | null} */
  #worker = null;
  #isReady = false;
  #isBusy = false;
  #rate = new BitRate();

  /** Bits a second; null while nothing is coded. @returns {number | null} */
  get rate() {
    return this.#rate.at(performance.now());
  }

  /** Whether a coder is there or on its way. */
  get isOn() {
    return this.#worker !== null;
  }

  /**
   * Begins to code. An avatar that does not say how it is streamed has no rate.
   * @param {ArrayBuffer} avatar the beginning of its file
   * @param {{width: number, height: number, focalLength: number}} camera
   */
  start(avatar, camera) {
    this.stop();
    const worker = new Worker(new URL("./wire-worker.js", import.meta.url), { type: "module" });
    this.#worker = worker;
    worker.onmessage = ({ data }) => {
      this.#isBusy = false;
      if (data.ready) this.#isReady = true;
      else if (data.bytes !== undefined) this.#rate.add(data.bytes, performance.now());
      else this.#isReady = false;
    };
    worker.onerror = (event) => event.preventDefault();
    worker.postMessage({ start: { avatar, camera } }, [avatar]);
  }

  /** @param {State} state */
  send(state) {
    // One that waits for its worker would be sent late: it is not sent, as on a full line.
    if (!this.#isReady || this.#isBusy) return;
    this.#isBusy = true;
    this.#worker.postMessage({ state });
  }

  stop() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isReady = false;
    this.#isBusy = false;
    this.#rate = new BitRate();
  }
}
