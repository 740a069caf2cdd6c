// Face tracking in a worker of its own.
import { CoreError, code } from './failures.js';
import { RemoteCalls } from './remote-calls.js';

/**
 * @typedef {import('./core-tracker.js').Tracking & {
 *   ms: {picture: number, look: number, solve: number, total: number}}} Tracking
 */

/** Follows the face of one camera. */
export class RemoteTracker {
  #calls;

  /**
   * Fetches the models and starts the worker.
   *
   * @param {object} options
   * @param {URL | string} [options.models] where `models/…` and `template.vvt` are served.
   * @param {ArrayBuffer | Uint8Array} [options.avatar] the avatar of the person before the camera:
   *   their shape is known then, and the template is not needed. The file's beginning up to its
   *   bases (`RemoteAvatar.info.baseLength`) suffices.
   * @param {(progress: {received: number, file: string}) => void} [options.onProgress]
   * @param {WebAssembly.Module | URL | string} [options.core] the core, if it lies elsewhere.
   * @param {() => Worker} [options.createWorker]
   * @returns {Promise<RemoteTracker>}
   * @throws {CoreError} one clear sentence.
   */
  static async start({ models = '/', avatar, onProgress, core, createWorker } = {}) {
    const worker = createWorker?.() ??
      new Worker(new URL('../core/tracking-worker.js', import.meta.url), { type: 'module' });
    const tracker = new RemoteTracker(worker, onProgress);
    const base = globalThis.location?.href;
    try {
      await tracker.#calls.call('start', {
        models: new URL(models, base).href,
        avatar,
        core: core instanceof URL || typeof core === 'string' ? new URL(core, base).href : core,
      });
    } catch (error) {
      tracker.close();
      throw error;
    }
    return tracker;
  }

  /** Use `start`. */
  constructor(worker, onProgress) {
    this.#calls = new RemoteCalls(worker, 'tracker', (message) => {
      if (message.type === 'progress') {
        onProgress?.({ received: message.received, file: message.file });
      }
    });
  }

  /** How many pictures wait to be looked at: skip some rather than fall behind. */
  get waiting() {
    return this.#calls.count;
  }

  /**
   * Follows the face into the next picture. Frames and bitmaps are handed over and closed.
   *
   * @param {VideoFrame | ImageBitmap | ImageData} picture
   * @param {number} time seconds, later than the last picture's.
   * @returns {Promise<Tracking>}
   */
  async track(picture, time) {
    const { tracking } = await this.#calls.call(
      'track', { picture, time }, picture.data ? [] : [picture]);
    return tracking;
  }

  /** Takes the expression of the last moments for the neutral one; `false` forgets it. */
  async calibrateNeutral(isOn = true) {
    await this.#calls.call('calibrate', { isOn });
  }

  /** Forgets the face: another video begins. */
  async reset() {
    await this.#calls.call('reset');
  }

  /** Ends the worker and gives its memory back. */
  close() {
    this.#calls.end(new CoreError('The tracker has been closed.', code.closed));
  }
}
