// The core's networks and tracker against golden vectors, damage, and long use. Tests that need
// the models look for them in the asset cache and are skipped without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError, loadCore } from '../../Web/core/core.js';
import { CoreModel } from '../../Web/core/core-model.js';
import { CoreTracker, trackerFiles } from '../../Web/core/core-tracker.js';
import { asset, trackingBytes, vector } from './core-support.mjs';

const module = await WebAssembly.compile(trackingBytes());
const contents = trackerFiles.map(({ path }) => (path ? asset(path) : null));
const skip = contents[0] && contents[4] ? false : 'skipped: no models';
const golden = new Float32Array(vector('browser/tracking.f32').buffer);
const [width, height] = [320, 180];

/** Picture `frame` of the golden vectors: see Sources/browser-vectors/TrackedFrames.swift. */
function paint(room, frame) {
  const picture = vector('inference/frame256x144.rgb');
  room.fill(128);
  for (let y = 0; y < 144; y += 1) {
    for (let x = 0; x < 256; x += 1) {
      const target = ((18 + y) * width + 8 + 3 * frame + x) * 4;
      for (let c = 0; c < 3; c += 1) room[target + c] = picture[(y * 256 + x) * 3 + c];
    }
  }
}

function startedTracker(core, numbers = [0, 2, 3, 4]) {
  const tracker = new CoreTracker(core);
  for (const number of numbers) tracker.append(number, contents[number]);
  tracker.prepare();
  return tracker;
}

test('landmarks and states are those of the native build, bit for bit', { skip }, async () => {
  const tracker = startedTracker(await loadCore(module));
  const length = 8 + 3 * 468 + 68;
  assert.equal(golden.length % length, 0);
  for (let frame = 0; frame < golden.length / length; frame += 1) {
    paint(tracker.picture(width, height), frame);
    const found = tracker.track(frame / 30);
    const expected = golden.subarray(frame * length, (frame + 1) * length);
    const { state } = found;
    assert.deepEqual(found.landmarks, expected.slice(8, 8 + 3 * 468), `landmarks of ${frame}`);
    assert.deepEqual(
      [...state.expression, ...state.head, ...state.torso, ...state.gaze],
      [...expected.subarray(8 + 3 * 468)], `state of ${frame}`);
    assert.equal(found.isTracked, expected[0] === 1);
    assert.equal(found.faceCount, expected[1]);
    assert.equal(Math.fround(found.confidence), expected[2]);
    assert.equal(Math.fround(found.residual), expected[3]);
  }
});

test('networks agree with LiteRT on real pictures', { skip }, async () => {
  const manifest = JSON.parse(new TextDecoder().decode(vector('inference/MANIFEST.json')));
  let compared = 0;
  for (const entry of manifest.models) {
    const bytes = asset(`models/${entry.model}.tflite`);
    if (!bytes || !trackerFiles.some(({ path }) => path?.endsWith(`/${entry.model}.tflite`))) {
      continue;
    }
    const model = new CoreModel(await loadCore(module), bytes);
    const picture = vector(`inference/${entry.image}`);
    const { input } = model;
    assert.equal(input.length, picture.length);
    for (let i = 0; i < input.length; i += 1) input[i] = picture[i] * entry.scale + entry.offset;
    model.run();
    const values = new Float32Array(vector(`inference/${entry.values}`).buffer);
    let next = 0;
    entry.outputs.forEach((output, index) => {
      const found = model.output(index);
      assert.equal(found.length, output.count);
      for (let i = 0; i < output.count; i += output.step, next += 1) {
        // Sums in another order: a few units in the last place of the largest terms.
        const error = Math.abs(found[i] - values[next]);
        assert.ok(error <= 2e-3 + 1e-4 * Math.abs(values[next]), `${output.name} ${i}: ${error}`);
      }
    });
    assert.equal(next, values.length);
    compared += 1;
  }
  assert.equal(compared, 4);
});

test('a picture without a face is no error, and none is invented', { skip }, async () => {
  const tracker = startedTracker(await loadCore(module));
  tracker.picture(width, height).fill(90);
  const empty = tracker.track(0);
  assert.equal(empty.state, null);
  assert.equal(empty.landmarks, null);
  assert.equal(empty.faceCount, 0);
  paint(tracker.picture(width, height), 0);
  assert.equal(tracker.track(0.1).isTracked, true);
  tracker.picture(width, height).fill(90);
  const held = tracker.track(0.2);
  assert.equal(held.isTracked, false);
  assert.ok(held.state);
});

