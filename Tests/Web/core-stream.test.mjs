// The core's streams against those of the native build, loss and damage.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError, createState, loadCore } from '../../Web/core/core.js';
import { CoreReceiver, CoreSender } from '../../Web/core/core-stream.js';
import { readState } from '../../Web/core/core-avatar.js';
import { coreBytes, fresh, noFresh, vector } from './core-support.mjs';

const module = await WebAssembly.compile(coreBytes());
const blockLength = 76;
const camera = { width: 640, height: 480, focalLength: 700 };
const configuration = await described();

/** The configuration of streams of a made-up avatar. */
async function described() {
  const core = await loadCore(module);
  const avatar = core.createAvatar();
  avatar.append(vector('browser/person.avatar'));
  return CoreSender.describe(core, avatar, camera);
}

/** A moving face. */
function moving(t) {
  const phase = t * 0.2;
  const turn = 0.2 * Math.sin(phase / 2);
  const pose = (share) => Float32Array.from(
    [Math.PI, 0.1 * turn, turn, 4 * turn, -turn, 55 + 3 * turn].map((x, i) =>
      (i === 0 ? x : i === 5 ? 55 + 3 * turn * share : x * share)));
  return {
    time: t / 30,
    expression: new Float32Array(52).map((_, i) => Math.max(0, 0.3 * Math.sin(phase + i))),
    head: pose(1),
    torso: pose(0.3),
    gaze: new Float32Array(4).fill(turn),
    correction: new Float32Array(8).map((_, k) => 0.3 * Math.cos(phase + k)),
  };
}

const numbersOf = ({ expression, head, torso, gaze, correction }) =>
  [...expression, ...head, ...torso, ...gaze, ...correction];

async function ends(known = configuration) {
  const core = await loadCore(module);
  return {
    core,
    sender: new CoreSender(core, known, { epoch: 5, repeats: 7 }),
    receiver: new CoreReceiver(core, known),
  };
}

/** The packets of `line.packets`. */
function nativePackets() {
  const packets = [];
  for (let bytes = fresh('line.packets'), i = 0; i < bytes.length;) {
    const length = bytes[i] | (bytes[i + 1] << 8);
    packets.push(bytes.slice(i + 2, i + 2 + length));
    i += 2 + length;
  }
  return packets;
}

test('packets and what is shown of them are those of the native build, bit for bit', {
  skip: noFresh,
}, async () => {
  const states = new Float32Array(fresh('line.states').buffer);
  const shown = new Float32Array(fresh('line.shown').buffer);
  const packets = nativePackets();
  const stateOf = (t) =>
    readState(states.subarray(t * blockLength, (t + 1) * blockLength), t / 30);
  const { sender, receiver } = await ends(fresh('line.configuration'));
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

test('what is shown is what was sent, and losses are bridged', async () => {
  const { sender, receiver } = await ends();
  let bytes = 0;
  let concealed = 0;
  for (let t = 0; t < 120; t += 1) {
    const now = t / 30;
    const packet = sender.send(moving(t));
    bytes += packet.length;
    if (t % 11 !== 3 && !(t >= 50 && t < 58)) {
      receiver.receive(packet, now);
      const answer = receiver.acknowledgement(now);
      if (answer) sender.receive(answer, 1, now);
    }
    const moment = receiver.show(now + 0.005);
    if (!moment) continue;
    concealed += moment.concealed > 0 ? 1 : 0;
    if (t < 20 || (t >= 46 && t < 75)) continue;
    const expected = moving(moment.state.time * 30);
    // Each by as much as it shows: movements that hardly do may be far off.
    const off = moment.state.expression.map((x, i) => Math.abs(x - expected.expression[i]));
    assert.ok(off.reduce((sum, x) => sum + x) / 52 < 0.05, `${t}: ${off.join()}`);
    assert.ok(Math.abs(moment.state.head[5] - expected.head[5]) < 1, `${t}`);
  }
  assert.ok(concealed > 0);
  assert.ok(bytes / 120 < 120, `${bytes / 120} bytes a packet`);
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
    arrive(sender.send(moving(t)));
    for (let part = sender.missingConfiguration(now); part; part = null) arrive(part);
    const answer = receiver.acknowledgement(now);
    if (answer) sender.receive(answer, 7, now);
    seen = receiver.show(now);
  }
  assert.ok(seen);
});

test('any bytes are taken or refused with a sentence', async () => {
  const { core, sender, receiver } = await ends();
  const packets = Array.from({ length: 30 }, (_, t) => sender.send(moving(t)));
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
});

test('an avatar that learnt no transform is streamed with the general one', async () => {
  const core = await loadCore(module);
  const avatar = core.createAvatar();
  assert.throws(() => CoreSender.describe(core, avatar, camera), { code: 2 });
  avatar.append(vector('browser/person.avatar'));
  const sender = new CoreSender(core, configuration);
  const receiver = new CoreReceiver(core, configuration);
  receiver.receive(sender.send(moving(3)), 0);
  const { state } = receiver.show(0.1);
  const off = state.expression.map((x, i) => Math.abs(x - moving(3).expression[i]));
  assert.ok(off.reduce((sum, x) => sum + x) / 52 < 0.05, off.join());
  for (const odd of [{ width: 0 }, { height: 1e6 }, { focalLength: 0 }, { focalLength: NaN }]) {
    assert.throws(() => CoreSender.describe(core, avatar, { ...camera, ...odd }), CoreError);
  }
});

test('a thousand states take no memory', async () => {
  const { core, sender, receiver } = await ends();
  const step = (t) => {
    const now = t / 30;
    receiver.receive(sender.send({ ...moving(t % 90), time: now }), now);
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
