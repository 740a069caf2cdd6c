/**
 * A stage seen through a headset: WebXR's session, both eyes' views, hands and controllers.
 *
 *     const immersion = new Immersion(stage, { metre: 1 });
 *     await immersion.enter("immersive-vr");
 *     immersion.addEventListener("frame", ({ detail: { views, target, head } }) => …stage.draw(views, target));
 *
 * Events: "frame", and "end" when the session has ended, by whomever. In `immersive-ar` the picture is
 * transparent where nothing stands: the stage's background is to be null then.
 */
import { identity, inverse, multiply, translation, turn } from "../scene/matrices.js";
import { EyeQuality } from "./eye-quality.js";
import { InputMeshes } from "./input-meshes.js";

/** Why a headset cannot be entered; its message is for people. */
export class ImmersionError extends Error {}

/** What a thumbstick at rest may say. */
const deadZone = 0.2;

/** Metres from floor to eyes where a device knows no floor. */
const assumedHeight = 1.2;

export class Immersion extends EventTarget {
  /** "immersive-vr", "immersive-ar" or null. @type {string | null} */
  mode = null;

  #stage;
  #metre;
  /** @type {XRSession | null} */
  #session = null;
  /** @type {XRReferenceSpace | null} */
  #space = null;
  #layer = /** @type {any} */ (null);
  #inputs;
  #quality = new EyeQuality();
  /** Where the device's floor lies in the world. */
  #worldFromFloor = identity();
  /** Where the head is to be at the next frame. @type {{eye: number[], yaw: number, keepsHeight: boolean} | null} */
  #goal = null;

  /** The modes that this browser and its device offer. @returns {Promise<string[]>} */
  static async modes() {
    const { xr } = /** @type {any} */ (navigator);
    if (!xr) return [];
    const offered = await Promise.all(["immersive-vr", "immersive-ar"].map(async (mode) => {
      const can = await xr.isSessionSupported(mode).catch(() => false);
      return can ? [mode] : [];
    }));
    return offered.flat();
  }

  /**
   * @param {import("../scene/stage.js").Stage} stage
   * @param {{metre?: number}} [options] the world's units in a metre
   */
  constructor(stage, { metre = 1 } = {}) {
    super();
    this.#stage = stage;
    this.#metre = metre;
    this.#inputs = new InputMeshes(stage, metre);
  }

