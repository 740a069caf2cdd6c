// Signatures in the page against those of the native build, and against forgers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { CoreError } from '../../Web/core/core.js';
import { StreamSigner, isSignature } from '../../Web/core/core-signing.js';
import { root, vector } from './core-support.mjs';
import {
  configuration, context, datagramsOf, newKey, newReceiver, newSigning, newVerifier, recordingOf,
  signOfSecret, signedStream, start,
} from './signing-support.mjs';

const golden = JSON.parse(new TextDecoder().decode(vector('stream/vectors.json'))).recording;
const goldenKey = new Uint8Array(Buffer.from(golden.publicKey, 'hex'));
const native = ['.build-tests', '.build'].map((folder) => join(root, folder, 'release/visavis'))
  .find((file) => existsSync(file));

const all = (verdicts, verdict) => verdicts.every((group) => group.verdict === verdict);
const refusal = (code) => (error) => error instanceof CoreError && error.code === code &&
  /^[A-Z].*\.$/.test(error.message);

test('what a page signs are the bytes that the native build signed', async () => {
  const datagrams = datagramsOf(vector('stream/recording.vvs'));
  const receiver = await newReceiver();
  const signer = new StreamSigner(await newSigning(), {
    configuration, context: golden.context, epoch: 0, publicKey: goldenKey, stream: golden.stream,
    sign: await signOfSecret(Uint8Array.from({ length: 32 }, (_, i) => i)), run: 16, group: 6,
  });
  const signatures = [];
  for (const datagram of datagrams) {
    // A signature is none of the receiver's business, and no error.
    if (isSignature(datagram)) {
      assert.equal(receiver.receive(datagram, 0), 0);
      assert.deepEqual(receiver.accepted, []);
      continue;
    }
    assert.equal(receiver.receive(datagram, 0), 8);
    for (const { number, canonical } of receiver.accepted) {
      const wallClock = golden.wallClock + 33 * (number & 0xffff);
      signatures.push(...await signer.add(canonical, number, wallClock));
    }
  }
  signatures.push(...await signer.finish());
  assert.deepEqual(signatures, datagrams.filter(isSignature));
  assert.deepEqual(receiver.configuration, configuration);
});

test('what the native build signed is verified in a page', async () => {
  for (const key of [goldenKey, null]) {
    const receiver = await newReceiver();
    const verifier = await newVerifier({ context: golden.context, key });
    const verdicts = [];
    for (const datagram of datagramsOf(vector('stream/recording.vvs'))) {
      if (isSignature(datagram)) {
        verdicts.push(...await verifier.addSignature(datagram));
      } else if (receiver.receive(datagram, 0) > 0) {
        verdicts.push(...verifier.addFrom(receiver));
      }
    }
    assert.deepEqual(verdicts.map(({ last }) => last & 0xffff), [5, 11, 15, 21, 23]);
    assert.deepEqual(verdicts.map(({ verdict, wallClock }) => [verdict, wallClock]),
      [0, 0, 0, 16, 16].map((k) => ['verified', golden.wallClock + 33 * k]));
    assert.deepEqual(verifier.key, goldenKey);
    assert.deepEqual(await verifier.finish(), []);
  }
});

