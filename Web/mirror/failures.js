/** What can go wrong on this page, each in one sentence for a person. */

/**
 * @typedef {"noCamera" | "cameraDenied" | "cameraInUse" | "cameraInsecure" | "cameraEnded"
 *   | "browserTooOld" | "noAvatar" | "avatarNotOpened" | "trackerNotStarted" | "graphicsLost"
 *   | "coreStopped"} FailureKind
 */

/** @type {Record<FailureKind, (detail: string) => string>} */
const sentences = {
  noCamera: () => "No camera was found: connect one, then try again.",
  cameraDenied: () =>
    "The camera is blocked for this page: allow it beside the address bar, then try again.",
  cameraInUse: () => "The camera is being used by another program: close that, then try again.",
  cameraInsecure: () => "Browsers lend the camera only to https pages and to localhost.",
  cameraEnded: () => "The camera has stopped sending pictures.",
  browserTooOld: (what) =>
    `This browser cannot draw an avatar, it lacks ${what}: ` +
    "a current Chrome, Edge, Firefox or Safari can.",
  noAvatar: () => "There is no avatar here yet.",
  avatarNotOpened: (sentence) => sentence,
  trackerNotStarted: (sentence) => sentence,
  graphicsLost: () => "The graphics were interrupted; the picture should be back in a moment.",
  coreStopped: (sentence) => sentence,
};

/** Something that went wrong; `message` is one sentence for a person. */
export class MirrorFailure extends Error {
  /**
   * @param {FailureKind} kind
   * @param {string} [detail] what the sentence names, or the sentence of who failed
   */
  constructor(kind, detail = "") {
    super(sentences[kind](detail));
    this.name = "MirrorFailure";
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
      return new MirrorFailure("cameraDenied");
    case "NotReadableError":
    case "AbortError":
      return new MirrorFailure("cameraInUse");
    default:
      return new MirrorFailure("noCamera");
  }
}
