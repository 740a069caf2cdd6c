// Signatures in the page, which signs and checks in its own time: order, ends, hostile bytes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError } from '../../Web/core/core.js';
import { CoreSender } from '../../Web/core/core-stream.js';
import { StreamSigner, StreamVerifier, verifyInBrowser } from '../../Web/core/core-signing.js';
import {
  chance, configuration, context, moving, newCore, newKey, newReceiver, newSigning, newVerifier,
  signedStream, start,
} from './signing-support.mjs';

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const isVerified = ({ verdict }) => verdict === 'verified';

test('signatures before their states, states backwards: all are verified', async () => {
  const key = await newKey();
  const { packets, signatures } = await signedStream(240, { key });
  const receiver = await newReceiver();
  const verifier = await newVerifier({ key: key.publicKey });
  for (const signature of signatures) {
    assert.deepEqual(await verifier.addSignature(signature), []);
  }
  // A receiver's numbers begin above 65,536; signatures only tell the low 16 bits.
  const states = [];
  for (const [t, packet] of packets.entries()) {
    receiver.receive(packet, t / 30);
    states.push(...receiver.accepted);
  }
  assert.ok(states[0].number > 65_535);
  const verdicts = verifier.addStates(states.reverse());
  assert.equal(verdicts.length, 8);
  assert.ok(verdicts.every(isVerified));
});

