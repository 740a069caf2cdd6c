import { multiply, worldFromDrivingCamera } from "./matrices.js";
import { steps } from "./quality.js";

/** Milliseconds that drawing a picture may take before pictures become smaller. */
const budget = 24;
/** Pictures grow again when the larger one is expected to take this share of the budget. */
const margin = 0.75;
/** Milliseconds without a new picture after which the last one is drawn once more, finely. */
const rest = 250;
/** Where drawing begins, before it is known how fast it is. */
const firstStep = 3;

/**
 * A stage without a graphics processor: the avatar's worker draws, the stage shows.
 *
 * One avatar, one view. A picture is asked for together with its pose, so that it arrives ready:
 *
 *     const layer = stage.addAvatar();
 *     layer.update(await avatar.draw(state, stage.request([view])));
 *     stage.draw();
 *
 * When something but the pose changes (the canvas's size, the background), and when what is shown
 * has come to rest and could be finer, the stage asks for another picture by the event "redraw".
 */
export class FlatStage extends EventTarget {
  /** What is behind everything: red, green, blue, sRGB-coded, 0…1; null is transparent. */
  background = null;
  /** "auto", or the picture's sides as a share of the display's pixels. @type {"auto" | number} */
  quality = "auto";
  /** The most picture pixels to a CSS pixel. */
  largestPixelRatio = 2;
  /** Of the last picture. */
  stats = { splats: 0, triangles: 0, avatars: 0, merged: 0, width: 0, height: 0, scale: 1,
    drawMs: 0, framesPerSecond: 0 };

  #canvas;
  #context;
  #watcher = null;
  #pace = new Pace();
  /** Whether nothing has moved for a while. */
  #isResting = false;
  #restTimer = 0;
  /** @type {FlatLayer | null} */
  #layer = null;

  /** @param {HTMLCanvasElement} canvas without a context */
  constructor(canvas, { background = null } = {}) {
    super();
    this.background = background;
    this.#canvas = canvas;
    // Pixels come from the processor: a canvas that lies elsewhere would only be a detour.
    this.#context = canvas.getContext("2d", { willReadFrequently: true });
    // A canvas's first pixels take long; no picture should wait for that.
    this.#context.putImageData(new ImageData(1, 1), 0, 0);
    if (typeof ResizeObserver === "function") {
      this.#watcher = new ResizeObserver(() => this.dispatchEvent(new Event("redraw")));
      this.#watcher.observe(canvas);
    }
  }

  /** Puts the avatar on the stage, instead of one before. */
  addAvatar() {
    this.#layer = new FlatLayer();
    return this.#layer;
  }

