/** The camera's side of the mirror: switched on with a reason, chosen, lost and found. */
import { RemoteTracker } from "../core/tracker.js";
import { listCameras, openCamera } from "./camera.js";
import { MirrorFailure } from "./failures.js";

/** Milliseconds without a face before that is said. */
const patience = 1200;

export class CameraControl {
  #parts;
  /** @type {import("./camera.js").Camera | null} */
  #camera = null;
  /** @type {any} */
  #tracker = null;
  #turn = 0;
  #lastSeen = 0;
  #focalLength = 0;
  #wantsPreview = false;

  /**
   * @param {object} parts
   * @param {HTMLVideoElement} parts.video
   * @param {HTMLElement} parts.preview
   * @param {import("./session.js").MirrorSession} parts.session
   * @param {any} parts.notice
   * @param {(words: string) => void} parts.hint
   * @param {any} parts.dock
   * @param {any} parts.panel
   * @param {any} parts.figures
   * @param {string} parts.base
   * @param {() => Promise<ArrayBuffer | null>} parts.shape of the person, where it is known
   * @param {() => void} parts.welcome shown when the camera is off
   */
  constructor(parts) {
    this.#parts = parts;
  }

  get isOn() {
    return this.#camera !== null;
  }

  /**
   * Asks for the camera and follows the face; says in one sentence when it cannot.
   * @param {string | null} [deviceId]
   */
  async start(deviceId = null) {
    const { notice, dock } = this.#parts;
    this.#turn += 1;
    const turn = this.#turn;
    this.#release();
    notice.showProgress("Waiting for the camera …", null);
    dock.enable("camera", false);
    try {
      const camera = await openCamera(deviceId);
      if (turn !== this.#turn) {
        camera.close();
        return;
      }
      this.#camera = camera;
      notice.showProgress("Learning to see …", null);
      await this.#track(turn);
      if (turn !== this.#turn) return;
      this.#show(camera);
    } catch (error) {
      if (turn === this.#turn) this.#fail(/** @type {Error} */ (error), deviceId);
    } finally {
      if (turn === this.#turn) dock.enable("camera", true);
    }
  }

  /** Gives the camera back and says how to turn it on again. */
  stop() {
    this.release();
    this.#parts.welcome();
  }

  /** Gives the camera back: something else moves the avatar. */
  release() {
    this.#turn += 1;
    this.#release();
    this.#parts.hint("");
    this.#parts.dock.enable("camera", true);
  }

  /** Another avatar is shown: follow with its shape. */
  async restartTracking() {
    const turn = this.#turn;
    try {
      await this.#track(turn);
    } catch (error) {
      if (turn === this.#turn) this.#fail(/** @type {Error} */ (error), null);
    }
  }

  /** What is known of the camera's picture and its focal length, in pixels. */
  get lens() {
    const { width = 640, height = 480 } = this.#camera?.track.getSettings() ?? {};
    return { width, height, focalLength: this.#focalLength || 1.2 * Math.max(width, height) };
  }

  /** @param {{faceCount: number, confidence: number, focalLength?: number}} seen */
  seen({ faceCount, focalLength = 0 }) {
    this.#focalLength = focalLength;
    const now = performance.now();
    if (faceCount > 0) {
      if (this.#lastSeen < now - patience) this.#parts.hint("");
      this.#lastSeen = now;
    } else if (now - this.#lastSeen > patience) {
      this.#parts.hint("No face in view: come before the camera, in the light.");
    }
  }

  /** @param {boolean} on */
  setPreview(on) {
    this.#wantsPreview = on;
    this.#parts.preview.hidden = !(on && this.isOn);
    this.#camera?.preview(this.#parts.video, on);
  }

  /** @param {boolean} on */
  setMirrored(on) {
    this.#parts.preview.classList.toggle("mirrored", on);
  }

  /** @param {number} turn */
  async #track(turn) {
    const { session, base, shape, notice } = this.#parts;
    const tracker = await RemoteTracker.start({
      models: base,
      avatar: await shape() ?? undefined,
      onProgress: ({ received }) => {
        if (turn !== this.#turn || session.isFollowing) return;
        notice.showProgress(`Learning to see … ${(received / 1e6).toFixed(1)} MB`, null);
      },
    });
    if (turn !== this.#turn) {
      tracker.close();
      return;
    }
    session.setTracker(tracker);
    this.#tracker?.close();
    this.#tracker = tracker;
  }

  /** @param {import("./camera.js").Camera} camera */
  async #show(camera) {
    const { video, session, notice, dock, panel, figures } = this.#parts;
    this.#lastSeen = performance.now();
    camera.start(
      video,
      (frame) => {
        // Nobody looks: the battery matters more.
        if (document.hidden) {
          frame.picture.close();
          return;
        }
        figures.addCamera(frame.arrived);
        session.offerFrame(frame);
      },
      () => this.#fail(new MirrorFailure("cameraEnded"), null));
    notice.hide();
    dock.press("camera", true);
    this.setPreview(this.#wantsPreview);
    const list = async () => {
      const cameras = await listCameras();
      if (camera === this.#camera) panel.setCameras(cameras, camera.id);
    };
    navigator.mediaDevices.ondevicechange = list;
    await list();
  }

  #release() {
    const { session, video, preview, dock } = this.#parts;
    session.setTracker(null);
    this.#tracker?.close();
    this.#tracker = null;
    this.#camera?.close();
    this.#camera = null;
    video.srcObject = null;
    preview.hidden = true;
    dock.press("camera", false);
  }

  /**
   * @param {Error} error
   * @param {string | null} deviceId
   */
  #fail(error, deviceId) {
    this.#turn += 1;
    this.#release();
    this.#parts.dock.enable("camera", true);
    this.#parts.notice.showFailure(error.message, [
      { words: "Try again", onclick: () => this.start(deviceId) },
      { words: "Go on without", onclick: () => this.#parts.welcome() },
    ]);
  }
}
