// The core's streams against golden vectors, loss and damage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError, CoreReceiver, CoreSender, createState, loadCore } from '../../Web/core/core.js';
import { readState } from '../../Web/core/core-avatar.js';
import { coreBytes, vector } from './core-support.mjs';

const module = await WebAssembly.compile(coreBytes());
const configuration = vector('browser/stream.configuration');
const states = new Float32Array(vector('browser/stream.states').buffer);
const shown = new Float32Array(vector('browser/stream.shown').buffer);
const packets = [];
for (let bytes = vector('browser/stream.packets'), i = 0; i < bytes.length;) {
  const length = bytes[i] | (bytes[i + 1] << 8);
  packets.push(bytes.subarray(i + 2, i + 2 + length));
  i += 2 + length;
}
const blockLength = 76;
const stateOf = (t) => readState(states.subarray(t * blockLength, (t + 1) * blockLength), t / 30);
const numbersOf = ({ expression, head, torso, gaze, correction }) =>
  [...expression, ...head, ...torso, ...gaze, ...correction];

async function ends(options = {}) {
  const core = await loadCore(module);
  return {
    core,
    sender: new CoreSender(core, configuration, { epoch: 5, ...options }),
    receiver: new CoreReceiver(core, configuration),
  };
}

test('packets and what is shown of them are those of the native build, bit for bit', async () => {
  const { sender, receiver } = await ends();
  let answer = null;
  let at = 0;
  for (let t = 0; t < packets.length; t += 1) {
    if (answer) sender.receive(answer, 1, t / 30);
    answer = null;
    const packet = sender.send(stateOf(t));
    assert.deepEqual(packet, packets[t].slice(), `packet ${t}`);
    const moment = receiver.show(t / 30 + 0.005);
    if (moment) {
      const expected = [...shown.subarray(at, at + 3 + blockLength)];
      assert.deepEqual(
        [Math.fround(moment.delay), Math.fround(moment.concealed), moment.isRejoining ? 1 : 0],
        expected.slice(0, 3), `facts of picture ${t}`);
      assert.deepEqual(numbersOf(moment.state), expected.slice(3), `picture ${t}`);
      at += 3 + blockLength;
    }
    if (t % 11 === 3 || (t >= 50 && t < 58)) continue;
    receiver.receive(packet, t / 30 + 0.02);
    answer = receiver.acknowledgement(t / 30 + 0.02);
  }
  assert.equal(at, shown.length);
});

test('a receiver that knows nothing asks for the configuration and gets it', async () => {
  const core = await loadCore(module);
  const sender = new CoreSender(core, configuration);
  const receiver = new CoreReceiver(core);
  let seen = null;
  for (let t = 0; t < 60 && !seen; t += 1) {
    const now = t / 30;
    const arrive = (packet) => {
      try {
        receiver.receive(packet, now);
      } catch (error) {
        assert.equal(error.code, 53);
      }
    };
    arrive(sender.send(stateOf(t)));
    for (let part = sender.missingConfiguration(now); part; part = null) arrive(part);
    const answer = receiver.acknowledgement(now);
    if (answer) sender.receive(answer, 7, now);
    seen = receiver.show(now);
  }
  assert.ok(seen);
});

test('any bytes are taken or refused with a sentence', async () => {
  const { core, sender, receiver } = await ends();
  let seed = 5;
  const random = (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  let refused = 0;
  for (let round = 0; round < 2000; round += 1) {
    const packet = round % 2
      ? packets[random(packets.length)].slice() : new Uint8Array(random(300)).map(() => random(256));
    for (let k = random(4); k > 0 && packet.length; k -= 1) packet[random(packet.length)] = random(256);
    for (const take of [
      () => receiver.receive(packet, round / 30), () => sender.receive(packet, 1, round / 30),
      () => receiver.show(round / 30),
    ]) {
      try {
        take();
      } catch (error) {
        refused += 1;
        assert.ok(error instanceof CoreError && !core.stopped, error.stack);
        assert.match(error.message, /\.$/);
      }
    }
  }
  assert.ok(refused > 1000);
  for (let cut = 0; cut < configuration.length; cut += 97) {
    assert.throws(() => new CoreSender(core, configuration.subarray(0, cut || 1)), { code: 50 });
  }
  assert.throws(() => new CoreReceiver(core, new Uint8Array(200_000)), CoreError);
  assert.throws(() => receiver.receive(new Uint8Array(200_000), 0), CoreError);
});

test('ends that are not ready, states that are no numbers, are refused', async () => {
  const core = await loadCore(module);
  const sender = new CoreSender(core);
  assert.throws(() => sender.send(createState()), CoreError);
  const ready = new CoreSender(core, configuration);
  assert.throws(() => ready.send({ ...createState(), time: NaN }), { code: 3 });
  const avatar = core.createAvatar();
  avatar.append(vector('browser/person.avatar'));
  assert.throws(
    () => CoreSender.describe(core, avatar, { width: 640, height: 480, focalLength: 700 }),
    { code: 54 });
});

test('a thousand states take no memory', async () => {
  const { core, sender, receiver } = await ends();
  const step = (t) => {
    const now = t / 30;
    receiver.receive(sender.send({ ...stateOf(t % 90), time: now }), now);
    receiver.show(now);
    const answer = receiver.acknowledgement(now);
    if (answer) sender.receive(answer, 1, now);
  };
  for (let t = 0; t < 200; t += 1) step(t);
  const { memoryInUse, buffer: { byteLength } } = core;
  for (let t = 200; t < 1200; t += 1) step(t);
  assert.ok(core.memoryInUse - memoryInUse < 20_000, `${core.memoryInUse - memoryInUse} bytes`);
  assert.equal(core.buffer.byteLength, byteLength);
});
