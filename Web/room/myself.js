/** One's own side: avatar, camera and microphone, and what of them goes to the others. */
import { RemoteTracker } from "../core/tracker.js";
import { openCamera } from "../mirror/camera.js";
import { identityOf } from "../mirror/avatar-loader.js";
import { MirrorSession } from "../mirror/session.js";
import { loadSettings, standardSettings } from "../mirror/settings.js";
import { ClockMatch, now } from "./clock.js";
import { MicrophoneMeter, openMicrophone } from "./microphone.js";
import { StreamOut } from "./stream-out.js";

/** Seconds between states of a headset's wearer. */
const headsetEvery = 1 / 30;

/** A `MirrorSession` whose pose nobody looks at unless a self view asks. */
const blind = { pose: async () => ({}), show() {} };

/**
 * Events: "state" {state} as it is sent, "seen" {faceCount}, "trouble" {error, from}, "voice" (the
 * microphone was turned on or off), "camera" likewise.
 */
export class Myself extends EventTarget {
  #session;
  #stream;
  #mirror;
  #clock = new ClockMatch();
  /** @type {import("../mirror/camera.js").Camera | null} */
  #camera = null;
  /** @type {any} */
  #tracker = null;
  #focalLength = 0;
  /** @type {ArrayBuffer | null} */
  #shape = null;
  /** @type {MediaStreamTrack | null} */
  #microphone = null;
  /** @type {MicrophoneMeter | null} */
  #meter = null;
  #turn = 0;
  #info = /** @type {any} */ (null);
  /** The head of a headset's wearer. @type {Float32Array | null} */
  #headset = null;
  #headsetSent = -1;
  /** The face that another camera sees meanwhile. @type {any} */
  #face = null;

