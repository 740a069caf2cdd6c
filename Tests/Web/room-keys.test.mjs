// Keys, certificates, and tokens, with node's WebCrypto.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { base64url, bytesOf } from '../../Web/room/bytes.js';
import { belongsTo, DeviceKey, isSigned, KeyError, personOf } from '../../Web/room/device-key.js';
import { People, PeopleError } from '../../Web/room/people.js';

const newKey = async () => (await DeviceKey.forRecovery()).key;

test('a signature is of this key and this message alone', async () => {
  const [a, b] = [await newKey(), await newKey()];
  const message = new TextEncoder().encode('hello');
  const signature = await a.sign('hello');
  assert.equal(await isSigned(a.raw, signature, message), true);
  assert.equal(await isSigned(b.raw, signature, message), false);
  assert.equal(await isSigned(a.raw, signature, message.subarray(1)), false);
  assert.equal(await isSigned(new Uint8Array(5), signature, message), false);
});

test('a recovery file brings the same key back', async () => {
  const { key, secret } = await DeviceKey.forRecovery();
  const again = await DeviceKey.fromRecovery(secret, key.text);
  const message = new TextEncoder().encode('again');
  assert.equal(await isSigned(key.raw, await again.sign(message), message), true);
  await assert.rejects(DeviceKey.fromRecovery('bm9uc2Vuc2U', key.text), KeyError);
});

test('certificates lead from the first key to others, in any order', async () => {
  const [first, second, third, stranger] = await Promise.all([1, 2, 3, 4].map(newKey));
  const person = await personOf(first.raw);
  assert.match(person, /^[a-z2-7]{26}$/);
  const one = await first.certify(person, second.text, 1000);
  const two = await second.certify(person, third.text, 2000);
  assert.equal(await belongsTo(person, first.text, []), true);
  assert.equal(await belongsTo(person, third.text, [two, one]), true);
  assert.equal(await belongsTo(person, third.text, [two]), false);
  assert.equal(await belongsTo(person, stranger.text, [one, two]), false);
  // A stranger certifies themself, somebody else's certificate, and an altered one.
  const forged = await stranger.certify(person, third.text, 3000);
  assert.equal(await belongsTo(person, third.text, [forged]), false);
  assert.equal(await belongsTo(person, third.text, [{ ...one, key: third.text }]), false);
  assert.equal(await belongsTo(person, second.text, [{ ...one, time: 1001 }]), false);
  assert.equal(await belongsTo(person, second.text, [{ ...one, by: 'x' }]), false);
});

/** A server that answers from a list, and keeps what it was asked. */
function fakeServer(answers) {
  const asked = [];
  globalThis.fetch = async (url, { method, headers, body }) => {
    asked.push({ path: new URL(url).pathname, method, headers, body: body && JSON.parse(body) });
    const { status = 200, json } = answers(asked.at(-1), asked.length);
    return new Response(status === 204 ? null : JSON.stringify(json), { status });
  };
  return asked;
}

test('a token is asked for once, proven for this host, and renewed when it is refused', async () => {
  const key = await newKey();
  let tokens = 0, refusals = 1;
  const asked = fakeServer(({ path, headers }) => {
    if (path.endsWith('challenge')) return { json: { challenge: 'dare' } };
    if (path.endsWith('token')) {
      return { json: { token: `t${++tokens}`, person: 'p', expires: Date.now() + 3600e3 } };
    }
    if (headers.Authorization === 'Bearer t1' && refusals-- > 0) {
      return { status: 401, json: { detail: 'old' } };
    }
    return { json: { name: 'Anna' } };
  });
  const people = new People(key, { base: 'https://example.org/room/' });
  const [me] = await Promise.all([people.me(), people.session('Anna')]);
  assert.equal(me.name, 'Anna');
  assert.equal(tokens, 2);
  const proof = asked.find(({ path }) => path.endsWith('token')).body;
  const message = new TextEncoder().encode('visavis token 1\nexample.org\ndare');
  assert.equal(proof.key, base64url(key.raw));
  assert.equal(await isSigned(key.raw, bytesOf(proof.signature), message), true);
});

test('a refusal tells the sentence of the server, and no connection is told too', async () => {
  const people = new People(await newKey(), { base: 'https://example.org/room/' });
  fakeServer(() => ({ status: 429, json: { type: 'urn:visavis:too-many', detail: 'Wait a minute.' } }));
  await assert.rejects(people.session(), { message: 'Wait a minute.', status: 429, code: 'too-many' });
  globalThis.fetch = async () => { throw new TypeError('no route'); };
  await assert.rejects(people.session(), (error) => error instanceof PeopleError && error.status === 0);
});
