import { projected } from "./viewpoint.js";
import { forwardOf } from "./vectors.js";

/** Pixels of the element's own size, which is then brought into perspective. */
const own = 960;

/**
 * A shared screen as a panel in the room: the page's own video element, brought into perspective
 * over the picture, so that it is as sharp as the display and hidden behind nobody.
 */
export class ScreenPanel {
  #overlay;
  #frame = document.createElement("div");
  #video = null;
  #place = { center: [0, 1.5, -2], width: 2, yaw: Math.PI };
  #ratio = 16 / 9;

  /** @param {HTMLElement} overlay */
  constructor(overlay) {
    this.#overlay = overlay;
    this.#frame.className = "room-screen";
    this.#frame.hidden = true;
    overlay.prepend(this.#frame);
  }

  /** @param {{center: number[], width: number, yaw: number}} place where, and where it faces */
  hang(place) {
    this.#place = place;
  }

  /** @param {HTMLVideoElement | null} video */
  show(video) {
    if (this.#video !== video) this.#video?.remove();
    this.#video = video;
    if (video) this.#frame.append(video);
  }

  /** The four corners in the room: upper left, upper right, lower right, lower left. */
  get corners() {
    const { center: [x, y, z], width, yaw } = this.#place;
    const { videoWidth, videoHeight } = this.#video ?? {};
    if (videoWidth > 0 && videoHeight > 0) this.#ratio = videoWidth / videoHeight;
    // As large an area for all shapes.
    const w = (width / 2) * Math.sqrt(this.#ratio / (16 / 9)), h = w / this.#ratio;
    // To the right of who looks at it: across where it faces.
    const facing = forwardOf(yaw), right = [facing[2], 0, -facing[0]];
    return [[-w, h], [w, h], [w, -h], [-w, -h]].map(([a, b]) => [
      x + a * right[0], y + b, z + a * right[2],
    ]);
  }

  /** @param {import("../../scene/stage.js").View} view */
  place(view, width, height) {
    const points = this.#video
      ? this.corners.map((corner) => projected(view, corner, width, height)) : [null];
    const isSeen = points.every(Boolean) && facesViewer(points);
    this.#frame.hidden = !isSeen;
    if (!isSeen) return;
    const tall = own / this.#ratio;
    Object.assign(this.#frame.style, { width: `${own}px`, height: `${tall}px` });
    this.#frame.style.transform = matrixOf(own, tall, points);
  }

  dispose() {
    this.#video?.remove();
    this.#frame.remove();
  }
}

/** Whether the corners run clockwise on the page. */
const facesViewer = ([a, b, c]) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) > 0;

/**
 * The transform that brings a rectangle's corners to four points (Heckbert, "Fundamentals of
 * Texture Mapping and Image Warping", 1989, section 2.2.3).
 * @param {number} width
 * @param {number} height
 * @param {{x: number, y: number}[]} points for the upper left, upper right, lower right and lower
 *   left corner
 * @returns {string} CSS; the transform's origin is the upper left corner
 */
export function matrixOf(width, height, [p0, p1, p2, p3]) {
  const dx1 = p1.x - p2.x, dx2 = p3.x - p2.x, dx3 = p0.x - p1.x + p2.x - p3.x;
  const dy1 = p1.y - p2.y, dy2 = p3.y - p2.y, dy3 = p0.y - p1.y + p2.y - p3.y;
  const d = dx1 * dy2 - dx2 * dy1;
  const g = (dx3 * dy2 - dx2 * dy3) / d, h = (dx1 * dy3 - dx3 * dy1) / d;
  const a = p1.x - p0.x + g * p1.x, b = p3.x - p0.x + h * p3.x;
  const e = p1.y - p0.y + g * p1.y, f = p3.y - p0.y + h * p3.y;
  const numbers = [
    a / width, e / width, 0, g / width, b / height, f / height, 0, h / height, 0, 0, 1, 0,
    p0.x, p0.y, 0, 1,
  ];
  return `matrix3d(${numbers.map((v) => v.toFixed(8)).join()})`;
}
