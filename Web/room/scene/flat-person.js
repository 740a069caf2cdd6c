import { steps } from "../../scene/quality.js";
import { clipped } from "./crop.js";
import { projected } from "./viewpoint.js";

/** What of somebody is seen around the eyes, metres: an avatar, and an avatar with its body. */
export const extents = Object.freeze({
  face: { side: 0.29, up: 0.2, down: 0.26 },
  body: { side: 0.42, up: 0.24, down: 1.7 },
});

/** A picture of somebody, and where it belongs. */
export class Cutout {
  canvas = document.createElement("canvas");
  /** Where it was drawn: in the picture's pixels. @type {import("./crop.js").Part | null} */
  part = null;
  /** Where the point was, then, that it goes along with, and how long a metre was there. */
  at = null;

  #context = this.canvas.getContext("2d", { willReadFrequently: true });

  /**
   * @param {ImageData} image
   * @param {{x: number, y: number, width: number, height: number}} part
   * @param {{x: number, y: number, scale: number}} at
   */
  set(image, part, at) {
    const { canvas } = this;
    if (canvas.width !== image.width || canvas.height !== image.height) {
      canvas.width = image.width;
      canvas.height = image.height;
    }
    this.#context.putImageData(image, 0, 0);
    this.part = part;
    this.at = at;
  }

  /**
   * Draws it where the point is now.
   * @param {CanvasRenderingContext2D} context
   * @param {{x: number, y: number, scale: number}} now
   * @param {number} opacity
   */
  draw(context, now, opacity = 1) {
    const { part, at } = this;
    if (!part) return;
    const s = now.scale / at.scale;
    context.globalAlpha = opacity;
    context.drawImage(
      this.canvas, now.x + s * (part.x - at.x), now.y + s * (part.y - at.y), s * part.width,
      s * part.height);
    context.globalAlpha = 1;
  }
}

/**
 * The part of the picture where somebody is.
 * @param {import("../../scene/stage.js").View} view
 * @param {number[]} eyes
 * @param {{side: number, up: number, down: number}} extent metres
 * @returns {{part: object, at: {x: number, y: number, scale: number, depth: number}} | null}
 */
export function partOf(view, eyes, { side, up, down }, width, height) {
  const at = projected(view, eyes, width, height);
  if (!at || at.depth < 0.15) return null;
  const s = at.scale;
  const part = clipped(
    at.x - side * s, at.y - up * s, at.x + side * s, at.y + down * s, width, height);
  return part && { part, at };
}

/**
 * How finely somebody is drawn: so that a picture takes no longer than its share of the time.
 */
export class Fineness {
  // Coarse at first: the first picture comes soonest.
  #step = 4;
  #times = [];
  /** Pictures that a decision rests on. */
  #needed = 2;

  /** The sides of the picture as a share of the whole picture's pixels. */
  get scale() {
    return steps[this.#step];
  }

  /** @param {number} took milliseconds @param {number} budget */
  add(took, budget) {
    this.#times.push(took);
    if (this.#times.length < this.#needed) return;
    const usual = this.#times.sort((a, b) => a - b)[(this.#needed >> 1) - 1];
    this.#times = [];
    this.#needed = 6;
    const larger = steps[this.#step - 1];
    if (usual > budget && this.#step + 1 < steps.length) this.#step += 1;
    else if (larger && usual * (larger / this.scale) ** 2 < 0.75 * budget) this.#step -= 1;
  }
}