test('the neutral face is taken out, and comes back', { skip }, async () => {
  const tracker = startedTracker(await loadCore(module));
  const track = (frame) => {
    paint(tracker.picture(width, height), 0);
    return tracker.track(frame / 30).state.expression;
  };
  const sum = (expression) => expression.reduce((a, b) => a + b, 0);
  let before;
  for (let frame = 0; frame < 60; frame += 1) before = track(frame);
  tracker.calibrateNeutral();
  assert.ok(sum(track(60)) < 0.25 * sum(before));
  tracker.calibrateNeutral(false);
  assert.ok(Math.abs(sum(track(61)) - sum(before)) < 0.1 * sum(before));
});

test('an avatar without landmarks is refused', { skip }, async () => {
  const tracker = new CoreTracker(await loadCore(module));
  for (const number of [0, 2, 3]) tracker.append(number, contents[number]);
  tracker.append(5, vector('browser/person.avatar'));
  assert.throws(() => tracker.prepare(), { code: 38 });
});

test('damaged models and templates are one clear sentence, never a stop', { skip }, async () => {
  const core = await loadCore(module);
  let seed = 3;
  const random = (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  const memory = core.memoryInUse;
  let refused = 0;
  for (let round = 0; round < 120; round += 1) {
    let bytes = contents[0].slice();
    // Tables lie at the end, behind the weights, and at the very beginning.
    for (let k = 0; k < 4; k += 1) {
      const at = random(2) ? bytes.length - 1 - random(bytes.length >> 3) : random(64);
      bytes[at] = [0, 127, 128, 255, random(256)][random(5)];
    }
    if (random(4) === 0) bytes = bytes.subarray(0, random(bytes.length));
    try {
      const model = new CoreModel(core, bytes);
      model.run();
      model.close();
    } catch (error) {
      refused += 1;
      assert.ok(error instanceof CoreError && !core.stopped, error.stack);
      assert.equal(error.code, 30);
    }
  }
  assert.ok(refused > 40, `${refused}`);
  assert.ok(core.memoryInUse <= memory + 70_000);
  for (const [number, bytes, code] of [
    [4, contents[4].subarray(0, 100_000), 34], [2, contents[3], 31], [2, vector('browser/frames.bin'), 30],
    [5, contents[4], 10], [5, vector('browser/person.avatar').subarray(0, 5000), 12],
  ]) {
    const tracker = new CoreTracker(core);
    for (const other of [0, 2, 3, 4]) {
      if (other !== number && !(number === 5 && other === 4)) tracker.append(other, contents[other]);
    }
    tracker.append(number, bytes);
    assert.throws(() => tracker.prepare(), { code });
    tracker.close();
  }
});

test('files that are missing, sizes that are absurd, are named', { skip }, async () => {
  const core = await loadCore(module);
  const tracker = new CoreTracker(core);
  assert.throws(() => tracker.prepare(), { code: 37, message: /the model for faces is missing/ });
  assert.throws(() => tracker.picture(64, 64), { code: 2 });
  assert.throws(() => tracker.track(0), { code: 2 });
  assert.throws(() => tracker.append(9, new Uint8Array(4)), { code: 1 });
  const started = startedTracker(core);
  assert.throws(() => started.picture(8, 5000), { code: 32, message: /8 × 5000 pixels/ });
});

test('a thousand pictures take no memory', { skip }, async () => {
  const core = await loadCore(module);
  const tracker = startedTracker(core);
  const step = (frame) => {
    if (frame % 2 === 0) paint(tracker.picture(width, height), frame % 12);
    tracker.track(frame / 30);
  };
  for (let frame = 0; frame < 200; frame += 1) step(frame);
  const { memoryInUse, buffer: { byteLength } } = core;
  for (let frame = 200; frame < 1200; frame += 1) step(frame);
  assert.ok(core.memoryInUse - memoryInUse < 100_000, `${core.memoryInUse - memoryInUse} bytes`);
  assert.equal(core.buffer.byteLength, byteLength);
});
