// Avatars of the core: bytes in, posed splats out.

/** How many numbers a state has before its correction (Sources/BrowserCore/StateBlock.swift). */
export const stateLength = 68;

/**
 * @typedef {object} State what a face does at one moment.
 * @property {number} time seconds.
 * @property {Float32Array} expression 52 coefficients, 0…1.
 * @property {Float32Array} head rotation vector (radians), then shift (cm): camera from head.
 * @property {Float32Array} torso the same: camera from torso.
 * @property {Float32Array} gaze left yaw, left pitch, right yaw, right pitch (radians).
 * @property {Float32Array | null} correction added to the code, or nothing.
 */

/**
 * A neutral face half a metre before the camera.
 *
 * @returns {State}
 */
export function createState() {
  const pose = [Math.PI, 0, 0, 0, 0, 50];
  return {
    time: 0,
    expression: new Float32Array(52),
    head: Float32Array.from(pose),
    torso: Float32Array.from(pose),
    gaze: new Float32Array(4),
    correction: null,
  };
}

/** Writes a state into the floats that the core reads. */
export function writeState(state, floats) {
  floats.set(state.expression.subarray(0, 52), 0);
  floats.set(state.head.subarray(0, 6), 52);
  floats.set(state.torso.subarray(0, 6), 58);
  floats.set(state.gaze.subarray(0, 4), 64);
  const room = floats.length - stateLength;
  floats.fill(0, stateLength);
  if (state.correction) floats.set(state.correction.subarray(0, room), stateLength);
}

/** The inverse of `writeState`. */
export function readState(floats, time) {
  return {
    time,
    expression: floats.slice(0, 52),
    head: floats.slice(52, 58),
    torso: floats.slice(58, 64),
    gaze: floats.slice(64, 68),
    correction: floats.length > stateLength ? floats.slice(stateLength) : null,
  };
}

/**
 * @typedef {object} SplatArrays what is drawn; camera coordinates, centimetres.
 * @property {Float32Array} centers three numbers a splat.
 * @property {Float32Array} covariances six: xx xy xz yy yz zz.
 * @property {Uint8Array} colors red, green, blue, opacity.
 * @property {Uint32Array} order from far to near.
 */

/** Room for the splats of a frame. @returns {SplatArrays} */
export function createArrays(count) {
  return {
    centers: new Float32Array(3 * count),
    covariances: new Float32Array(6 * count),
    colors: new Uint8Array(4 * count),
    order: new Uint32Array(count),
  };
}

/** Numbers that ask for a picture (Sources/BrowserSession/PicturePainter.swift). */
const viewLength = 21;

/**
 * @typedef {object} PictureView what a picture shows.
 * @property {number} width pixels, at most 4096.
 * @property {number} height
 * @property {{focalLength: number[], center: number[]}} camera the viewer's, in pixels.
 * @property {ArrayLike<number>} [viewFromCamera] 4 × 4, by columns: the driving camera's
 *   coordinates to the viewer's (x right, y down, z forward); mirror images are possible. Left
 *   out, the driving camera is the viewer.
 * @property {number} [bustFade] over how many centimetres the bust's lower edge fades; 0 is not.
 * @property {number[] | null} [background] red, green, blue, 0…1; null is transparent.
 */

/** Writes what is asked for into the floats that the core reads. @param {PictureView} view */
export function writeView({ camera, viewFromCamera, bustFade = 0, background }, floats) {
  floats.set(camera.focalLength, 0);
  floats.set(camera.center, 2);
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 4; column += 1) {
      const standard = row === column ? 1 : 0;
      floats[4 + 4 * row + column] = viewFromCamera?.[row + 4 * column] ?? standard;
    }
  }
  floats[16] = bustFade;
  floats[17] = background ? 1 : 0;
  floats.set(background ?? [0, 0, 0], 18);
}

/** An avatar inside a core. */
export class CoreAvatar {
  #core;
  /** What the core knows it by. */
  number;
  #info = null;

  /** 0: nothing yet, 1: a base picture, 2: everything. */
  stage = 0;

  /** @param {import('./core.js').Core} core */
  constructor(core) {
    this.#core = core;
    this.number = core.call('avatar_begin');
  }

