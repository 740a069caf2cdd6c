// Recordings in the core: what the native build wrote, cut, damaged, changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError, loadCore } from '../../Web/core/core.js';
import { CoreRecording } from '../../Web/core/core-recording.js';
import { RecordingService } from '../../Web/core/recording-service.js';
import { readRecording } from '../../Web/core/recording.js';
import { coreBytes, fresh, noFresh, workerOf } from './core-support.mjs';

const module = await WebAssembly.compile(coreBytes());
const file = fresh('talk.vvs');
const skip = noFresh;

/** All states of a file. */
function statesOf(core, bytes) {
  const recording = new CoreRecording(core, bytes);
  const states = [];
  for (let state; (state = recording.next());) states.push(state);
  const { isDamaged } = recording;
  recording.close();
  return { states, isDamaged };
}

const numbersOf = ({ expression, head, torso, gaze, correction }) =>
  [...expression, ...head, ...torso, ...gaze, ...correction];

test('states of a recording are those that the native build reads, bit for bit', { skip }, async () => {
  const core = await loadCore(module);
  const recording = new CoreRecording(core, file);
  assert.equal(recording.stateCount, 90);
  assert.deepEqual(recording.camera, { width: 640, height: 480, focalLength: 900 });
  const native = fresh('talk.states');
  const length = 8 + 4 * 76;
  const view = new DataView(native.buffer);
  let count = 0;
  for (let state; (state = recording.next()); count += 1) {
    const at = count * length;
    assert.equal(state.time, view.getFloat64(at, true));
    const expected = Array.from({ length: 76 }, (_, i) => view.getFloat32(at + 8 + 4 * i, true));
    assert.deepEqual(numbersOf(state), expected, `state ${count}`);
  }
  assert.equal(count * length, native.length);
  assert.equal(recording.isDamaged, false);
});

test('a worker reads a recording and gives its memory back', { skip }, async () => {
  const createWorker = () => workerOf(RecordingService);
  const { states, camera, isDamaged } = await readRecording(file, { core: module, createWorker });
  assert.equal(states.length, 90);
  assert.equal(camera.width, 640);
  assert.equal(isDamaged, false);
  for (let i = 1; i < states.length; i += 1) assert.ok(states[i].time > states[i - 1].time);
  const core = await loadCore(module);
  statesOf(core, file);
  const { memoryInUse } = core;
  for (let round = 0; round < 20; round += 1) statesOf(core, file);
  assert.ok(core.memoryInUse - memoryInUse < 4096, `${core.memoryInUse - memoryInUse} bytes`);
});

test('whatever is no recording is refused in one sentence', { skip }, async () => {
  const core = await loadCore(module);
  const changed = (at, byte) => file.map((b, i) => (i === at ? byte : b));
  for (const [bytes, code, words] of [
    [new Uint8Array(0), 60, /not a recording/], [new Uint8Array(5000).fill(7), 60, /not a recording/],
    [changed(4, 1), 61, /drive the video again/], [changed(4, 9), 61, /version 9/],
    [file.subarray(0, 400), 62, /incomplete/], [changed(500, file[500] ^ 4), 63, /damaged/],
  ]) {
    assert.throws(() => new CoreRecording(core, bytes), (error) => {
      assert.ok(error instanceof CoreError);
      assert.equal(error.code, code);
      assert.match(error.message, words);
      assert.match(error.message, /^[A-Z].*\.$/);
      return true;
    });
  }
});

test('of a cut or altered recording whatever is left is read, and the core goes on', {
  skip,
}, async () => {
  const core = await loadCore(module);
  const whole = statesOf(core, file).states;
  let fewer = 0;
  for (let cut = file.length - 1; cut > 0; cut -= 61) {
    try {
      const { states } = statesOf(core, file.subarray(0, cut));
      assert.ok(states.length <= whole.length);
      if (states.length < whole.length) fewer += 1;
      states.forEach((state, i) => assert.deepEqual(state, whole[i]));
    } catch (error) {
      assert.ok(error instanceof CoreError && !core.stopped, error.stack);
    }
  }
  assert.ok(fewer > 3);
  let damaged = 0;
  for (let at = 8; at < file.length; at += 53) {
    const altered = file.slice();
    altered[at] ^= 0x10;
    try {
      damaged += statesOf(core, altered).isDamaged ? 1 : 0;
    } catch (error) {
      assert.ok(error instanceof CoreError && !core.stopped, error.stack);
      damaged += 1;
    }
  }
  assert.ok(damaged > 20);
  const empty = file.subarray(0, file.length);
  await assert.rejects(
    readRecording(beginning(empty), { core: module, createWorker: () => workerOf(RecordingService) }),
    /nothing that can be shown/);
});

/** A recording up to its configuration. */
function beginning(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(8, true) & 0x3fffff;
  return bytes.slice(0, 8 + 3 + length + 4);
}
