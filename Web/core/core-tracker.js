// Tracking in the core: files and pictures in, face states out.
import { readState, stateLength } from './core-avatar.js';

/** The files that a tracker takes, by the core's numbers, and where they are served. */
export const trackerFiles = [
  { number: 0, path: 'models/face_detection_short_range.tflite', needed: true },
  { number: 1, path: 'models/face_detection_full_range_sparse.tflite', needed: false },
  { number: 2, path: 'models/face_landmark.tflite', needed: true },
  { number: 3, path: 'models/iris_landmark.tflite', needed: true },
  { number: 4, path: 'template.vvt', needed: true },
  { number: 5, path: null, needed: false },
];

/** The number of the template among the files; not needed when there is an avatar. */
export const templateFile = 4;
/** The number of the avatar among the files. */
export const avatarFile = 5;

/**
 * @typedef {object} Tracking what a picture shows.
 * @property {import('./core-avatar.js').State | null} state null until a face was seen.
 * @property {boolean} isTracked whether the face was seen in this picture; the state is held if not.
 * @property {number} faceCount faces in the picture, when it was last searched.
 * @property {number} confidence 0…1.
 * @property {Float32Array | null} landmarks 468 × (x, y, z) in pixels of the picture.
 * @property {number} residual mean distance of landmarks from the solution, per cent of the
 *   distance between the pupils.
 * @property {boolean} isCut whether the picture does not continue the last one.
 * @property {number} faceHeight pixels.
 * @property {boolean} isSettled whether the person's shape has been learnt.
 * @property {number} focalLength of the camera, in pixels, as far as known.
 * @property {{look: number, solve: number}} ms
 */

/** A tracker inside a core. */
export class CoreTracker {
  #core;
  #number;

  /** @param {import('./core.js').Core} core */
  constructor(core) {
    this.#core = core;
    this.#number = core.call('tracker_begin');
  }

  /** Takes in the next bytes of a file. @param {number} file @param {Uint8Array} bytes */
  append(file, bytes) {
    this.#core.send(bytes, (address, length) => {
      this.#core.call('tracker_append', this.#number, file, address, length);
    });
  }

  /** Reads the files. @throws {CoreError} */
  prepare() {
    this.#core.call('tracker_prepare', this.#number);
  }

  /**
   * Room for the next picture: `width × height × 4` bytes (red, green, blue, anything), inside the
   * core's memory; valid until the next call.
   *
   * @returns {Uint8ClampedArray}
   */
  picture(width, height) {
    this.#core.call('tracker_resize', this.#number, width, height);
    const address = this.#core.address('tracker_picture', this.#number, width, height);
    return new Uint8ClampedArray(this.#core.buffer, address, width * height * 4);
  }

  /**
   * Follows the face into the picture in the room.
   *
   * @param {number} time seconds.
   * @returns {Tracking}
   */
  track(time) {
    const start = performance.now();
    const isFound = this.#core.call('tracker_look', this.#number) === 1;
    const looked = performance.now();
    const answer = this.#core.call('tracker_solve', this.#number, time);
    const solved = performance.now();
    const facts = new Float64Array(
      this.#core.buffer, this.#core.address('tracker_facts', this.#number), 8);
    return {
      state: answer === 0 ? null : readState(this.#floats('tracker_state', stateLength), time),
      isTracked: answer === 1,
      landmarks: isFound ? this.#floats('tracker_landmarks', 3 * 468).slice() : null,
      faceCount: facts[0],
      confidence: facts[1],
      residual: facts[2],
      isCut: facts[3] !== 0,
      faceHeight: facts[4],
      isSettled: facts[5] !== 0,
      focalLength: facts[6],
      ms: { look: looked - start, solve: solved - looked },
    };
  }

  /** Takes the expression of the last moments for the neutral one; `false` forgets it. */
  calibrateNeutral(isOn = true) {
    this.#core.call('tracker_calibrate', this.#number, isOn ? 1 : 0);
  }

  /** Forgets the face: another video begins. */
  reset() {
    this.#core.call('tracker_reset', this.#number);
  }

  /** Gives the memory back. */
  close() {
    this.#core.call('tracker_close', this.#number);
  }

  #floats(name, count) {
    return new Float32Array(this.#core.buffer, this.#core.address(name, this.#number), count);
  }
}
