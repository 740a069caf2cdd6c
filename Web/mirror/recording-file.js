/**
 * Reads recordings: stream files of the plain form, version 1 (docs/stream-format.md).
 */
import { MirrorFailure } from "./failures.js";

/** @typedef {import("./state.js").State} State */

const magic = 0x54535656;
const headerLength = 44;
/** Numbers of a state besides its time and correction: coefficients, two poses, two eyes. */
const stateNumbers = 52 + 6 + 6 + 4;
const mostCorrections = 128;
const mostMagnitude = 1e6;

/**
 * @param {ArrayBuffer} bytes
 * @returns {State[]}
 * @throws {MirrorFailure} `recordingNotOpened`
 */
export function readRecording(bytes) {
  const view = new DataView(bytes);
  if (bytes.byteLength < headerLength || view.getUint32(0, true) !== magic) {
    throw new MirrorFailure("recordingNotOpened", "This file is not a recording.");
  }
  if (view.getUint32(4, true) !== 1) {
    throw new MirrorFailure(
      "recordingNotOpened", "This recording is of a form that this page does not know.");
  }
  const count = view.getUint32(8, true), corrections = view.getUint32(12, true);
  const length = 8 + 4 * (stateNumbers + corrections);
  const isWhole = corrections <= mostCorrections
    && bytes.byteLength === headerLength + count * length
    && checksum(new Uint8Array(bytes, headerLength)) === view.getUint32(40, true);
  if (!isWhole) throw damaged();
  return Array.from({ length: count }, (_, i) =>
    readState(view, headerLength + i * length, corrections));
}

/**
 * @param {DataView} view
 * @param {number} start
 * @param {number} corrections
 * @returns {State}
 */
function readState(view, start, corrections) {
  let at = start + 8;
  const take = (/** @type {number} */ count) => {
    const numbers = new Float32Array(count);
    for (let i = 0; i < count; i += 1, at += 4) {
      numbers[i] = view.getFloat32(at, true);
      if (!(Math.abs(numbers[i]) <= mostMagnitude)) throw damaged();
    }
    return numbers;
  };
  const time = view.getFloat64(start, true);
  if (!Number.isFinite(time)) throw damaged();
  const expression = take(52), head = take(6), torso = take(6), gaze = take(4);
  return { time, expression, head, torso, gaze, correction: corrections ? take(corrections) : null };
}

function damaged() {
  return new MirrorFailure("recordingNotOpened", "This recording is damaged or incomplete.");
}

/**
 * The CRC-32 of ISO 3309, as in PNG.
 * @param {Uint8Array} bytes
 */
function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
