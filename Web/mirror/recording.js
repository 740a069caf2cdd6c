/** Pictures and clips of the stage, saved as files. */

/** What browsers can write, the best first. */
const clipTypes = [
  ["video/webm;codecs=vp9", "webm"], ["video/webm;codecs=vp8", "webm"], ["video/webm", "webm"],
  ["video/mp4", "mp4"],
];

/**
 * Lets the browser save a file.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/**
 * A file's name: what it is, whose, and when.
 * @param {string} avatar
 * @param {string} ending
 * @param {Date} [now]
 */
export function fileName(avatar, ending, now = new Date()) {
  const two = (/** @type {number} */ x) => String(x).padStart(2, "0");
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
  const time = [two(now.getHours()), two(now.getMinutes()), two(now.getSeconds())].join(".");
  const safe = avatar.replace(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 60) || "avatar";
  return `${safe} ${day} ${time}.${ending}`;
}

/** Whether this browser can record clips. */
export function canRecord() {
  return typeof MediaRecorder === "function" && "captureStream" in HTMLCanvasElement.prototype;
}

/** A clip of a canvas while it is being recorded. */
export class ClipRecording {
  #recorder;
  /** @type {Blob[]} */
  #pieces = [];

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    const [type, ending] = clipTypes.find(([each]) => MediaRecorder.isTypeSupported(each))
      ?? ["", "webm"];
    this.ending = ending;
    this.#recorder = new MediaRecorder(
      canvas.captureStream(30), { mimeType: type || undefined, videoBitsPerSecond: 6e6 });
    this.#recorder.ondataavailable = ({ data }) => this.#pieces.push(data);
    this.#recorder.start(1000);
  }

  /** @returns {Promise<Blob>} */
  stop() {
    return new Promise((resolve) => {
      this.#recorder.onstop = () => {
        for (const track of this.#recorder.stream.getTracks()) track.stop();
        resolve(new Blob(this.#pieces, { type: this.#recorder.mimeType.split(";")[0] }));
      };
      this.#recorder.stop();
    });
  }
}