  /**
   * What to ask an avatar's worker for: its `draw`'s view.
   * @param {import("./stage.js").View[]} views the first one is drawn
   * @param {{width: number, height: number}} [size] left out, the canvas's on the page
   * @param {[number, number, number] | null} [background]
   * @returns {import("../core/core-avatar.js").PictureView}
   */
  request([view], size = this.#takeSize(), background = this.background) {
    return {
      ...pinholeOf(view, this.#layer.worldFromCamera, size), background,
      bustFade: this.#layer.bustFade,
    };
  }

  /** Shows the layer's last picture. @returns {boolean} whether there is one */
  draw() {
    const { picture, visible } = this.#layer ?? {};
    if (!picture) return false;
    const start = performance.now();
    const { width, height, pixels, drawMs } = picture;
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    if (visible) this.#context.putImageData(new ImageData(pixels, width, height), 0, 0);
    else this.#context.clearRect(0, 0, width, height);
    // Whose pixels these were gets them back.
    this.#layer.picture = null;
    clearTimeout(this.#restTimer);
    const isFinest = width >= this.#size(1).width;
    // One that nobody was in a hurry for says nothing about haste.
    if (!isFinest || this.#scale === 1) this.#pace.add(drawMs);
    if (!isFinest && this.quality === "auto") {
      this.#restTimer = setTimeout(() => this.#refine(), rest);
    }
    Object.assign(this.stats, {
      avatars: Number(visible), width, height, scale: this.#scale,
      drawMs: drawMs + performance.now() - start, framesPerSecond: 0,
    });
    return true;
  }

  /**
   * A still, apart from the canvas: straight alpha, 8 bits, top row first.
   * @param {import("./stage.js").View[]} views
   * @param {number} width pixels
   * @param {number} height
   * @param {[number, number, number] | null} [background]
   * @returns {Promise<ImageData | null>} null while there is no avatar
   */
  async picture(views, width, height, background = null) {
    const { avatar, state } = this.#layer ?? {};
    if (!avatar || !state) return null;
    const request = this.request(views, { width, height }, background);
    const { pixels } = await avatar.draw(state, request);
    return new ImageData(new Uint8ClampedArray(pixels), width, height);
  }

  /** Gives everything back; the canvas keeps its last picture. */
  dispose() {
    clearTimeout(this.#restTimer);
    this.#watcher?.disconnect();
    this.#layer = null;
  }

  get #scale() {
    return this.quality === "auto" ? this.#pace.scale : this.quality;
  }

  #refine() {
    this.#isResting = true;
    this.dispatchEvent(new Event("redraw"));
  }

  /** The size of the next picture: the finest once, when all is at rest. */
  #takeSize() {
    const scale = this.#isResting ? 1 : this.#scale;
    this.#isResting = false;
    return this.#size(scale);
  }

  #size(scale) {
    const ratio = Math.min(globalThis.devicePixelRatio || 1, this.largestPixelRatio) * scale;
    const side = (length) => Math.min(4096, Math.max(1, Math.round(length * ratio)));
    return { width: side(this.#canvas.clientWidth), height: side(this.#canvas.clientHeight) };
  }
}

/** One avatar of a stage without a graphics processor. */
export class FlatLayer {
  /** Where the avatar's driving camera stands in the world, as `SplatLayer` has it. */
  worldFromCamera = worldFromDrivingCamera();
  /** Whether it is drawn. */
  visible = true;
  /** Over how many centimetres the bust's lower edge fades; 0 is not. */
  bustFade = 0;
  /** Who draws stills: a `RemoteAvatar`. */
  avatar = null;
  /** What is shown. @type {object | null} */
  state = null;
  /** What arrived and was not shown yet. */
  picture = null;

  /** Takes a picture. @param {import("../core/avatar.js").Picture} picture */
  update(picture) {
    this.picture = picture;
    this.state = picture.state;
  }
}

/**
 * Finds the size of pictures that the processor draws in time.
 *
 * The time of a picture grows at most with its area. So a step down is taken when pictures are late,
 * and a step up when the larger ones would be in time with a margin: it does not swing.
 */
export class Pace {
  #step = firstStep;
  #times = [];

  /** The sides of the picture now, 0.4…1. */
  get scale() {
    return steps[this.#step];
  }

  /** @param {number} milliseconds that the last picture took */
  add(milliseconds) {
    this.#times.push(milliseconds);
    if (this.#times.length < 8) return;
    // What a picture takes when nothing else is in the way; the machine's other work passes.
    const usual = this.#times.sort((a, b) => a - b)[3];
    this.#times = [];
    const larger = steps[this.#step - 1];
    if (usual > budget && this.#step + 1 < steps.length) this.#step += 1;
    else if (larger && usual * (larger / this.scale) ** 2 < margin * budget) this.#step -= 1;
  }
}

/**
 * A view of a layer as the core has it: a pinhole camera, and where it stands.
 * @param {import("./stage.js").View} view
 * @param {import("./matrices.js").Matrix4} worldFromCamera
 * @param {{width: number, height: number}} size pixels
 */
export function pinholeOf({ viewFromWorld, projection: p }, worldFromCamera, { width, height }) {
  const m = multiply(viewFromWorld, worldFromCamera);
  // WebGL's y points up and its z backwards.
  for (let i = 0; i < 16; i += 1) if (i % 4 === 1 || i % 4 === 2) m[i] = -m[i];
  return {
    width, height, viewFromCamera: m,
    camera: {
      focalLength: [(p[0] * width) / 2, (p[5] * height) / 2],
      center: [((1 - p[8]) * width) / 2, ((1 + p[9]) * height) / 2],
    },
  };
}
