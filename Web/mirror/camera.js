/** The camera: asked for, chosen, and read frame by frame. */
import { MirrorFailure, cameraFailure } from "./failures.js";

/**
 * One camera picture; whoever gets it closes it.
 * @typedef {object} CameraFrame
 * @property {VideoFrame | ImageBitmap} picture
 * @property {number} time seconds, on the camera's clock
 * @property {number} arrived milliseconds, when this page got it
 */

/** Whether frames can be had before any video element shows them. */
const readsTracks = "MediaStreamTrackProcessor" in globalThis;

/** Enough for a face, and little to move about. */
const wish = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } };

/**
 * Asks for a camera.
 * @param {string | null} [deviceId] the one chosen before; null leaves the choice to the browser
 * @returns {Promise<Camera>}
 * @throws {MirrorFailure}
 */
export async function openCamera(deviceId = null) {
  if (!navigator.mediaDevices?.getUserMedia) throw new MirrorFailure("cameraInsecure");
  const which = deviceId ? { deviceId: { ideal: deviceId } } : { facingMode: "user" };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...wish, ...which } });
    return new Camera(stream);
  } catch (error) {
    throw cameraFailure(error);
  }
}

/**
 * The cameras that can be chosen; nameless ones before permission are left out.
 * @returns {Promise<{id: string, name: string}[]>}
 */
export async function listCameras() {
  const devices = await navigator.mediaDevices?.enumerateDevices?.() ?? [];
  return devices
    .filter((device) => device.kind === "videoinput" && device.label)
    .map((device) => ({ id: device.deviceId, name: device.label }));
}

/** An open camera. */
export class Camera {
  #stop = () => {};

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.stream = stream;
    this.track = stream.getVideoTracks()[0];
  }

  get id() {
    return this.track.getSettings().deviceId ?? "";
  }

  /**
   * Begins to deliver frames.
   * @param {HTMLVideoElement} video is read where frames cannot be had directly
   * @param {(frame: CameraFrame) => void} onframe
   * @param {() => void} onended the camera was unplugged or taken away
   */
  start(video, onframe, onended) {
    this.track.addEventListener("ended", onended);
    if (readsTracks) {
      this.#stop = readTrack(this.track, onframe);
    } else {
      this.preview(video, true);
      this.#stop = readVideo(video, onframe);
    }
  }

  /**
   * Shows the stream, or no longer: a video that nobody looks at still costs.
   * @param {HTMLVideoElement} video
   * @param {boolean} on
   */
  preview(video, on) {
    if (on && video.srcObject !== this.stream) {
      video.srcObject = this.stream;
      video.play().catch(() => {});
    } else if (!on && readsTracks) {
      video.srcObject = null;
    }
  }

  /** Gives the camera back. */
  close() {
    this.#stop();
    for (const track of this.stream.getTracks()) track.stop();
  }
}

/**
 * Frames as the camera gives them, before any video element shows them.
 * @param {MediaStreamTrack} track
 * @param {(frame: CameraFrame) => void} onframe
 */
function readTrack(track, onframe) {
  // @ts-ignore: not in every browser's types yet
  const processor = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 });
  const reader = processor.readable.getReader();
  let ended = false;
  const read = async () => {
    while (!ended) {
      const { value, done } = await reader.read();
      if (done) return;
      if (ended) value.close();
      else onframe({ picture: value, time: value.timestamp / 1e6, arrived: performance.now() });
    }
  };
  read().catch(() => {});
  return () => {
    ended = true;
    reader.cancel().catch(() => {});
  };
}

/**
 * Frames as a video element shows them.
 * @param {HTMLVideoElement} video
 * @param {(frame: CameraFrame) => void} onframe
 */
function readVideo(video, onframe) {
  let ended = false;
  const next = (/** @type {() => void} */ callback) =>
    "requestVideoFrameCallback" in video
      ? video.requestVideoFrameCallback(callback)
      : requestAnimationFrame(callback);
  let last = -1;
  const read = async () => {
    if (ended) return;
    const arrived = performance.now();
    if (video.readyState >= 2 && video.currentTime !== last) {
      last = video.currentTime;
      // A video that is just being changed has no picture; its next frame will do.
      const picture = await createImageBitmap(video).catch(() => null);
      if (ended) picture?.close();
      else if (picture) onframe({ picture, time: arrived / 1000, arrived });
    }
    next(read);
  };
  next(read);
  return () => { ended = true; };
}
