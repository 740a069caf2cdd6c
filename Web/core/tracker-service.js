// What the tracking worker does, without the worker: messages in, messages out.
import { CoreError, get, loadCore, trackingURL } from './core.js';
import { CoreTracker, avatarFile, templateFile, trackerFiles } from './core-tracker.js';

/** The longer side of the pictures that are looked at; larger ones are reduced. */
const largestPicture = 1280;

/** The core's failure for an avatar without landmarks; see `failures.js`. */
const withoutLandmarks = 38;

/** Keeps one tracker; answers `start`, `track`, `calibrate`, `reset`. */
export class TrackerService {
  #post;
  #tracker = null;
  #canvas = null;
  /** Pictures are worked on one after another: the core's picture room must stay where it is. */
  #queue = Promise.resolve();

  /** @param {(message: object, transfer?: Transferable[]) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /** Answers a message. */
  handle(message) {
    this.#queue = this.#queue.then(() => this.#answer(message));
    return this.#queue;
  }

  async #answer(message) {
    const { id, type } = message;
    try {
      if (type === 'start') await this.#start(message);
      else if (type === 'track') return await this.#track(message);
      else if (type === 'calibrate') this.#tracker.calibrateNeutral(message.isOn);
      else if (type === 'reset') this.#tracker.reset();
      this.#post({ type: 'done', id });
    } catch (error) {
      this.#post({ type: 'error', id, error: CoreError.from(error).toMessage() });
    } finally {
      message.picture?.close?.();
    }
  }

  async #start({ models, avatar, core = trackingURL, files = {} }) {
    const skipped = avatar ? templateFile : avatarFile;
    const wanted = trackerFiles.filter(({ number }) => number !== skipped);
    let received = 0;
    const fetched = wanted.map(async (file) => {
      const bytes = await this.#bytes(file, models, avatar, files);
      received += bytes?.length ?? 0;
      this.#post({ type: 'progress', received, file: file.path ?? 'avatar' });
      return [file.number, bytes];
    });
    const [instance, ...contents] = await Promise.all([loadCore(core), ...fetched]);
    this.#tracker = new CoreTracker(instance);
    for (const [number, bytes] of contents) {
      if (bytes) this.#tracker.append(number, bytes);
    }
    try {
      this.#tracker.prepare();
    } catch (error) {
      // A head of another program says nothing of landmarks: the face is followed as a stranger's.
      if (!avatar || error.code !== withoutLandmarks) throw error;
      await this.#start({ models, core, files });
    }
  }

  async #bytes({ number, path, needed }, models, avatar, files) {
    if (number === avatarFile) return new Uint8Array(avatar);
    if (files[path]) return new Uint8Array(files[path]);
    try {
      const response = await get(new URL(path, models), 'A part of the tracker');
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      if (needed) throw error;
      return null;
    }
  }

  async #track({ id, picture, time }) {
    const start = performance.now();
    await this.#load(picture);
    const loaded = performance.now();
    const tracking = this.#tracker.track(time);
    tracking.ms = {
      picture: loaded - start, ...tracking.ms, total: performance.now() - start,
    };
    this.#post(
      { type: 'tracking', id, tracking },
      [tracking.state?.expression.buffer, tracking.landmarks?.buffer].filter(Boolean));
  }

  /** Puts a picture's pixels into the core's memory. */
  async #load(picture) {
    if (picture.data) {
      // Image data, or anything like it.
      this.#tracker.picture(picture.width, picture.height).set(picture.data);
      return;
    }
    const width = picture.displayWidth ?? picture.width;
    const height = picture.displayHeight ?? picture.height;
    if (isStraight(picture) && Math.max(width, height) <= largestPicture) {
      const { visibleRect } = picture;
      const room = this.#tracker.picture(visibleRect.width, visibleRect.height);
      try {
        await picture.copyTo(room, { format: 'RGBA', colorSpace: 'srgb' });
        return;
      } catch {
        // Not every browser converts; a canvas does.
      }
    }
    const scale = Math.min(1, largestPicture / Math.max(width, height));
    this.#draw(picture, Math.round(width * scale), Math.round(height * scale));
  }

  #draw(picture, width, height) {
    if (this.#canvas?.width !== width || this.#canvas?.height !== height) {
      this.#canvas = new OffscreenCanvas(width, height);
    }
    const context = this.#canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    this.#tracker.picture(width, height).set(data);
  }
}

/** Whether a picture is a video frame whose pixels are as they are shown. */
function isStraight(picture) {
  if (typeof picture.copyTo !== 'function' || !picture.visibleRect) return false;
  if (picture.rotation || picture.flip) return false;
  const { width, height } = picture.visibleRect;
  return width === picture.displayWidth && height === picture.displayHeight;
}
