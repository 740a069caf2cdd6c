// Words for what goes wrong in the core. The codes are those of Sources/BrowserSession/Failure.swift.

/** Sections of an avatar file by number (docs/avatar-format.md). */
const sections = [
  '', 'provenance', 'mesh', 'expressions', 'landmarks', 'features', 'splats', 'bases', 'code map',
  'driving', 'stream',
];

const networks = ['faces', 'far faces', 'landmarks', 'eyes', 'mattes', 'this task'];
const files = [
  'the model for faces', 'the model for far faces', 'the model for landmarks',
  'the model for eyes', 'the template or an avatar', 'the avatar',
];

const section = (number) => sections[number] ?? `section ${number}`;

/** Modules that few pages load add theirs. @type {Record<number, (...values: number[]) => string>} */
export const sentences = {
  1: (a) => `Object ${a} does not exist or has been closed.`,
  2: () => 'The avatar has not arrived yet.',
  3: (a) => `The state to show holds a number that is not usable, at place ${a}.`,
  4: (a) => `The view to draw holds a number that is not usable, at place ${a}.`,
  10: () => 'This file is not an avatar.',
  11: (a) => `This avatar is of version ${a}, which this page does not know; reload the page.`,
  12: (needed, found) =>
    `The avatar is incomplete: ${found.toLocaleString('en')} of ` +
    `${needed.toLocaleString('en')} bytes are there.`,
  13: (a) => `The avatar is damaged: its ${section(a)} is missing.`,
  14: (a) => `The avatar is damaged: the checksum of its ${section(a)} does not hold.`,
  15: (a) => `The avatar is damaged: its ${section(a)} has a wrong length.`,
  16: (a, offset) =>
    `The avatar is damaged: its ${section(a)} holds a number out of range near byte ${offset}.`,
  30: (a) => `The model for ${networks[a]} is damaged or is not one; reload the page.`,
  31: (a) => `The model for ${networks[a]} is another than the one expected; reload the page.`,
  32: (width, height) => `A picture of ${width} × ${height} pixels cannot be used.`,
  33: () => 'The face\'s place in the picture cannot be used.',
  34: () => 'The template is damaged or is not one; reload the page.',
  35: (width, height) => `A camera of ${width} × ${height} pixels cannot be used.`,
  36: () => 'The landmarks of this picture cannot be used.',
  37: (a) => `The tracker is not complete: ${files[a]} is missing.`,
  38: () => 'This avatar does not say where the face\'s landmarks lie; follow the face without it.',
  50: () => 'The stream\'s description is damaged.',
  51: () => 'A packet of the stream is damaged.',
  52: () => 'A packet of the stream comes too late.',
  53: () => 'A packet of the stream waits for one that has not arrived.',
  60: () => 'This file is not a recording.',
  61: (a) => a === 1
    ? 'This recording is of an old form: drive the video again to make it anew.'
    : `This recording is of version ${a}, which this page does not know; reload the page.`,
  62: () => 'The recording is incomplete: its beginning is not all there.',
  63: () => 'The recording is damaged.',
};

/** Codes of failures that arise on this side. */
export const code = {
  stopped: 1000, notFetched: 1001, badCore: 1002, worker: 1003, closed: 1004, emptyRecording: 1005,
  manySignatures: 1006,
};

/** A failure of the core: `message` is one sentence for a person. */
export class CoreError extends Error {
  /**
   * @param {string} message
   * @param {number} code a positive number: the core's, or one of `code`.
   * @param {number[]} values what the sentence names.
   */
  constructor(message, code, values = []) {
    super(message);
    this.name = 'CoreError';
    this.code = code;
    this.values = values;
  }

  /** The failure behind a negative status. */
  static of(status, values) {
    const sentence = sentences[-status];
    const message = sentence ? sentence(...values) : `The core failed with code ${-status}.`;
    return new CoreError(message, -status, values);
  }

  /** Something that can be posted to another thread. */
  toMessage() {
    return { message: this.message, code: this.code, values: this.values };
  }

  /** The inverse of `toMessage`. */
  static fromMessage({ message, code, values }) {
    return new CoreError(message, code, values);
  }

  /** Any error as a `CoreError`. */
  static from(error) {
    if (error instanceof CoreError) return error;
    return new CoreError(error?.message || String(error), code.worker);
  }
}
