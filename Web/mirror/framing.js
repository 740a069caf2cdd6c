/**
 * Where the person stands in the world. World: centimetres, x to the right, y up, z to the viewer;
 * its origin is the middle of the portrait. The driving camera looks along −z from where it is, so
 * that the view that is not turned is the camera's own, with the person brought to the middle.
 */

/** Centimetres from the head's origin down to the portrait's middle. */
const drop = 5;

/** Centimetres that a head may wander from the middle before the frame goes along. */
const freeway = 9;

/** What the portrait shows at least, centimetres. */
export const span = Object.freeze({ width: 30, height: 43 });

/** Keeps a head in the frame without following every movement. */
export class Framing {
  #anchor = [0, 0, 50];
  #settled = false;

  /** The head's origin at the middle, in the camera's coordinates. */
  get anchor() {
    return this.#anchor;
  }

  /** Centimetres from the camera to the middle. */
  get distance() {
    return Math.hypot(...this.#anchor);
  }

  /** The next head is the new middle. */
  reset() {
    this.#settled = false;
  }

  /**
   * @param {ArrayLike<number>} head a pose, camera from head
   * @returns {boolean} whether the frame moved
   */
  follow(head) {
    const place = [head[3], head[4], head[5]];
    if (!(place[2] > 1) || !place.every(Number.isFinite)) return false;
    if (!this.#settled) {
      this.#settled = true;
      this.#anchor = place;
      return true;
    }
    const away = place.map((x, i) => x - this.#anchor[i]);
    // Nearer and further is what a mirror shows too: only far from the middle does it count.
    away[2] *= 0.4;
    const length = Math.hypot(...away);
    if (length <= freeway) return false;
    const share = 0.2 * (1 - freeway / length);
    this.#anchor = this.#anchor.map((x, i) => x + share * (place[i] - x));
    return true;
  }

  /**
   * @param {boolean} mirrored left stays left, as in a mirror
   * @returns {Float32Array} 4 × 4, by columns
   */
  worldFromCamera(mirrored) {
    const [right, up, toEye] = this.#axes(mirrored);
    const middle = [this.#anchor[0], this.#anchor[1] + drop, this.#anchor[2]];
    return Float32Array.of(
      right[0], up[0], toEye[0], 0,
      right[1], up[1], toEye[1], 0,
      right[2], up[2], toEye[2], 0,
      -dot(right, middle), -dot(up, middle), -dot(toEye, middle), 1);
  }

  /**
   * A point of the world in the driving camera's coordinates.
   * @param {ArrayLike<number>} point
   * @param {boolean} mirrored
   * @returns {number[]}
   */
  cameraFromWorld(point, mirrored) {
    const axes = this.#axes(mirrored);
    const middle = [this.#anchor[0], this.#anchor[1] + drop, this.#anchor[2]];
    return middle.map((x, i) =>
      x + axes[0][i] * point[0] + axes[1][i] * point[1] + axes[2][i] * point[2]);
  }

  /** The world's axes in the camera's coordinates. @param {boolean} mirrored */
  #axes(mirrored) {
    const toEye = normalised(this.#anchor.map((x) => -x));
    const right = normalised([1, 0, 0].map((x, i) => x - toEye[0] * toEye[i]));
    const up = cross(toEye, right);
    return [mirrored ? right.map((x) => -x) : right, up, toEye];
  }
}

/** @param {number[]} a @param {number[]} b */
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/** @param {number[]} a @param {number[]} b */
const cross = (a, b) => [
  a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0],
];

/** @param {number[]} a */
const normalised = (a) => {
  const length = Math.hypot(...a) || 1;
  return a.map((x) => x / length);
};