  /**
   * Enters; must be called by a click.
   * @param {"immersive-vr" | "immersive-ar"} mode
   * @throws {ImmersionError}
   */
  async enter(mode) {
    const { xr } = /** @type {any} */ (navigator);
    const { gl } = this.#stage;
    let session;
    try {
      session = await xr.requestSession(mode, {
        requiredFeatures: ["local"], optionalFeatures: ["local-floor", "hand-tracking"],
      });
    } catch {
      throw new ImmersionError(
        "The headset could not be entered: put it on, allow this page to use it, and try again.");
    }
    try {
      await gl.makeXRCompatible();
      this.#layer = new XRWebGLLayer(session, gl, {
        antialias: false, alpha: mode === "immersive-ar",
        framebufferScaleFactor: this.#quality.scale,
      });
      await session.updateRenderState({ baseLayer: this.#layer, depthNear: 0.05, depthFar: 400 });
      this.#space = await spaceOf(session);
    } catch {
      await session.end().catch(() => {});
      throw new ImmersionError("The headset was entered, but this browser cannot draw into it.");
    }
    this.#session = session;
    this.mode = mode;
    session.addEventListener("end", () => this.#ended(session));
    session.requestAnimationFrame((time, frame) => this.#frame(time, frame));
  }

  /** Leaves. */
  async exit() {
    await this.#session?.end().catch(() => {});
  }

  /**
   * Puts the wearer so that their eyes are at a point and they look a way: at the next frame.
   * @param {number[]} eye in the world
   * @param {number} yaw 0 looks along −z, growing to the left
   * @param {boolean} [keepsHeight] whether the device's floor stays the world's zero, and the point's
   *   height does not count
   */
  place(eye, yaw, keepsHeight = false) {
    this.#goal = { eye: [...eye], yaw, keepsHeight };
  }

  /**
   * Moves the wearer over the floor.
   * @param {number} x in the world
   * @param {number} z
   */
  move(x, z) {
    this.#worldFromFloor[12] += x;
    this.#worldFromFloor[14] += z;
  }

  /** What the wearer's thumbs ask for: to the right and ahead, −1…1. @returns {[number, number]} */
  get sticks() {
    for (const { gamepad } of this.#session?.inputSources ?? []) {
      // The thumbstick of the standard mapping; a touchpad comes first.
      const [right, back] = gamepad?.axes?.slice(2, 4) ?? [];
      if (Math.hypot(right, back) > deadZone) return [right, -back];
    }
    return [0, 0];
  }

  /** The next picture's sides as shares of what the device recommends. */
  get scale() {
    return this.#quality.viewportScale;
  }

  #frame(/** @type {number} */ time, /** @type {XRFrame} */ frame) {
    const session = this.#session;
    if (!session || frame.session !== session) return;
    session.requestAnimationFrame((t, f) => this.#frame(t, f));
    const pose = frame.getViewerPose(this.#space);
    if (!pose) return;
    if (this.#goal) this.#settle(pose.transform.matrix);
    const worldFromSpace = multiply(this.#worldFromFloor, this.#scaling());
    const { framebuffer, framebufferWidth: width, framebufferHeight: height } = this.#layer;
    const views = pose.views.map((/** @type {any} */ view) => {
      view.requestViewportScale?.(this.#quality.viewportScale);
      const port = this.#layer.getViewport(view);
      const worldFromEye = unscaled(multiply(worldFromSpace, view.transform.matrix), this.#metre);
      return {
        eye: view.eye, viewFromWorld: inverse(worldFromEye),
        projection: scaledProjection(view.projectionMatrix, this.#metre),
        // WebGL counts from below, the stage from above.
        viewport: {
          x: port.x / width, y: 1 - (port.y + port.height) / height,
          width: port.width / width, height: port.height / height,
        },
      };
    });
    this.#inputs.update(session, frame, this.#space, worldFromSpace);
    const began = performance.now();
    const worldFromHead = unscaled(multiply(worldFromSpace, pose.transform.matrix), this.#metre);
    this.dispatchEvent(new CustomEvent("frame", {
      detail: { time, views, target: { framebuffer, width, height }, head: headOf(worldFromHead) },
    }));
    this.#quality.add(performance.now() - began, time, session.frameRate);
  }

  /** Brings the head of the first frame to where it is to be. */
  #settle(/** @type {Float32Array} */ spaceFromHead) {
    const { eye, yaw, keepsHeight } = this.#goal;
    this.#goal = null;
    // The head's yaw in the device's space: where its −z points.
    const away = yaw - Math.atan2(spaceFromHead[8], spaceFromHead[10]);
    const turned = turn(away), m = this.#metre;
    const at = [0, 2].map((r) =>
      turned[r] * spaceFromHead[12] + turned[8 + r] * spaceFromHead[14]);
    const height = keepsHeight ? 0 : eye[1] - spaceFromHead[13] * m;
    this.#worldFromFloor = multiply(
      translation(eye[0] - at[0] * m, height, eye[2] - at[1] * m), turned);
  }

  #scaling() {
    const s = identity();
    s[0] = s[5] = s[10] = this.#metre;
    return s;
  }

  #ended(/** @type {XRSession} */ session) {
    if (session !== this.#session) return;
    this.#session = null;
    this.mode = null;
    this.#inputs.hide();
    this.dispatchEvent(new Event("end"));
  }
}

/** @param {any} session @returns {Promise<any>} a space whose floor is at zero, where there is one */
async function spaceOf(session) {
  try {
    return await session.requestReferenceSpace("local-floor");
  } catch {
    const local = await session.requestReferenceSpace("local");
    return local.getOffsetReferenceSpace(new XRRigidTransform({ y: -assumedHeight }));
  }
}

/** A pose whose axes have the length of a metre, with axes of length one. */
function unscaled(/** @type {Float32Array} */ m, /** @type {number} */ metre) {
  return m.map((v, i) => (i < 12 && i % 4 < 3 ? v / metre : v));
}

/** A projection for a world of other units: only the distance of near and far differs. */
function scaledProjection(/** @type {Float32Array} */ p, /** @type {number} */ metre) {
  const scaled = new Float32Array(p);
  scaled[14] *= metre;
  return scaled;
}

/** Where a head is, where it looks, and its upward axis. */
function headOf(/** @type {Float32Array} */ m) {
  return {
    position: [m[12], m[13], m[14]], forward: [-m[8], -m[9], -m[10]], up: [m[4], m[5], m[6]],
    matrix: m,
  };
}
