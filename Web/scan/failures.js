/** What can go wrong on this page, each in one sentence for a person. */

/**
 * @typedef {"noCamera" | "cameraDenied" | "cameraInUse" | "cameraInsecure" | "cameraEnded"
 *   | "browserTooOld" | "noServer" | "notAVideo" | "fileTooLarge" | "videoTooShort" | "noRoom"
 *   | "recordingFailed" | "refused"} FailureKind
 */

/** @type {Record<FailureKind, (detail: string) => string>} */
const sentences = {
  noCamera: () => "No camera was found: connect one and try again, or choose a video you already have.",
  cameraDenied: () =>
    "The camera is blocked for this page: allow it beside the address bar and try again, or choose a video.",
  cameraInUse: () => "The camera is being used by another program: close that, then try again.",
  cameraInsecure: () =>
    "Browsers lend the camera only to https pages and to localhost: open the https link, or choose a video.",
  cameraEnded: () => "The camera has stopped sending pictures: connect it again, then film again.",
  browserTooOld: (what) =>
    `This browser cannot film here, it lacks ${what}: use a current Chrome, Edge, Firefox or Safari, or choose a video.`,
  noServer: () =>
    "The server does not answer; your video stays on this device until it does.",
  notAVideo: (name) => `${name} is not a video that this browser knows; choose another file.`,
  fileTooLarge: (most) => `A video may have ${most} here; choose a shorter one.`,
  videoTooShort: () => "The video is shorter than ten seconds, too little for an avatar; film for longer.",
  noRoom: () =>
    "This device has no room to keep the video until it has been sent: free some space, or film for a shorter time.",
  recordingFailed: () => "The recording stopped unexpectedly; film once more.",
  refused: (sentence) => sentence,
};

/** Something that went wrong; `message` is one sentence for a person. */
export class ScanFailure extends Error {
  /**
   * @param {FailureKind} kind
   * @param {string} [detail] what the sentence names, or the server's sentence
   */
  constructor(kind, detail = "") {
    super(sentences[kind](detail));
    this.name = "ScanFailure";
    this.kind = kind;
  }
}

/**
 * Why a camera was not lent.
 * @param {unknown} error from `getUserMedia`
 */
export function cameraFailure(error) {
  switch (/** @type {any} */ (error)?.name) {
    case "NotAllowedError":
    case "SecurityError":
      return new ScanFailure("cameraDenied");
    case "NotReadableError":
    case "AbortError":
      return new ScanFailure("cameraInUse");
    default:
      return new ScanFailure("noCamera");
  }
}
