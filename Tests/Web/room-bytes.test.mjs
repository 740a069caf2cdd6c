// Bytes as text, packets, links: against what other programs make of the same.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { base32, base64url, bytesOf, sha256 } from '../../Web/room/bytes.js';
import { roomIn, linkTo } from '../../Web/room/link.js';
import { everyone, fromServer, kind, placeBytes, placeOf, toServer } from '../../Web/room/packets.js';

const bytes = (count, seed) => Uint8Array.from({ length: count }, (_, i) => (i * 167 + seed * 31) & 255);

test('base64url is what node makes of it, and comes back', () => {
  for (let count = 0; count < 70; count += 1) {
    const some = bytes(count, count);
    const text = base64url(some);
    assert.equal(text, Buffer.from(some).toString('base64url'));
    assert.deepEqual(bytesOf(text), some);
  }
  for (const bad of ['a', 'a+b/', 'ä', 'abc=', 5, null]) assert.throws(() => bytesOf(bad), TypeError);
});

test('base32 follows RFC 4648', () => {
  const words = { '': '', f: 'my', fo: 'mzxq', foo: 'mzxw6', foob: 'mzxw6yq', fooba: 'mzxw6ytb', foobar: 'mzxw6ytboi' };
  for (const [plain, coded] of Object.entries(words)) {
    assert.equal(base32(new TextEncoder().encode(plain)), coded);
  }
  assert.equal(base32(bytes(16, 3)).length, 26);
});

test('digests are those of node', async () => {
  const some = bytes(1000, 7);
  assert.deepEqual(
    await sha256(some), new Uint8Array(createHash('sha256').update(some).digest()));
});

test('a packet to the server names kind and receiver', () => {
  const packet = toServer(kind.voice, 0x1234, Uint8Array.of(9, 8));
  assert.deepEqual([...packet], [3, 0x34, 0x12, 9, 8]);
  assert.deepEqual([...toServer(kind.datagram, everyone, new Uint8Array(0))], [1, 255, 255]);
});

test('packets from the server come one after the other, and a broken end is passed over', () => {
  const parts = [[5, kind.datagram, bytes(300, 1)], [600, kind.voice, bytes(0, 2)], [5, kind.place, bytes(16, 3)]];
  const message = Uint8Array.from(parts.flatMap(([from, what, payload]) => [
    payload.length & 255, payload.length >> 8, from & 255, from >> 8, what, ...payload]));
  for (let cut = 0; cut <= message.length; cut += 1) {
    const got = [];
    fromServer(message.slice(0, cut).buffer, (...packet) => got.push(packet));
    got.forEach((packet, i) => assert.deepEqual(packet, parts[i]));
    const whole = [305, 310, 331].filter((end) => end <= cut).length;
    assert.equal(got.length, whole);
  }
});

test('a place is four finite numbers', () => {
  assert.deepEqual(placeOf(placeBytes([1, 0.5, -2.25, 3])), [1, 0.5, -2.25, 3]);
  assert.equal(placeOf(placeBytes([1, NaN, 0, 0])), null);
  assert.equal(placeOf(bytes(15, 1)), null);
});

test('a link keeps room and secret behind the hash', () => {
  const room = 'abcdefghijklmnopqrstuvwx23';
  const link = linkTo(room, 'AbC-_123456', 'https://example.org:8443/scan/?x#y');
  assert.equal(link, `https://example.org:8443/room/#${room}.AbC-_123456`);
  assert.deepEqual(roomIn(new URL(link).hash), { room, invite: 'AbC-_123456' });
  assert.deepEqual(roomIn(`#${room}`), { room, invite: undefined });
  for (const bad of ['', '#', '#abc', `#${room}.`, `#${room}.a/b/c/d/e`, `#../${room}`]) {
    assert.equal(roomIn(bad), null);
  }
});
