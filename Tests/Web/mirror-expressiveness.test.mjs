import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { channel, channelNames, regionOf, regions } from "../../Web/mirror/channels.js";
import {
  expressiveState, mostHeadTurn, naturalExpressiveness, scaled, scaledBlink,
} from "../../Web/mirror/expressiveness.js";
import { presetOf, presets } from "../../Web/mirror/presets.js";
import { composed, inverted, quaternionFromPose } from "../../Web/mirror/rotation.js";
import { restingState } from "../../Web/mirror/state.js";

/** Repeatable numbers in 0…1. */
function chance(seed) {
  let x = seed >>> 0;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

function randomState(next) {
  const state = restingState([Math.PI - 0.05, 0.02, 0.04, 1, -2, 55]);
  state.time = next();
  state.expression.forEach((_, i) => { state.expression[i] = next(); });
  const { jawOpen, mouthClose } = channel;
  state.expression[mouthClose] *= state.expression[jawOpen];
  state.head = Float32Array.from(composed(
    state.torso,
    [next() - 0.5, next() - 0.5, next() - 0.5, next() * 4 - 2, next() * 4 - 2, next() * 4 - 2]));
  state.gaze.forEach((_, i) => { state.gaze[i] = next() - 0.5; });
  return state;
}

const torsoFromHead = (state) => composed(inverted(state.torso), state.head);
const angle = (pose) => Math.hypot(pose[0], pose[1], pose[2]);

function assertNear(actual, expected, tolerance) {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i += 1) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= tolerance,
      `[${i}]: ${actual[i]} is not ${expected[i]}`);
  }
}

test("channels are those of the Swift rig, in its order", () => {
  const source = readFileSync(
    new URL("../../Sources/FaceRig/ExpressionChannel.swift", import.meta.url), "utf8");
  const cases = [...source.matchAll(/^ {2}case (.+)$/gm)].flatMap((line) => line[1].split(", "));
  assert.deepEqual([...channelNames], cases);
});

test("every channel but the lids' looking has a region that exists", () => {
  const untuned = channelNames.filter((name) => regionOf(name) === null);
  assert.equal(untuned.length, 8);
  assert.ok(untuned.every((name) => name.startsWith("eyeLook")));
  for (const name of channelNames) {
    const region = regionOf(name);
    assert.ok(region === null || regions.includes(region), name);
  }
  assert.equal(regionOf("mouthClose"), "jaw");
  assert.equal(regionOf("noseSneerLeft"), "cheeks");
});

test("natural changes nothing", () => {
  const next = chance(1);
  for (let round = 0; round < 50; round += 1) {
    const state = randomState(next);
    const shown = expressiveState(state, naturalExpressiveness());
    assert.deepEqual(shown, state);
  }
});

test("the state and the settings given are not changed", () => {
  const state = randomState(chance(2));
  const before = structuredClone(state);
  const settings = naturalExpressiveness();
  for (const region of regions) settings.gains[region] = 1.7;
  const settingsBefore = structuredClone(settings);
  expressiveState(state, settings);
  assert.deepEqual(state, before);
  assert.deepEqual(settings, settingsBefore);
});

test("coefficients stay in 0…1, keep their order, and grow with the gain", () => {
  for (let gain = 0; gain <= 2; gain += 0.1) {
    for (const curve of [scaled, scaledBlink]) {
      let last = -1;
      for (let value = 0; value <= 1; value += 0.01) {
        const result = curve(value, gain);
        assert.ok(result >= 0 && result <= 1 + 1e-12);
        assert.ok(result >= last - 1e-12);
        assert.ok(curve(value, gain + 0.1) >= result - 1e-12);
        last = result;
      }
    }
  }
  assert.ok(Math.abs(scaled(0.01, 2) / 0.01 - 2) < 0.03, "twice of a small movement");
  assert.equal(scaled(1, 2), 1);
  assert.equal(scaled(0.5, 1), 0.5);
});

test("a shut eye is shut at any gain, a half open one follows", () => {
  for (const gain of [0, 0.3, 1, 1.5, 2]) assert.equal(scaledBlink(1, gain), 1);
  assert.ok(scaledBlink(0.3, 0.5) < 0.16);
});

test("each region moves its own channels only", () => {
  const state = randomState(chance(3));
  for (const region of regions) {
    const settings = naturalExpressiveness();
    settings.gains[region] = 0.5;
    const shown = expressiveState(state, settings);
    for (const [index, name] of channelNames.entries()) {
      const changed = Math.abs(shown.expression[index] - state.expression[index]) > 1e-6;
      const shut = name.startsWith("eyeBlink") && state.expression[index] > 0.8;
      assert.equal(changed, regionOf(name) === region && !shut, `${region}: ${name}`);
    }
    assert.equal(shown.head === state.head, region !== "head");
    assert.deepEqual(shown.gaze, state.gaze);
    assert.deepEqual(shown.torso, state.torso);
  }
});