test('the native build verifies what a page signed', {
  skip: native ? false : 'visavis has not been built',
}, async () => {
  const key = await newKey();
  const { packets, signatures } = await signedStream(250, { key });
  assert.equal(signatures.length, 3);
  const folder = mkdtempSync(join(tmpdir(), 'visavis-signing-'));
  const verify = (datagrams, room) => {
    const file = join(folder, 'page.vvs');
    writeFileSync(file, recordingOf(configuration, datagrams));
    const { status, stdout } = spawnSync(native, [
      'verify', file, '--json', '--context', room, '--key',
      `visavis-public-${Buffer.from(key.publicKey).toString('hex')}`,
    ]);
    return { status, ...JSON.parse(stdout.toString()) };
  };
  try {
    const report = verify([...packets, ...signatures], context);
    assert.deepEqual([report.status, report.verdict], [0, 'verified'], JSON.stringify(report));
    assert.deepEqual([report.states, report.verifiedStates, report.signatures], [250, 250, 3]);
    const elsewhere = verify([...packets, ...signatures], 'room 8');
    assert.deepEqual([elsewhere.status, elsewhere.verdict], [65, 'refused']);
    signatures[1][40] ^= 1;
    const altered = verify([...packets, ...signatures], context);
    assert.deepEqual([altered.status, altered.verdict], [65, 'refused']);
    assert.equal(altered.verifiedStates, 130);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a room: packets over a wire, signatures among them, all of it verified', async () => {
  const key = await newKey();
  const { packets, coded, signatures } = await signedStream(240, { key, epoch: 9 });
  assert.ok(signatures.every(isSignature) && !packets.some(isSignature));
  const receiver = await newReceiver();
  const verifier = await newVerifier({ key: key.publicKey, freshness: 60_000 });
  const verdicts = [];
  for (const [t, packet] of packets.entries()) {
    receiver.receive(packet, t / 30);
    const [state] = receiver.accepted;
    assert.deepEqual(state.canonical, coded[t].canonical);
    assert.deepEqual([state.number & 0xffff, state.epoch], [coded[t].number, 9]);
    verdicts.push(...verifier.addFrom(receiver));
    if (t % 120 === 119) {
      const signature = signatures[(t - 119) / 120];
      verdicts.push(...await verifier.addSignature(signature, start + t * 33));
      // The same again changes nothing.
      assert.deepEqual(await verifier.addSignature(signature, start + t * 33), []);
    }
  }
  assert.equal(verdicts.length, 8);
  assert.ok(all(verdicts, 'verified'));
  assert.deepEqual(verdicts.map(({ wallClock }) => wallClock - start), [
    0, 0, 0, 0, 120 * 33, 120 * 33, 120 * 33, 120 * 33,
  ]);
  assert.deepEqual(await verifier.finish(), []);
});

test('an altered state is refused, a lost one leaves its group open', async () => {
  const key = await newKey();
  const { coded, signatures } = await signedStream(120, { key });
  const altered = coded.map((state) => ({ ...state, canonical: state.canonical.slice() }));
  altered[40].canonical[20] ^= 1;
  altered.splice(70, 1);
  const verifier = await newVerifier({ key: key.publicKey });
  assert.deepEqual(verifier.addStates(altered), []);
  // The true one comes too late: the altered one was shown.
  verifier.addStates([coded[40]]);
  const verdicts = await verifier.addSignature(signatures[0]);
  assert.deepEqual(verdicts.map(({ first, last, verdict }) => [first, last, verdict]), [
    [0, 29, 'verified'], [30, 59, 'refused'], [90, 119, 'verified'],
  ]);
  assert.equal(verdicts[1].code, 79);
  assert.equal(verdicts[1].reason, 'States 30 to 59 are not those that were signed.');
  // What was lost may still come; if not, the end says so.
  assert.deepEqual(await verifier.finish(), [
    { first: 60, last: 89, verdict: 'incomplete', missing: 1 },
  ]);
});

test('whatever is altered in a signature is noticed', async () => {
  const key = await newKey();
  const { coded, signatures: [signature] } = await signedStream(60, { key });
  const verifier = await newVerifier({ key: key.publicKey });
  verifier.addStates(coded);
  for (let at = 0; at < signature.length; at += 1) {
    const altered = signature.slice();
    altered[at] ^= 1 << (at % 8);
    await assert.rejects(verifier.addSignature(altered), CoreError, `byte ${at}`);
  }
  for (let length = 0; length < signature.length; length += 1) {
    await assert.rejects(verifier.addSignature(signature.subarray(0, length)), refusal(70));
  }
  const verdicts = await verifier.addSignature(signature);
  assert.equal(verdicts.length, 2);
  assert.ok(all(verdicts, 'verified'));
});

test('signatures of others, for other rooms, of other times and again are refused', async () => {
  const key = await newKey();
  const other = await newKey();
  const { coded, signatures } = await signedStream(240, { key });
  const forged = await signedStream(240, { key: other });
  const verifier = await newVerifier({ key: key.publicKey, freshness: 60_000 });
  verifier.addStates(coded);
  // The first of a stream carries its key, the second does not.
  await assert.rejects(verifier.addSignature(forged.signatures[0], start), refusal(72));
  await assert.rejects(verifier.addSignature(forged.signatures[1], start), refusal(74));
  for (const terms of [
    { context: 'room 8' }, { context: '' }, { configuration: configuration.subarray(1) },
  ]) {
    const elsewhere = await newVerifier({ key: key.publicKey, ...terms });
    await assert.rejects(elsewhere.addSignature(signatures[0]), refusal(73));
  }
  await assert.rejects(verifier.addSignature(signatures[0], start + 60_001), refusal(77));
  for (const signature of signatures) {
    assert.ok(all(await verifier.addSignature(signature, start), 'verified'));
  }
  // Another stream of the same owner, then other states under numbers that are covered.
  const again = await signedStream(120, { key, wallClock: start + 9000 });
  await assert.rejects(verifier.addSignature(again.signatures[0], start), refusal(75));
  // A later epoch: what was signed before it does not come back.
  const late = await signedStream(120, { key, epoch: 1, wallClock: start - 9000 });
  verifier.addStates(late.coded);
  await assert.rejects(verifier.addSignature(late.signatures[0], start), refusal(76));
  assert.deepEqual(await verifier.finish(), []);
});

test('a verifier without a key learns it, and keeps it', async () => {
  const key = await newKey();
  const { coded, signatures } = await signedStream(240, { key });
  const verifier = await newVerifier({ key: null });
  verifier.addStates(coded);
  assert.equal(verifier.key, null);
  await assert.rejects(verifier.addSignature(signatures[1]), refusal(71));
  // One after the other, although both come at once: the second needs the first one's key.
  const [first, second] = await Promise.all(signatures.map((s) => verifier.addSignature(s)));
  assert.ok(all([...first, ...second], 'verified') && second.length === 4);
  assert.deepEqual(verifier.key, key.publicKey);
  const other = await signedStream(30, { key: await newKey(), wallClock: start + 90_000 });
  await assert.rejects(verifier.addSignature(other.signatures[0]), refusal(72));
});

test('every failure of the core has a sentence', () => {
  const source = readFileSync(join(root, 'Sources/BrowserSession/Failure.swift'), 'utf8');
  const codes = [...source.matchAll(/^ {4}case \w+ = (\d+)$/gm)].map(([, number]) => Number(number));
  assert.ok(codes.length > 30 && codes.includes(1) && codes.includes(80));
  for (const number of codes) {
    const { message } = CoreError.of(-number, [1, 2, 3]);
    assert.match(message, /^[A-Z].*\.$/);
    assert.doesNotMatch(message, /code|undefined/);
  }
});