  /** @param {any} session a `RoomSession` */
  constructor(session) {
    super();
    this.#session = session;
    this.#stream = new StreamOut(session.core, session.lines, {
      key: session.people.key, room: session.roomId, time: () => session.time,
    });
    this.#mirror = new MirrorSession(blind, standardSettings(), {
      onsend: (state) => this.#send(state),
      onseen: (seen) => {
        this.#focalLength = seen.focalLength ?? 0;
        this.#tell("seen", seen);
      },
      onfailure: (error, from) => this.#tell("trouble", { error, from }),
    });
  }

  get stream() {
    return this.#stream;
  }

  get isCameraOn() {
    return this.#camera !== null;
  }

  get isMicrophoneOn() {
    return this.#microphone !== null;
  }

  /** @returns {MediaStreamTrack | null} */
  get microphone() {
    return this.#microphone;
  }

  /** How loud one's own microphone is, 0…1. */
  get level() {
    return this.#meter?.level ?? 0;
  }

  /**
   * Wears an avatar, with the expressiveness that was chosen for it in the mirror.
   * @param {{shape: ArrayBuffer} | null} avatar its file, or the beginning of it up to its bases
   * @throws {Error} one clear sentence, for a file that is none
   */
  async setAvatar(avatar) {
    this.#shape = avatar?.shape ?? null;
    this.#info = avatar ? this.#readInfo() : null;
    this.#mirror.settings = avatar ? loadSettings(identityOf(this.#info)) : standardSettings();
    if (!avatar) this.stopCamera();
    else if (this.#camera) await this.#follow();
  }

  /** Takes what was chosen for the avatar anew. */
  readSettings() {
    if (this.#info) this.#mirror.settings = loadSettings(identityOf(this.#info));
  }

  /** What the file says of itself. */
  #readInfo() {
    const avatar = this.#session.core.createAvatar();
    try {
      avatar.append(new Uint8Array(this.#shape));
      return avatar.info;
    } finally {
      avatar.close();
    }
  }

  /**
   * Turns the camera on and follows the face.
   * @param {string | null} [deviceId]
   * @throws {Error} one clear sentence
   */
  async startCamera(deviceId = null) {
    this.stopCamera();
    this.#turn += 1;
    const turn = this.#turn;
    const camera = await openCamera(deviceId);
    if (turn !== this.#turn) {
      camera.close();
      return;
    }
    this.#camera = camera;
    this.#tell("camera");
    try {
      await this.#follow();
    } catch (error) {
      if (turn === this.#turn) this.stopCamera();
      throw error;
    }
    if (turn !== this.#turn) return;
    camera.start(
      document.createElement("video"),
      (frame) => this.#mirror.offerFrame(
        { ...frame, time: this.#clock.match(frame.time, frame.arrived / 1000) }),
      () => {
        this.stopCamera();
        this.#tell("trouble", { error: new Error("The camera has stopped sending pictures.") });
      });
  }

  /** Shows what the camera sees, or no longer. @param {HTMLVideoElement} video @param {boolean} on */
  preview(video, on) {
    this.#camera?.preview(video, on);
  }

  stopCamera() {
    this.#turn += 1;
    this.#mirror.setTracker(null);
    this.#tracker?.close();
    this.#tracker = null;
    this.#camera?.close();
    this.#camera = null;
    this.#stream.stop();
    this.#tell("camera");
  }

  /** @param {string | null} [deviceId] @throws {Error} one clear sentence */
  async startMicrophone(deviceId = null) {
    this.stopMicrophone();
    const { voices, cancelsEcho } = this.#session;
    const [track] = await Promise.all([
      openMicrophone(deviceId), cancelsEcho ? voices.cancelEcho() : null]);
    track.addEventListener("ended", () => { if (track === this.#microphone) this.stopMicrophone(); });
    this.#microphone = track;
    this.#meter = new MicrophoneMeter(voices.context, track);
    this.#tell("voice");
  }

  stopMicrophone() {
    this.#meter?.close();
    this.#meter = null;
    this.#microphone?.stop();
    this.#microphone = null;
    this.#tell("voice");
  }

  /** States from elsewhere, as from a recording or another device. @param {import("../core/core-avatar.js").State} state */
  offerState(state) {
    if (!this.#stream.isOn) this.#begin();
    this.#mirror.offerState(state);
  }

  close() {
    this.stopCamera();
    this.stopMicrophone();
  }

  async #follow() {
    const tracker = await RemoteTracker.start({
      models: new URL("../", document.baseURI).href,
      avatar: this.#shape?.slice(0) ?? undefined,
    });
    if (!this.#camera) {
      tracker.close();
      return;
    }
    this.#tracker?.close();
    this.#tracker = tracker;
    this.#begin();
    this.#mirror.setTracker(tracker);
  }

  /**
   * The head follows a headset from now on; the face goes on as the camera, or another device, has it.
   * Called for each of its pictures.
   * @param {(info: any) => Float32Array} poseOf the head's pose, camera from head, of the avatar worn
   */
  wearHeadset(poseOf) {
    if (!this.#info) return;
    this.#headset = poseOf(this.#info);
    const time = now();
    if (time - this.#headsetSent < headsetEvery) return;
    this.#headsetSent = time;
    const face = this.#face ?? this.#info.resting;
    if (!this.#stream.isOn) this.#begin();
    this.#mirror.offerState({ ...face, time });
  }

  /** The head follows the camera again. */
  takeOffHeadset() {
    this.#headset = null;
  }

  /** The avatar's own facts; null without one. */
  get info() {
    return this.#info;
  }

  #begin() {
    if (!this.#shape) return;
    const { width = 640, height = 480 } = this.#camera?.track.getSettings() ?? {};
    this.#stream.start(new Uint8Array(this.#shape.slice(0)), {
      width, height, focalLength: this.#focalLength || 1.2 * Math.max(width, height),
    });
  }

  #send(/** @type {any} */ state) {
    if (this.#headset) {
      // Each of its pictures sends one; the camera only changes the face.
      if (state.time !== this.#headsetSent) {
        this.#face = state;
        return;
      }
      state = { ...state, head: this.#headset, torso: this.#info.resting.torso };
    }
    this.#stream.send(state);
    this.#tell("state", { state });
  }

  #tell(/** @type {string} */ name, /** @type {any} */ detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
