// An avatar that lives in a worker of its own.
import { CoreError, code } from './failures.js';
import { RemoteCalls } from './remote-calls.js';

/**
 * @typedef {import('./core-avatar.js').State} State
 * @typedef {import('./core-avatar.js').SplatArrays & {
 *   count: number, state: State, poseMs: number, sortMs: number }} SplatFrame
 *
 * A frame's arrays are used again: it is valid until the second `pose` after its own.
 *
 * @typedef {{pixels: Uint8ClampedArray, width: number, height: number, state: State,
 *   drawMs: number}} Picture
 *
 * Red, green, blue, straight alpha; valid until the second `draw` after its own. `drawMs` is with
 * posing.
 */

/** An avatar in a worker: opened while it arrives, posed a frame at a time. */
export class RemoteAvatar {
  #calls;
  #lent = [];
  #lentPixels = [];
  #onProgress;
  #onStart;
  #showBase;

  /** What the file says of itself; see `CoreAvatar.info`. */
  info = null;
  /** 1: the base picture can be posed; 2: everything has arrived. */
  stage = 0;
  /** Resolves when everything has arrived; rejects with a `CoreError` when it does not. */
  whole;

  /**
   * Opens an avatar; resolves as soon as a base picture can be posed.
   *
   * @param {URL | string | Blob | ArrayBuffer | Uint8Array} source bytes are copied.
   * @param {object} [options]
   * @param {(progress: {received: number, total: number, stage: number}) => void} [options.onProgress]
   * @param {() => void} [options.onStart] the worker runs and has its core: until then it needs the
   *   page's thread.
   * @param {Record<string, string>} [options.headers] what the server is shown with the request.
   * @param {WebAssembly.Module | Promise<WebAssembly.Module> | URL | string} [options.core] the core,
   *   if it is there already or lies elsewhere.
   * @param {() => Worker} [options.createWorker]
   * @returns {Promise<RemoteAvatar>}
   * @throws {CoreError} one clear sentence.
   */
  static async open(source, { onProgress, onStart, headers, core, createWorker } = {}) {
    const worker = createWorker?.() ?? RemoteAvatar.startWorker();
    const avatar = new RemoteAvatar(worker, onProgress, onStart);
    const base = new Promise((resolve) => {
      avatar.#showBase = resolve;
    });
    const absolute = (place) => typeof place === 'string' || place instanceof URL
      ? new URL(place, globalThis.location?.href).href : place;
    avatar.whole = Promise.resolve(core).then((core) => avatar.#calls.call(
      'open', { source: absolute(source), headers, core: absolute(core) }));
    try {
      await Promise.race([base, avatar.whole]);
    } catch (error) {
      avatar.close();
      throw error;
    }
    // Whoever does not look at `whole` has the base picture still.
    avatar.whole.catch(() => {});
    return avatar;
  }

  /** A worker for `createWorker`, begun before it is known what it will open. */
  static startWorker() {
    return new Worker(new URL('../core/avatar-worker.js', import.meta.url), { type: 'module' });
  }

  /** Use `open`. */
  constructor(worker, onProgress, onStart) {
    this.#onProgress = onProgress;
    this.#onStart = onStart;
    this.#calls = new RemoteCalls(worker, 'avatar', (message) => this.#receive(message));
  }

  /**
   * Poses a state and orders the splats.
   *
   * @param {State} state
   * @param {{eye?: number[] | null}} [view] the eye in the driving camera's coordinates (cm);
   *   null is that camera.
   * @returns {Promise<SplatFrame>}
   */
  async pose(state, { eye = null } = {}) {
    // The frame before the last is no longer looked at.
    const spare = this.#lent.length > 1 ? this.#lent.shift() : null;
    const { arrays, poseMs, sortMs } = await this.#calls.call(
      'pose', { state, eye, spare },
      spare ? Object.values(spare).map((array) => array.buffer) : []);
    this.#lent.push(arrays);
    return { count: arrays.order.length, ...arrays, state, poseMs, sortMs };
  }

  /**
   * Poses a state and has the processor draw it, for where there is no graphics processor.
   *
   * @param {State} state
   * @param {import('./core-avatar.js').PictureView} view
   * @returns {Promise<Picture>}
   */
  async draw(state, view) {
    const spare = this.#lentPixels.length > 1 ? this.#lentPixels.shift() : null;
    const { pixels, drawMs } = await this.#calls.call(
      'draw', { state, view, spare }, spare ? [spare.buffer] : []);
    this.#lentPixels.push(pixels);
    return { pixels, width: view.width, height: view.height, state, drawMs };
  }

  /** Ends the worker and gives its memory back. */
  close() {
    this.#lent = [];
    this.#lentPixels = [];
    this.#calls.end(new CoreError('The avatar has been closed.', code.closed));
  }

  #receive({ type, received, total, stage, info }) {
    if (type === 'started') this.#onStart?.();
    if (type !== 'progress') return;
    this.stage = stage;
    if (info) this.info = info;
    this.#onProgress?.({ received, total, stage });
    if (this.info) this.#showBase();
  }
}
