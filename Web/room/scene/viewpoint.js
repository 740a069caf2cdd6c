import { perspective } from "../../scene/matrices.js";
import { clamp, cross, dot, forwardOf, minus, normalised } from "./vectors.js";

/** Metres from the eye to the nearest and the farthest thing that is drawn. */
const near = 0.08, far = 400;
/** The widest view upright, radians: more looks distorted. */
const widest = 1.45;

/**
 * The camera of a room: where the eye is, where it looks, how much it sees.
 */
export class Viewpoint {
  /** In the room, metres. @type {[number, number, number]} */
  eye = [0, 1.65, 4];
  yaw = 0;
  /** Upwards. */
  pitch = 0;
  /** What is to be seen at least, radians. */
  width = 0.9;
  height = 0.66;

  /** @returns {Float32Array} for a stage's view */
  get viewFromWorld() {
    const z = forwardOf(this.yaw, this.pitch).map((v) => -v);
    const x = [Math.cos(this.yaw), 0, -Math.sin(this.yaw)], y = cross(z, x);
    return new Float32Array([
      x[0], y[0], z[0], 0, x[1], y[1], z[1], 0, x[2], y[2], z[2], 0,
      -dot(x, this.eye), -dot(y, this.eye), -dot(z, this.eye), 1,
    ]);
  }

  /** The view's angle upright, radians. @param {number} aspect width / height */
  fieldOfView(aspect) {
    return Math.min(
      widest, Math.max(this.height, 2 * Math.atan(Math.tan(this.width / 2) / aspect)));
  }

  /**
   * @param {number} width of the picture
   * @param {number} height
   * @returns {import("../../scene/stage.js").View}
   */
  view(width, height) {
    const aspect = Math.max(width, 1) / Math.max(height, 1);
    return {
      viewFromWorld: this.viewFromWorld,
      projection: perspective(this.fieldOfView(aspect), aspect, near, far),
    };
  }
}

/**
 * Where a point of the room is in a picture.
 * @param {import("../../scene/stage.js").View} view
 * @param {ArrayLike<number>} point
 * @param {number} width of the picture
 * @param {number} height
 * @returns {{x: number, y: number, depth: number, scale: number} | null} from the upper left
 *   corner; `scale` is the length of a metre there; null behind the eye
 */
export function projected({ viewFromWorld: v, projection: p }, point, width, height) {
  const [x, y, z] = [0, 1, 2].map((r) =>
    v[r] * point[0] + v[4 + r] * point[1] + v[8 + r] * point[2] + v[12 + r]);
  const depth = -z;
  if (!(depth > near)) return null;
  return {
    x: (width / 2) * (1 + (p[0] * x) / depth - p[8]),
    y: (height / 2) * (1 - (p[5] * y) / depth + p[9]),
    depth, scale: (height / 2) * (p[5] / depth),
  };
}

/**
 * The ray through a point of the picture.
 * @param {import("../../scene/stage.js").View} view
 * @param {number} x from the left
 * @param {number} y from the top
 * @param {number} width of the picture
 * @param {number} height
 * @returns {{origin: number[], direction: number[]}}
 */
export function rayThrough({ viewFromWorld: v, projection: p }, x, y, width, height) {
  const a = ((2 * x) / width - 1 + p[8]) / p[0], b = (1 - (2 * y) / height + p[9]) / p[5];
  const local = [a, b, -1], t = [v[12], v[13], v[14]];
  const direction = [0, 1, 2].map((c) => dot([v[4 * c], v[4 * c + 1], v[4 * c + 2]], local));
  const origin = [0, 1, 2].map((c) => -dot([v[4 * c], v[4 * c + 1], v[4 * c + 2]], t));
  return { origin, direction: normalised(direction) };
}

/**
 * Where a ray meets an upright capsule first.
 * @param {{origin: number[], direction: number[]}} ray
 * @param {[number, number, number]} foot the capsule's lower end
 * @param {number} height between its ends
 * @param {number} radius
 * @returns {number} the distance, Infinity when it misses
 */
export function meetsCapsule({ origin, direction }, foot, height, radius) {
  // The nearest points of the ray and of the axis, found by a few alternations: both are convex.
  let y = foot[1] + height / 2, along = 0;
  for (let k = 0; k < 12; k += 1) {
    along = Math.max(0, dot(minus([foot[0], y, foot[2]], origin), direction));
    y = clamp(origin[1] + along * direction[1], foot[1], foot[1] + height);
  }
  const point = origin.map((v, i) => v + along * direction[i]);
  const away = Math.hypot(point[0] - foot[0], point[1] - y, point[2] - foot[2]);
  return away <= radius ? along : Infinity;
}
