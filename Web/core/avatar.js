// An avatar that lives in a worker of its own.
import { CoreError, code } from './failures.js';

/**
 * @typedef {import('./core-avatar.js').State} State
 * @typedef {import('./core-avatar.js').SplatArrays & {
 *   count: number, state: State, poseMs: number, sortMs: number }} SplatFrame
 *
 * A frame's arrays are used again: it is valid until the second `pose` after its own.
 */

/** An avatar in a worker: opened while it arrives, posed a frame at a time. */
export class RemoteAvatar {
  #worker;
  #pending = new Map();
  #next = 1;
  #lent = [];
  #onProgress;
  #opened;
  #arrived;
  #ended = null;

  /** What the file says of itself; see `CoreAvatar.info`. */
  info = null;
  /** 1: the base picture can be posed; 2: everything has arrived. */
  stage = 0;
  /** Resolves when everything has arrived; rejects with a `CoreError` when it does not. */
  whole;

  /**
   * Opens an avatar; resolves as soon as a base picture can be posed.
   *
   * @param {URL | string | Blob | ArrayBuffer | Uint8Array} source an `ArrayBuffer` is copied.
   * @param {object} [options]
   * @param {(progress: {received: number, total: number, stage: number}) => void} [options.onProgress]
   * @param {WebAssembly.Module | URL | string} [options.core] the core, if it lies elsewhere.
   * @param {() => Worker} [options.createWorker]
   * @returns {Promise<RemoteAvatar>}
   * @throws {CoreError} one clear sentence.
   */
  static async open(source, { onProgress, core, createWorker } = {}) {
    const worker = createWorker?.() ??
      new Worker(new URL('./avatar-worker.js', import.meta.url), { type: 'module' });
    const avatar = new RemoteAvatar(worker, onProgress);
    const absolute = (url) =>
      typeof url === 'string' && globalThis.location ? new URL(url, location.href).href
        : url instanceof URL ? url.href : url;
    worker.postMessage({ type: 'open', source: absolute(source), core: absolute(core) });
    try {
      await avatar.#opened.promise;
    } catch (error) {
      avatar.close();
      throw error;
    }
    return avatar;
  }

  /** Use `open`. */
  constructor(worker, onProgress) {
    this.#worker = worker;
    this.#onProgress = onProgress;
    this.#opened = deferred();
    this.#arrived = deferred();
    this.whole = this.#arrived.promise;
    // Whoever does not look at `whole` hears of it through `pose`.
    this.whole.catch(() => {});
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.#end(new CoreError(
        'The avatar\'s worker could not run; reload the page.', code.worker, []));
    };
  }

  /**
   * Poses a state and orders the splats.
   *
   * @param {State} state
   * @param {{eye?: number[] | null}} [view] the eye in the driving camera's coordinates (cm);
   *   null is that camera.
   * @returns {Promise<SplatFrame>}
   */
  pose(state, { eye = null } = {}) {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#next++;
    // The frame before the last is no longer looked at.
    const spare = this.#lent.length > 1 ? this.#lent.shift() : null;
    const answer = deferred();
    this.#pending.set(id, { ...answer, state });
    this.#worker.postMessage(
      { type: 'pose', id, state, eye, spare },
      spare ? Object.values(spare).map((array) => array.buffer) : []);
    return answer.promise;
  }

  /** Ends the worker and gives its memory back. */
  close() {
    this.#end(new CoreError('The avatar has been closed.', code.closed));
  }

  #receive(message) {
    if (message.type === 'frame') this.#receiveFrame(message);
    else if (message.type === 'error') this.#receiveError(message);
    else if (message.type === 'progress') {
      this.stage = message.stage;
      if (message.info) this.info = message.info;
      const { received, total, stage } = message;
      this.#onProgress?.({ received, total, stage });
      if (this.info) this.#opened.resolve();
    } else if (message.type === 'whole') {
      this.#arrived.resolve();
    }
  }

  #receiveFrame({ id, arrays, poseMs, sortMs }) {
    const { resolve, state } = this.#pending.get(id);
    this.#pending.delete(id);
    this.#lent.push(arrays);
    resolve({ count: arrays.order.length, ...arrays, state, poseMs, sortMs });
  }

  #receiveError({ id, error }) {
    const failure = CoreError.fromMessage(error);
    if (id === undefined) {
      this.#opened.reject(failure);
      this.#arrived.reject(failure);
    } else {
      this.#pending.get(id)?.reject(failure);
      this.#pending.delete(id);
    }
  }

  #end(reason) {
    if (this.#ended) return;
    this.#ended = reason;
    this.#worker.terminate();
    this.#opened.reject(reason);
    this.#arrived.reject(reason);
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
    this.#lent = [];
  }
}

/** A promise with its two ends outside. */
function deferred() {
  let resolve;
  let reject;
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
