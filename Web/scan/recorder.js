/** Records a camera, each second's piece kept at once. */
import { ScanFailure } from "./failures.js";
import { clearRecording, keepPiece } from "./recording-store.js";

/** Hardware encodes the first on most phones and laptops; the last is everywhere. */
const types = [
  "video/mp4;codecs=avc1.640028", "video/mp4;codecs=avc1.42E01F", "video/webm;codecs=vp8", "video/webm",
  "video/mp4",
];

/** What a face 300 pixels high needs to stay itself. */
const bitsPerSecond = 8_000_000;

/** A recording that is being made. */
export class Recorder {
  #recorder;
  #kept = Promise.resolve();
  #count = 0;
  #failure = /** @type {ScanFailure | null} */ (null);
  /** Bytes so far. */
  size = 0;

  /**
   * Begins to record; what was kept before is gone.
   * @param {MediaStream} stream
   * @param {(failure: ScanFailure) => void} onfailure called once at most
   */
  static async start(stream, onfailure) {
    if (!globalThis.MediaRecorder) throw new ScanFailure("browserTooOld", "MediaRecorder");
    if (!globalThis.indexedDB) throw new ScanFailure("browserTooOld", "IndexedDB");
    const type = types.find((candidate) => MediaRecorder.isTypeSupported(candidate));
    if (!type) throw new ScanFailure("browserTooOld", "a video encoder");
    try {
      await clearRecording();
    } catch {
      throw new ScanFailure("noRoom");
    }
    return new Recorder(stream, type, onfailure);
  }

  /** @private */
  constructor(stream, type, onfailure) {
    this.type = type.split(";")[0];
    this.#recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: bitsPerSecond });
    const fail = (/** @type {ScanFailure} */ failure) => {
      if (this.#failure) return;
      this.#failure = failure;
      onfailure(failure);
    };
    this.#recorder.ondataavailable = ({ data }) => {
      if (!data.size) return;
      const index = this.#count;
      this.#count += 1;
      this.size += data.size;
      this.#kept = this.#kept
        .then(() => keepPiece(index, data))
        .catch(() => fail(new ScanFailure("noRoom")));
    };
    this.#recorder.onerror = () => fail(new ScanFailure("recordingFailed"));
    this.#recorder.start(1000);
  }

  /** Stops, and waits until everything is kept. */
  async stop() {
    if (this.#recorder.state !== "inactive") {
      const stopped = new Promise((resolve) => { this.#recorder.onstop = resolve; });
      this.#recorder.stop();
      await stopped;
    }
    await this.#kept;
    if (this.#failure) throw this.#failure;
  }
}