test('signatures under way at once are judged in the order in which they came', async () => {
  const key = await newKey();
  const { coded, signatures } = await signedStream(20 * 10, { key, options: { run: 20, group: 20 } });
  const delays = [9, 1, 5, 0, 7, 3, 8, 2, 6, 4];
  let calls = 0;
  let most = 0;
  let running = 0;
  const verify = async (...values) => {
    running += 1;
    most = Math.max(most, running);
    const delay = delays[calls % 10];
    calls += 1;
    await pause(delay);
    running -= 1;
    return verifyInBrowser(...values);
  };
  const verifier = await newVerifier({ key: key.publicKey, verify });
  const ended = [];
  const under = signatures.map(async (signature, k) => {
    const verdicts = await verifier.addSignature(signature);
    ended.push(k);
    return verdicts;
  });
  // States come meanwhile, some before and some after their signature was checked.
  const found = [];
  for (const state of coded) {
    found.push(...verifier.addStates([state]));
    if (state.number % 9 === 0) await pause(1);
  }
  found.push(...(await Promise.all(under)).flat());
  assert.deepEqual(ended, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(most, 1);
  assert.deepEqual(found.map(({ first }) => first).sort((a, b) => a - b),
    [0, 20, 40, 60, 80, 100, 120, 140, 160, 180]);
  assert.ok(found.every(isVerified));
});

test('runs are signed in order, however long each takes', async () => {
  const key = await newKey();
  const { sign } = key;
  let calls = 0;
  const slow = async (message) => {
    calls += 1;
    await pause(calls % 2 ? 6 : 0);
    return sign(message);
  };
  const sender = new CoreSender(await newCore(), configuration, { isBroadcast: true });
  const signer = new StreamSigner(await newSigning(), {
    ...key, sign: slow, configuration, context, epoch: 0, run: 10, group: 5, stream: 3,
  });
  const verifier = await newVerifier({ key: key.publicKey });
  const waiting = [];
  for (let t = 0; t < 55; t += 1) {
    sender.send(moving(t));
    const { canonical, number } = sender.coded;
    verifier.addStates([sender.coded]);
    waiting.push(signer.add(canonical, number, start + 33 * t));
  }
  waiting.push(signer.finish());
  const signatures = (await Promise.all(waiting)).flat();
  assert.equal(signatures.length, 6);
  const verdicts = [];
  for (const signature of signatures) verdicts.push(...await verifier.addSignature(signature));
  assert.deepEqual(verdicts.map(({ first }) => first), [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50]);
  assert.ok(verdicts.every(isVerified));
});

test('where signing fails the run stays unsigned, and the next one is signed', async () => {
  const key = await newKey();
  const { coded } = await signedStream(30, { key });
  let calls = 0;
  const failing = async (message) => {
    calls += 1;
    if (calls === 1) throw new Error('The key is gone.');
    return calls === 2 ? new Uint8Array(63) : key.sign(message);
  };
  const signer = new StreamSigner(await newSigning(), {
    ...key, sign: failing, configuration, context, epoch: 0, run: 10, group: 10, keyInterval: 1,
  });
  const settled = [];
  for (const { canonical, number } of coded) {
    settled.push(...await Promise.allSettled([signer.add(canonical, number, start)]));
  }
  assert.equal(settled[9].reason.message, 'The key is gone.');
  assert.equal(settled[19].reason.code, 70);
  assert.equal(settled[29].value.length, 1);
  const verifier = await newVerifier({ key: key.publicKey });
  verifier.addStates(coded);
  const verdicts = await verifier.addSignature(settled[29].value[0]);
  assert.deepEqual(verdicts.map(({ first, last }) => [first, last]), [[20, 29]]);
});

test('an end that is closed while something is under way touches nobody else', async () => {
  const key = await newKey();
  const { coded, signatures } = await signedStream(60, { key, options: { run: 30 } });
  const core = await newSigning();
  const terms = { configuration, context };
  const verify = async (...values) => {
    await pause(2);
    return verifyInBrowser(...values);
  };
  const leaving = new StreamVerifier(core, { ...terms, key: key.publicKey, verify });
  leaving.addStates(coded);
  const late = leaving.addSignature(signatures[0]);
  await pause(0);
  leaving.close();
  // It gets the number that the other had.
  const staying = new StreamVerifier(core, { ...terms, key: null });
  assert.equal(staying.number, leaving.number);
  await assert.rejects(late, { code: 1004 });
  assert.equal(staying.key, null);
  await assert.rejects(leaving.addSignature(signatures[1]), { code: 1004 });
  const signer = new StreamSigner(core, {
    ...terms, ...key, epoch: 0, run: 1, sign: async (m) => { await pause(2); return key.sign(m); },
  });
  const unsigned = signer.add(coded[0].canonical, 0, start);
  await pause(0);
  signer.close();
  await assert.rejects(unsigned, { code: 1004 });
  await assert.rejects(signer.finish(), { code: 1004 });
});

test('more signatures at once than any stream has are refused', async () => {
  const key = await newKey();
  const { signatures: [signature] } = await signedStream(30, { key });
  const verifier = await newVerifier({ key: key.publicKey });
  const under = Array.from({ length: 100 }, () => verifier.addSignature(signature));
  const results = await Promise.allSettled(under);
  const refused = results.filter(({ reason }) => reason?.code === 1006).length;
  assert.equal(refused, 100 - StreamVerifier.mostWaiting);
  assert.deepEqual(await verifier.addSignature(signature), []);
});

test('an owner who begins anew, under another configuration, is verified on', async () => {
  const key = await newKey();
  const other = configuration.slice();
  other[0] = 41; // the quality
  const before = await signedStream(30, { key, epoch: 3 });
  const after = await signedStream(30, {
    key, epoch: 4, settings: other, wallClock: start + 5000,
  });
  const receiver = await newReceiver();
  const verifier = await newVerifier({ key: key.publicKey });
  const verdicts = [];
  const hear = async ({ packets, signatures }, seconds) => {
    for (const [t, packet] of packets.entries()) {
      receiver.receive(packet, seconds + t / 30);
      verdicts.push(...verifier.addFrom(receiver));
    }
    for (const signature of signatures) verdicts.push(...await verifier.addSignature(signature));
  };
  await hear(before, 0);
  // The parts of the other configuration arrive before its states do.
  const sender = new CoreSender(await newCore(), other, { epoch: 4 });
  sender.send(moving(0));
  const lacks = new Uint8Array([0x50, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
  for (let now = 0; now < 2; now += 0.01) {
    sender.receive(lacks, 1, now);
    const part = sender.missingConfiguration(now);
    if (part) receiver.receive(part, 1 + now);
  }
  await hear(after, 4);
  assert.deepEqual(receiver.configuration, other);
  assert.deepEqual(verdicts.map(({ verdict, wallClock }) => [verdict, wallClock]),
    [['verified', start], ['verified', start + 5000]]);
});

test('any bytes are taken or refused with a sentence', async () => {
  const key = await newKey();
  const { coded, signatures } = await signedStream(200, { key, options: { run: 20, group: 6 } });
  const random = chance(11);
  const core = await newSigning();
  const codes = new Set();
  let taken = 0;
  for (let round = 0; round < 30; round += 1) {
    const verifier = new StreamVerifier(core, {
      configuration, context, key: round % 2 ? key.publicKey : null,
      // Half of them believe everything, or little of the core would be reached.
      verify: round % 4 < 2 ? async () => true : verifyInBrowser, freshness: round % 3 ? null : 9000,
    });
    for (let k = 0; k < 60; k += 1) {
      const state = coded[random(200)];
      verifier.addStates([{
        ...state, epoch: random(9) ? 0 : random(256),
        number: random(9) ? state.number : [0, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1][random(5)],
      }]);
      let bytes = signatures[random(signatures.length)].slice(0, random(9) ? undefined : random(300));
      if (random(20) === 0) bytes = Uint8Array.from({ length: random(3000) }, () => random(256));
      for (let n = random(4); n > 0; n -= 1) bytes[random(bytes.length)] = random(256);
      try {
        await verifier.addSignature(bytes, random(5) ? start : [NaN, -1, 2 ** 60, Infinity][random(4)]);
        taken += 1;
      } catch (error) {
        assert.ok(error instanceof CoreError && !core.stopped, error.stack);
        assert.match(error.message, /\.$/);
        codes.add(error.code);
      }
    }
    await verifier.finish();
    verifier.close();
  }
  assert.ok(taken > 100, `${taken} taken`);
  for (const code of [70, 72, 73, 74, 75, 76, 77, 78]) assert.ok(codes.has(code), `${code}`);
});

test('terms that nothing can be signed or checked with are refused', async () => {
  const core = await newSigning();
  const key = await newKey();
  const terms = { configuration, context, epoch: 0, ...key };
  const { memoryInUse } = core;
  for (const odd of [
    { run: 0 }, { run: 257 }, { group: 0 }, { group: 128 }, { publicKey: new Uint8Array(31) },
    { context: 'x'.repeat(65_536) }, { configuration: new Uint8Array(65_537) },
    { configuration: new Uint8Array(200_000) },
  ]) {
    assert.throws(() => new StreamSigner(core, { ...terms, ...odd }), CoreError);
  }
  assert.throws(
    () => new StreamVerifier(core, { ...terms, key: new Uint8Array(5) }), CoreError);
  const signer = new StreamSigner(core, terms);
  for (const time of [NaN, -1, 2 ** 48, Infinity]) {
    await assert.rejects(signer.add(new Uint8Array(8), 0, time), { code: 80 });
  }
  await assert.rejects(signer.add(new Uint8Array(200_000), 0, start), { code: 80 });
  signer.close();
  assert.ok(core.memoryInUse - memoryInUse < 150_000, `${core.memoryInUse - memoryInUse} bytes`);
});

test('a quarter of an hour of signing and checking takes no memory', async () => {
  const key = await newKey();
  const core = await newSigning();
  const signer = new StreamSigner(core, { configuration, context, epoch: 0, ...key });
  const verifier = new StreamVerifier(core, { configuration, context, key: key.publicKey });
  const canonical = new Uint8Array(288);
  let verified = 0;
  const step = async (number) => {
    canonical[number % 288] += 1;
    verifier.addStates([{ number, epoch: 0, canonical }]);
    for (const signature of await signer.add(canonical, number, start + number * 33)) {
      verified += (await verifier.addSignature(signature)).filter(isVerified).length;
    }
  };
  for (let number = 0; number < 2400; number += 1) await step(number);
  const { memoryInUse } = core;
  for (let number = 2400; number < 27_000; number += 1) await step(number);
  assert.equal(verified, 27_000 / 30);
  assert.ok(core.memoryInUse - memoryInUse < 20_000, `${core.memoryInUse - memoryInUse} bytes`);
});
