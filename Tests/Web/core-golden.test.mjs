// The core's streams against the golden vectors of coded bytes: Tests/Vectors/stream/README.md.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadCore } from '../../Web/core/core.js';
import { readState } from '../../Web/core/core-avatar.js';
import { CoreRecording } from '../../Web/core/core-recording.js';
import { CoreReceiver, CoreSender } from '../../Web/core/core-stream.js';
import { coreBytes, root, vector } from './core-support.mjs';

const skip = existsSync(join(root, 'Tests/Vectors/stream/vectors.json')) ? false : 'no vectors';
const file = (name) => vector(`stream/${name}`);
const module = await WebAssembly.compile(coreBytes());
const golden = skip ? null : JSON.parse(new TextDecoder().decode(file('vectors.json')));
const width = 70;

const hex = (bytes) => bytes ? Buffer.from(bytes).toString('hex') : '';
const bytesOf = (text) => new Uint8Array(Buffer.from(text, 'hex'));

/** The CRC-32 of PNG. */
function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** State `k` of `states.f32`. */
function stateOf(k) {
  const floats = new Float32Array(file('states.f32').buffer);
  return readState(floats.subarray(k * width, (k + 1) * width), golden.times[k] / 90000);
}

/** Canonical bytes as decimal numbers, a line for each state. */
function decimals(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const lines = [];
  for (let at = 0; at < bytes.length; at += 8 + 4 * width) {
    const numbers = [view.getBigInt64(at, true)];
    for (let i = 0; i < width; i += 1) numbers.push(view.getInt32(at + 8 + 4 * i, true));
    lines.push(numbers.join(' '));
  }
  return lines;
}

/** What signatures cover of the states that the last packet added, one after the other. */
const canonicalOf = (receiver) =>
  Uint8Array.from(receiver.accepted.flatMap(({ canonical }) => [...canonical]));

const receiverOf = async () => new CoreReceiver(await loadCore(module), file('configuration.bin'));

test('coded states of every kind are read as they were written', { skip }, async () => {
  for (const { name, packets } of golden.chains) {
    const receiver = await receiverOf();
    for (const [i, { datagram, count, states }] of packets.entries()) {
      assert.equal(receiver.receive(bytesOf(datagram), i / 30), count, `${name}, packet ${i}`);
      assert.deepEqual(decimals(canonicalOf(receiver)), states, `${name}, packet ${i}`);
    }
  }
});

test('a sender and a receiver make the same bytes, losses and all', { skip }, async () => {
  for (const { name, delivery, repeats, statesPerPacket, epoch, steps } of golden.links) {
    const core = await loadCore(module);
    const configuration = file('configuration.bin');
    const isBroadcast = delivery === 'broadcast';
    const sender = new CoreSender(
      core, configuration, { isBroadcast, repeats, statesPerPacket, epoch });
    const receiver = new CoreReceiver(core, configuration);
    for (const [k, step] of steps.entries()) {
      const answer = steps[k - 2]?.answer;
      if (answer) sender.receive(bytesOf(answer), 1, k / 30);
      const packet = sender.send(stateOf(k));
      assert.equal(hex(packet), step.packet, `${name}, step ${k}`);
      if (!packet || step.isLost) continue;
      assert.equal(receiver.receive(packet, k / 30 + 0.02), step.accepted.length);
      assert.equal(checksum(canonicalOf(receiver)), step.canonical, `${name}, step ${k}`);
      assert.equal(hex(receiver.acknowledgement(k / 30 + 0.02)), step.answer, `${name}, step ${k}`);
    }
  }
});

test('a signed recording is read as it was written', { skip }, async () => {
  const recording = new CoreRecording(await loadCore(module), file('recording.vvs'));
  const shown = new Float32Array(file('shown.f32').buffer);
  const canonical = [];
  let count = 0;
  for (let state; (state = recording.next()); count += 1) {
    canonical.push(...recording.canonical);
    // Times are as coded, which may be a step off; their ticks are among the canonical bytes.
    assert.ok(Math.abs(state.time - golden.times[count] / 90000) < 0.002);
    if (count > 0) continue;
    // A key state is the same in every chain; poses here are rotation vectors, there matrices.
    const { expression, gaze, head, torso, correction } = state;
    assert.deepEqual([...expression, ...gaze], [...shown.subarray(0, 56)]);
    assert.deepEqual([...head.subarray(3), ...torso.subarray(3), ...correction],
      [...shown.subarray(65, 68), ...shown.subarray(77, 82)]);
  }
  assert.equal(count, golden.recording.states);
  assert.equal(checksum(canonical), golden.recording.canonical);
  assert.equal(recording.isDamaged, false);
});