test("closed lips never go further than the jaw is open", () => {
  const next = chance(4);
  const settings = naturalExpressiveness();
  settings.rest = { expression: new Float32Array(52), head: new Float32Array(6) };
  settings.rest.expression[channel.jawOpen] = 0.3;
  for (let round = 0; round < 200; round += 1) {
    settings.gains.jaw = next() * 2;
    const { expression } = expressiveState(randomState(next), settings);
    assert.ok(expression[channel.mouthClose] <= expression[channel.jawOpen]);
  }
});

test("a calibrated rest is shown as rest, and the whole range stays", () => {
  const state = restingState();
  const settings = naturalExpressiveness();
  const rest = { expression: new Float32Array(52), head: new Float32Array(6) };
  rest.expression[channel.mouthFrownLeft] = 0.25;
  settings.rest = rest;
  state.expression[channel.mouthFrownLeft] = 0.25;
  assert.equal(expressiveState(state, settings).expression[channel.mouthFrownLeft], 0);
  state.expression[channel.mouthFrownLeft] = 1;
  assert.equal(expressiveState(state, settings).expression[channel.mouthFrownLeft], 1);
  rest.expression[channel.jawOpen] = 0.95;
  state.expression[channel.jawOpen] = 0.9;
  assert.ok(
    expressiveState(state, settings).expression[channel.jawOpen] > 0.7,
    "a mouth open while calibrating does not close for good");
});

test("the head's turn from rest is multiplied as the torso sees it, up to fifty degrees", () => {
  const settings = naturalExpressiveness();
  const state = restingState([Math.PI - 0.02, 0.01, 0, 0, 0, 50]);
  state.head = Float32Array.from(composed(state.torso, [0, 0.3, 0, 1, 0, 0]));
  settings.gains.head = 1.5;
  const shown = torsoFromHead(expressiveState(state, settings));
  assertNear(shown, [0, 0.45, 0, 1.5, 0, 0], 1e-4);
  settings.gains.head = 0;
  assertNear(torsoFromHead(expressiveState(state, settings)), [0, 0, 0, 0, 0, 0], 1e-4);
  settings.gains.head = 2;
  state.head = Float32Array.from(composed(state.torso, [0, 0.6, 0, 0, 0, 0]));
  assert.ok(Math.abs(angle(torsoFromHead(expressiveState(state, settings))) - mostHeadTurn) < 1e-4);
  state.head = Float32Array.from(composed(state.torso, [0, 1.2, 0, 0, 0, 0]));
  assert.ok(
    Math.abs(angle(torsoFromHead(expressiveState(state, settings))) - 1.2) < 1e-4,
    "who turns further than that is not turned back");
});

test("the head keeps still at rest whatever its rest is", () => {
  const settings = naturalExpressiveness();
  settings.gains.head = 1.8;
  const rest = [0.1, -0.2, 0.05, 0.5, 1, -0.4];
  settings.rest = { expression: new Float32Array(52), head: Float32Array.from(rest) };
  const state = restingState([Math.PI - 0.02, 0.01, 0, 0, 0, 50]);
  state.head = Float32Array.from(composed(state.torso, rest));
  assertNear(torsoFromHead(expressiveState(state, settings)), rest, 1e-4);
});

test("poses compose and invert also where rotation vectors jump", () => {
  const next = chance(5);
  for (let round = 0; round < 200; round += 1) {
    const a = [Math.PI * (next() > 0.5 ? 1 : -1) * 0.999, next() * 0.1, next() * 0.1, 1, 2, 50];
    const b = [next(), next(), next(), next(), next(), next()];
    const back = composed(inverted(a), composed(a, b));
    assertNear(back.slice(3), b.slice(3), 1e-9);
    const q = quaternionFromPose(back), p = quaternionFromPose(b);
    assert.ok(Math.abs(q.reduce((sum, x, i) => sum + x * p[i], 0)) > 1 - 1e-9);
  }
});

test("gains that are no numbers count as natural, others are clamped", () => {
  const state = randomState(chance(6));
  const settings = naturalExpressiveness();
  settings.gains.mouth = Number.NaN;
  assert.deepEqual(expressiveState(state, settings), state);
  settings.gains.mouth = 1e6;
  const wild = expressiveState(state, settings);
  settings.gains.mouth = 2;
  assert.deepEqual(wild, expressiveState(state, settings));
});

test("presets are within range, each is recognised, and natural is natural", () => {
  for (const preset of presets) {
    for (const region of regions) assert.ok(preset.gains[region] >= 0 && preset.gains[region] <= 2);
    assert.equal(presetOf({ ...preset.gains }), preset);
  }
  assert.equal(presetOf(naturalExpressiveness().gains)?.name, "Natural");
  assert.equal(presetOf({ ...presets[0].gains, jaw: 1.23 }), null);
});
