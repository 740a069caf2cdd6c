import assert from "node:assert/strict";
import { readFileSync, existsSync } from "node:fs";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { readRecording } from "../../Web/mirror/recording-file.js";

/** A recording of `count` states in the plain form; every number is one of its own. */
function written(count, corrections = 3) {
  const length = 8 + 4 * (68 + corrections);
  const view = new DataView(new ArrayBuffer(44 + count * length));
  [0x54535656, 1, count, corrections, 640, 480].forEach((x, i) => view.setUint32(4 * i, x, true));
  [500, 500, 320, 240].forEach((x, i) => view.setFloat32(24 + 4 * i, x, true));
  for (let n = 0; n < count; n += 1) {
    const start = 44 + n * length;
    view.setFloat64(start, n / 30, true);
    for (let i = 0; i < 68 + corrections; i += 1) view.setFloat32(start + 8 + 4 * i, n + i / 128, true);
  }
  return sealed(view.buffer);
}

function sealed(buffer) {
  let crc = 0xffffffff;
  for (const byte of new Uint8Array(buffer, 44)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  new DataView(buffer).setUint32(40, ~crc >>> 0, true);
  return buffer;
}

const refused = (buffer, words) => assert.throws(
  () => readRecording(buffer), (error) => error.name === "MirrorFailure" && words.test(error.message));

test("states are read number by number", () => {
  const states = readRecording(written(4));
  assert.equal(states.length, 4);
  const { time, expression, head, torso, gaze, correction } = states[2];
  assert.equal(time, 2 / 30);
  const all = [...expression, ...head, ...torso, ...gaze, ...correction];
  assert.deepEqual(all, Array.from({ length: 71 }, (_, i) => 2 + i / 128));
  assert.equal(expression.length, 52);
  assert.equal(readRecording(written(1, 0))[0].correction, null);
  assert.deepEqual(readRecording(written(0)), []);
});

test("the checksum is that of zlib", { skip: !crc32 && "this node has no crc32" }, () => {
  const buffer = written(2);
  assert.equal(new DataView(buffer).getUint32(40, true), crc32(new Uint8Array(buffer, 44)));
});

test("whatever is cut, altered or of another kind is refused in one sentence", () => {
  const whole = written(3);
  for (let length = 0; length < whole.byteLength; length += 7) {
    refused(whole.slice(0, length), /^This .*\.$/);
  }
  for (let at = 44; at < whole.byteLength; at += 13) {
    const altered = whole.slice(0);
    new Uint8Array(altered)[at] ^= 0x10;
    refused(altered, /damaged/);
  }
  const later = whole.slice(0);
  new DataView(later).setUint32(4, 2, true);
  refused(later, /does not know/);
  const huge = whole.slice(0);
  new DataView(huge).setUint32(8, 0xffffffff, true);
  refused(huge, /damaged/);
  const odd = whole.slice(0);
  new DataView(odd).setFloat32(60, NaN, true);
  refused(sealed(odd), /damaged/);
});

const shared = process.env.VISAVIS_STREAM;
test("a recording of the native driver", { skip: !(shared && existsSync(shared)) && "VISAVIS_STREAM names none" }, () => {
  const bytes = readFileSync(shared);
  const states = readRecording(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  assert.ok(states.length > 1);
  for (let i = 1; i < states.length; i += 1) assert.ok(states[i].time > states[i - 1].time);
});
