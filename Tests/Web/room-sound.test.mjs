// Voices: the buffer that follows the network, lips and voice, reflections.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ClockMatch, samplesAt } from '../../Web/room/clock.js';
import { JitterBuffer } from '../../Web/room/jitter-buffer.js';
import { LipSync, playedTime } from '../../Web/room/lip-sync.js';

const packet = 960;

/** Plays packets that arrive by a schedule; returns what was heard and what could have been. */
function play(delays, { seconds = 6, lose = () => false, start = 0 } = {}) {
  const buffer = new JitterBuffer();
  const arrivals = [];
  for (let k = 0; k * packet < seconds * 48000; k += 1) {
    if (!lose(k)) arrivals.push({ at: k * packet, time: (k + 1) * packet + delays(k) });
  }
  arrivals.sort((a, b) => a.time - b.time);
  const heard = [];
  for (let now = 0; now < seconds * 48000; now += 128) {
    while (arrivals[0]?.time <= now) {
      const { at } = arrivals.shift();
      // A ramp: each sample says which it is.
      const samples = Float32Array.from({ length: packet }, (_, i) => (at + i) / 1e6);
      buffer.add((at + start) % 2 ** 32, samples, now);
    }
    const block = new Float32Array(128);
    buffer.read(block, now);
    heard.push(...block);
  }
  return { heard, buffer };
}

test('an even network is played without a gap, soon', () => {
  const { heard, buffer } = play(() => 1000);
  const tail = heard.slice(48000);
  assert.ok(tail.every((value) => value > 0));
  for (let i = 1; i < tail.length; i += 1) {
    const step = tail[i] * 1e6 - tail[i - 1] * 1e6;
    assert.ok(step > 0.5 && step < 1.5, `a step of ${step} at ${i}`);
  }
  assert.ok(buffer.wait <= 1600, `${buffer.wait} samples are waited for`);
});

test('what jitters by 40 ms is waited for, and not longer than that', () => {
  let seed = 1;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const { heard, buffer } = play(() => chance() * 1920, { seconds: 12 });
  const silent = heard.slice(4 * 48000).filter((value) => value === 0).length;
  assert.ok(silent < 48, `${silent} samples are silent`);
  assert.ok(buffer.wait > 1500 && buffer.wait < 4200, `${buffer.wait}`);
});

test('a lost packet is a short silence without a click', () => {
  const { heard } = play(() => 1000, { lose: (k) => k === 150 });
  const tail = heard.slice(2 * 48000);
  const jump = tail.slice(1).reduce((most, value, i) => Math.max(most, Math.abs(value - tail[i])), 0);
  assert.ok(jump < 0.02, `${jump}`);
  assert.ok(tail.some((value) => value === 0));
});

test('what has become later than can be waited for is still played', () => {
  const { heard } = play((k) => (k < 100 ? 500 : 60000), { seconds: 10 });
  const tail = heard.slice(6 * 48000);
  assert.ok(tail.filter((value) => value > 0).length > 0.98 * tail.length);
});

test('it knows what plays, also where numbers begin anew', () => {
  const { buffer } = play(() => 1000, { start: 2 ** 32 - 3 * 48000 });
  const playing = buffer.playing * 48000 - (2 ** 32 - 3 * 48000);
  const expected = 6 * 48000 - 1000 - packet - buffer.wait;
  assert.ok(Math.abs(playing - expected) < 400, `${playing} for ${expected}`);
});

test('nothing breaks it', () => {
  const buffer = new JitterBuffer();
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const block = new Float32Array(128);
  for (let i = 0; i < 20000; i += 1) {
    if (chance() < 0.3) {
      buffer.add(Math.floor(chance() * 2 ** 32), new Float32Array(Math.floor(chance() * 1000)), i * 128);
    }
    buffer.read(block, i * 128);
    assert.ok(block.every(Number.isFinite));
  }
});

test('whichever is early waits, until both are together', () => {
  for (const late of [-0.15, -0.04, 0.06, 0.22]) {
    const lips = new LipSync();
    for (let i = 0; i < 60; i += 1) {
      lips.look(10 + i - lips.voiceDelay, 10 + i - late - lips.pictureDelay);
    }
    assert.ok(Math.abs(lips.skew) < 0.02, `${lips.skew}`);
    assert.ok(Math.min(lips.voiceDelay, lips.pictureDelay) < 0.02, 'only one of them waits');
  }
});

test('what is not known changes nothing', () => {
  const lips = new LipSync();
  lips.look(10, 9.9);
  const { voiceDelay } = lips;
  for (const [voice, picture] of [[null, 9], [9, null], [100, 9]]) lips.look(voice, picture);
  assert.equal(lips.voiceDelay, voiceDelay);
  assert.equal(lips.skew, null);
});

test('the time of a direct voice goes on from when it was captured', () => {
  const origin = 1790000000000, now = origin + 9000;
  const receiver = (captured, played) => ({ getSynchronizationSources: () => [
    { captureTimestamp: captured + 2208988800000, timestamp: played }] });
  assert.equal(playedTime(receiver(origin + 2500, now - 30), origin, now), 2.53);
  assert.equal(playedTime(receiver(origin + 2500, now - 3000), origin, now), null);
  assert.equal(playedTime({ getSynchronizationSources: () => [{ timestamp: now }] }, origin, now), null);
  assert.equal(playedTime({}, origin, now), null);
});

test('a camera clock is matched by its quickest frame', () => {
  const clock = new ClockMatch();
  let last = 0;
  for (let i = 0; i < 300; i += 1) {
    const theirs = 1000 + i / 30;
    last = clock.match(theirs, 5 + i / 30 + (i % 7) * 0.01) - (5 + i / 30);
  }
  assert.ok(Math.abs(last) < 0.002, `${last}`);
  assert.equal(samplesAt(2 ** 32 / 48000 + 1), 48000);
});