  /**
   * Takes in the file's next bytes.
   *
   * @param {Uint8Array} bytes
   * @returns {number} the stage.
   * @throws {CoreError} when the bytes cannot be an avatar's.
   */
  append(bytes) {
    this.#core.send(bytes, (address, length) => {
      this.stage = this.#core.call('avatar_append', this.number, address, length);
    });
    return this.stage;
  }

  /** Says that no bytes follow. @throws {CoreError} unless everything has arrived. */
  finish() {
    this.#core.call('avatar_finish', this.number);
  }

  /** Bytes that the whole file has; 0 while unknown. */
  get length() {
    return this.#core.call('avatar_length', this.number, 1);
  }

  /** What the file says of itself; from stage 1 on. */
  get info() {
    this.#info ??= this.#readInfo();
    return this.#info;
  }

  /** Poses a state. @param {State} state */
  pose(state) {
    writeState(state, this.#stateFloats(this.info));
    this.#core.call('avatar_pose', this.number);
  }

  /**
   * Draws a picture by the processor, without what `pose` and `sort` prepare for graphics
   * processors.
   *
   * @param {State | null} state null draws again what this call drew last.
   * @param {PictureView} view
   * @returns {Uint8ClampedArray} red, green, blue, straight alpha; inside the core's memory, valid
   *   until the next call.
   */
  draw(state, view) {
    const { width, height } = view;
    if (state) writeState(state, this.#stateFloats(this.info));
    const address = this.#core.address('avatar_view', this.number);
    writeView(view, new Float32Array(this.#core.buffer, address, viewLength));
    this.#core.call('avatar_draw', this.number, width, height, state ? 0 : 1);
    const pixels = this.#core.address('avatar_pixels', this.number);
    return new Uint8ClampedArray(this.#core.buffer, pixels, 4 * width * height);
  }

  /**
   * Orders the splats, far to near.
   *
   * @param {number[] | null} eye in the driving camera's coordinates; null is that camera.
   */
  sort(eye = null) {
    this.#core.call('avatar_sort', this.number, eye ? 1 : 0, ...(eye ?? [0, 0, 0]));
  }

  /** The posed splats inside the core's memory, valid until the next call. @returns {SplatArrays} */
  get arrays() {
    const { splats } = this.info;
    const at = (name) => this.#core.address(name, this.number);
    const centers = at('avatar_centers');
    const covariances = at('avatar_covariances');
    const colors = at('avatar_colors');
    const order = at('avatar_order');
    const { buffer } = this.#core;
    return {
      centers: new Float32Array(buffer, centers, 3 * splats),
      covariances: new Float32Array(buffer, covariances, 6 * splats),
      colors: new Uint8Array(buffer, colors, 4 * splats),
      order: new Uint32Array(buffer, order, splats),
    };
  }

  /** Copies the posed splats. @param {SplatArrays} target */
  copy(target) {
    const source = this.arrays;
    for (const name in source) target[name].set(source[name]);
  }

  /** Gives the memory back. */
  close() {
    this.#core.call('avatar_close', this.number);
  }

  #stateFloats({ codeLength }) {
    const address = this.#core.address('avatar_state', this.number);
    return new Float32Array(this.#core.buffer, address, stateLength + codeLength);
  }

  #readInfo() {
    const address = this.#core.address('avatar_info', this.number);
    const n = Array.from(new Float64Array(this.#core.buffer, address, 32));
    this.#core.call('avatar_rest', this.number);
    const resting = readState(this.#stateFloats({ codeLength: n[1] }), 0);
    return {
      splats: n[0],
      codeLength: n[1],
      vertices: n[2],
      triangles: n[3],
      baseLength: n[4],
      length: n[5],
      created: new Date(n[6] * 1000),
      capture: { width: n[7], height: n[8], frames: n[9], fittedFrames: n[10], focalLength: n[11] },
      steps: n[12],
      /** The pose in which the person was mostly seen: rotation vector and shift. */
      reference: Float32Array.from(n.slice(13, 19)),
      /** The points that the left and right eyeball turn about, head frame. */
      eyeCenters: [n.slice(19, 22), n.slice(22, 25)],
      restingGaze: Float32Array.from(n.slice(25, 29)),
      hasDriving: n[29] !== 0,
      /** What to show before anything drives the avatar: the capture's middle. @type {State} */
      resting: { ...resting, correction: null },
    };
  }
}
