/** Looks at the camera's picture: with the tracker where it can run, else for light alone. */
import { lightOf, turnOf } from "./sight.js";

/** @typedef {import("./sight.js").Sight} Sight */

/** Pixels across of what is looked at: enough for a face, and little to move about. */
const width = 480;

/** Watches a playing video. */
export class Watcher {
  #video;
  #tracker;
  #canvas = document.createElement("canvas");
  #context;
  #neutral = /** @type {number[] | null} */ (null);
  #rest = /** @type {number[][]} */ ([]);
  #ended = false;
  #face = /** @type {{center: [number, number], height: number} | null} */ (null);

  /**
   * @param {HTMLVideoElement} video
   * @param {any} tracker a `RemoteTracker`, or null to look for light alone
   * @param {(sight: Sight) => void} onsight
   */
  constructor(video, tracker, onsight) {
    this.#video = video;
    this.#tracker = tracker;
    this.#context = this.#canvas.getContext("2d", { willReadFrequently: true });
    this.#run(onsight);
  }

  /** Whether faces can be seen, or only light. */
  get isTracking() {
    return this.#tracker !== null;
  }

  /** Takes where the head is now, on average of the last moments, for straight ahead. */
  markStraight() {
    if (this.#rest.length < 3) return;
    this.#neutral = [0, 1, 2].map((k) => {
      const values = this.#rest.map((head) => head[k]).sort((a, b) => a - b);
      return values[values.length >> 1];
    });
  }

  /** Ends watching; the tracker stays for others. */
  end() {
    this.#ended = true;
  }

  async #run(onsight) {
    while (!this.#ended) {
      const begun = performance.now();
      if (this.#video.readyState >= 2 && this.#video.videoWidth) {
        const sight = await this.#look().catch(() => null);
        if (this.#ended) return;
        if (sight) onsight(sight);
      }
      // Ten times a second is plenty for a person who is being asked to move slowly.
      const rest = Math.max(20, 100 - (performance.now() - begun));
      await new Promise((resolve) => { setTimeout(resolve, rest); });
    }
  }

  /** @returns {Promise<Sight>} */
  async #look() {
    const height = Math.round((width * this.#video.videoHeight) / this.#video.videoWidth);
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#context.drawImage(this.#video, 0, 0, width, height);
    const picture = this.#context.getImageData(0, 0, width, height);
    const light = lightOf(picture, this.#face);
    const nothing = {
      tracked: false, faces: 0, height: 0, center: /** @type {[number, number]} */ ([0.5, 0.5]),
      turn: null, expression: null, ...light,
    };
    if (!this.#tracker) return nothing;
    let seen;
    try {
      seen = await this.#tracker.track(picture, performance.now() / 1000);
    } catch (error) {
      console.warn("The face can no longer be followed:", error.message);
      this.#tracker = null;
      return nothing;
    }
    if (!seen.isTracked || !seen.landmarks) {
      this.#face = null;
      return { ...nothing, tracked: true, faces: 0 };
    }
    this.#face = boxOf(seen.landmarks, width, height);
    const head = Array.from(seen.state.head.slice(0, 3));
    this.#rest.push(head);
    if (this.#rest.length > 15) this.#rest.shift();
    return {
      tracked: true, faces: Math.max(1, seen.faceCount), ...this.#face,
      turn: this.#neutral ? turnOf(head, this.#neutral) : null,
      expression: seen.state.expression, ...light,
    };
  }
}

/**
 * @param {Float32Array} landmarks x, y, z of 468 points in pixels
 * @returns {{center: [number, number], height: number}} shares of the picture
 */
function boxOf(landmarks, pictureWidth, pictureHeight) {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < landmarks.length; i += 3) {
    left = Math.min(left, landmarks[i]);
    right = Math.max(right, landmarks[i]);
    top = Math.min(top, landmarks[i + 1]);
    bottom = Math.max(bottom, landmarks[i + 1]);
  }
  return {
    center: [(left + right) / 2 / pictureWidth, (top + bottom) / 2 / pictureHeight],
    height: (bottom - top) / pictureHeight,
  };
}

/**
 * Starts the tracker; null where it cannot run, and why.
 * @returns {Promise<{tracker: any, reason: string}>}
 */
export async function startTracker() {
  try {
    const { RemoteTracker } = await import("../core/tracker.js");
    const models = new URL("../", import.meta.url);
    return { tracker: await RemoteTracker.start({ models }), reason: "" };
  } catch (error) {
    return { tracker: null, reason: error instanceof Error ? error.message : String(error) };
  }
}
