import { inverse } from "../../scene/matrices.js";
import {
  clamp, cross, dot, forwardOf, minus, moved, normalised, plus, times, turned,
} from "./vectors.js";

/** Centimetres in a metre; avatars are in centimetres, rooms in metres. */
const perMetre = 100;
/** From between the eyes to the mouth, in the head's frame, centimetres. */
const mouthFromEyes = [0, -6.6, 2.6];
/** Centimetres that a head may be from where it rests without the rest going along. */
const freeway = 9;
/** Seconds in which the rest goes after a head that left, and after one that did not. */
const haste = 1.5, calm = 45;
/** Where heads rest that nothing is known of: half a metre before the camera. */
const usual = { reference: [Math.PI, 0, 0, 0, 0, 50], eyeCenters: [[3, 2, 2], [-3, 2, 2]] };

/**
 * Where a person's driving camera stands in the room.
 *
 * The eyes at rest are at the eye point of the place, and the way from them to the camera is the
 * place's facing: who looks into their camera looks at whoever is opposite. Everything else, how
 * a head turns and leans, is as the person does it, life size.
 *
 * A live camera is seldom where the capture's was. So the rest is where the first head is found,
 * and goes along, slowly, when it stays away.
 */
export class Placement {
  /** The driving camera's coordinates, centimetres, to the room's, metres. @type {Float32Array} */
  worldFromCamera = new Float32Array(16);
  /** The eyes at rest, in the room. @type {[number, number, number]} */
  eyes = [0, 0, 0];
  /** Where the place faces. */
  yaw = 0;

  #middleOfEyes;
  /** The eyes at rest, in camera coordinates. */
  #anchor;
  #reference;
  #isSettled = false;
  /** The `worldFromCamera` of the eyes' resting place alone, inverted when asked for. */
  #cameraFromWorld = null;

  /** @param {{reference: ArrayLike<number>, eyeCenters: number[][]}} [info] an avatar's */
  constructor({ reference, eyeCenters } = usual) {
    this.#middleOfEyes = times(plus(eyeCenters[0], eyeCenters[1]), 0.5);
    this.#reference = Float32Array.from(reference);
    this.#anchor = moved(reference, this.#middleOfEyes);
    this.#place();
  }

  /** The pose in which the person rests until a state comes: camera from head. */
  get reference() {
    return this.#reference;
  }

  /** Between the eyes, in the head's frame, centimetres. */
  get eyesInHead() {
    return this.#middleOfEyes;
  }

  /**
   * Puts the person somewhere.
   * @param {ArrayLike<number>} eyes the eye point, in the room
   * @param {number} yaw
   */
  moveTo(eyes, yaw) {
    this.eyes = [eyes[0], eyes[1], eyes[2]];
    this.yaw = yaw;
    this.#place();
  }

  /**
   * Goes along with a head.
   * @param {ArrayLike<number>} head camera from head
   * @param {number} seconds since the last one
   */
  follow(head, seconds) {
    const eyes = moved(head, this.#middleOfEyes);
    if (!(eyes[2] > 1) || !eyes.every(Number.isFinite)) return;
    const away = minus(eyes, this.#anchor);
    const length = Math.hypot(away[0], away[1], 0.4 * away[2]);
    if (!this.#isSettled) {
      this.#isSettled = true;
      if (length > freeway) this.#anchor = eyes;
    } else {
      const share = 1 - Math.exp(-clamp(seconds, 0, 1) / (length > freeway ? haste : calm));
      this.#anchor = plus(this.#anchor, times(away, share));
    }
    this.#place();
  }

  /**
   * Rests where the avatar does: for heads whose pose is one in the room, as a headset's is, and not
   * one before a camera that may stand anywhere.
   * @param {number} seconds since the last one
   */
  stay(seconds) {
    const rest = moved(this.#reference, this.#middleOfEyes);
    const share = this.#isSettled ? 1 - Math.exp(-clamp(seconds, 0, 1) / haste) : 1;
    this.#isSettled = true;
    this.#anchor = plus(this.#anchor, times(minus(rest, this.#anchor), share));
    this.#place();
  }

  /** The next head is the new rest if it is far from it. */
  reset() {
    this.#isSettled = false;
  }

  /**
   * A point of the head, in the room.
   * @param {ArrayLike<number>} head camera from head
   * @param {ArrayLike<number>} fromEyes in the head's frame from between the eyes, centimetres
   */
  worldFromHead(head, fromEyes = [0, 0, 0]) {
    const [x, y, z] = moved(head, plus(this.#middleOfEyes, fromEyes)), m = this.worldFromCamera;
    return [0, 1, 2].map((r) => m[r] * x + m[4 + r] * y + m[8 + r] * z + m[12 + r]);
  }

  /**
   * Where the head faces, in the room.
   * @param {ArrayLike<number>} head camera from head
   * @param {ArrayLike<number>} [direction] in the head's frame
   */
  directionOf(head, direction = [0, 0, 1]) {
    const [x, y, z] = turned(head, direction), m = this.worldFromCamera;
    return normalised([0, 1, 2].map((r) => m[r] * x + m[4 + r] * y + m[8 + r] * z));
  }

  /**
   * @param {ArrayLike<number>} [head] camera from head; left out, the one at rest
   * @returns {{position: number[], forward: number[]}}
   */
  mouth(head = this.#reference) {
    return { position: this.worldFromHead(head, mouthFromEyes), forward: this.directionOf(head) };
  }

  /** A point of the room in the driving camera's coordinates. @param {ArrayLike<number>} point */
  cameraFromWorld(point) {
    this.#cameraFromWorld ??= inverse(this.worldFromCamera);
    const m = this.#cameraFromWorld;
    return [0, 1, 2].map((r) =>
      m[r] * point[0] + m[4 + r] * point[1] + m[8 + r] * point[2] + m[12 + r]);
  }

  #place() {
    const toCamera = normalised(times(this.#anchor, -1));
    const across = minus([1, 0, 0], times(toCamera, toCamera[0]));
    const right = normalised(across), up = cross(toCamera, right);
    const facing = forwardOf(this.yaw), side = cross([0, 1, 0], facing);
    const m = this.worldFromCamera, e = this.#anchor;
    for (let column = 0; column < 3; column += 1) {
      for (let row = 0; row < 3; row += 1) {
        const upright = row === 1 ? up[column] : 0;
        m[4 * column + row] =
          (side[row] * right[column] + upright + facing[row] * toCamera[column]) / perMetre;
      }
    }
    for (let row = 0; row < 3; row += 1) {
      m[12 + row] = this.eyes[row] - dot([m[row], m[4 + row], m[8 + row]], e);
    }
    m[3] = m[7] = m[11] = 0;
    m[15] = 1;
    this.#cameraFromWorld = null;
  }
}
