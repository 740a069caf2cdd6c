import assert from "node:assert/strict";
import { test } from "node:test";
import { QualityGovernor, steps } from "../../Web/scene/quality.js";

/**
 * Plays frames on a display that shows a frame at its next refresh after the work is done.
 * `workOf(scale, now)` is milliseconds.
 */
function play(governor, seconds, workOf, { refresh = 1000 / 60, from = 0 } = {}) {
  const scales = [];
  let now = from;
  while (now < from + 1000 * seconds) {
    const scale = governor.tick(now);
    scales.push(scale);
    now += refresh * Math.max(1, Math.ceil(workOf(scale, now) / refresh - 1e-6));
  }
  return { scales, now, changes: scales.filter((s, i) => i > 0 && s !== scales[i - 1]).length };
}

test("a fast display keeps full resolution", () => {
  const { scales } = play(new QualityGovernor(), 20, () => 5);
  assert.deepEqual([...new Set(scales)], [1]);
});

test("work that grows with pixels is held to the frame rate", () => {
  const governor = new QualityGovernor();
  const { scales } = play(governor, 10, (scale) => 24 * scale * scale);
  assert.ok(24 * scales.at(-1) ** 2 <= 1000 / 60);
  assert.ok(scales.at(-1) >= 0.72);
  assert.ok(governor.rate > 57);
});

test("at the edge of what it can do it does not swing", () => {
  const governor = new QualityGovernor();
  // Full size is too slow, the next step just fast enough.
  play(governor, 60, (scale) => 20 * scale * scale);
  const { changes } = play(governor, 120, (scale) => 20 * scale * scale, { from: 60000 });
  assert.ok(changes <= 6, `${changes} changes in two minutes`);
});

test("full resolution comes back when the load has gone", () => {
  const governor = new QualityGovernor();
  const first = play(governor, 20, (scale) => 60 * scale * scale);
  assert.ok(first.scales.at(-1) <= 0.5);
  const { scales } = play(governor, 120, () => 4, { from: first.now });
  assert.equal(scales.at(-1), 1);
});

test("a smaller picture that is no faster is taken back", () => {
  const governor = new QualityGovernor();
  const { scales } = play(governor, 60, () => 40);
  const full = scales.filter((s) => s === 1).length / scales.length;
  assert.ok(full > 0.9, `${full} at full size`);
  assert.equal(scales.at(-1), 1);
});

test("pictures drawn seldom are no sign of slowness", () => {
  const governor = new QualityGovernor();
  for (let now = 0; now < 60000; now += 1500) governor.tick(now);
  assert.equal(governor.scale, 1);
});

test("displays of 30 to 240 Hz are known for what they are", () => {
  for (const hertz of [30, 50, 90, 120, 240]) {
    const { scales } = play(new QualityGovernor(), 20, () => 1, { refresh: 1000 / hertz });
    assert.equal(scales.at(-1), 1, `${hertz} Hz`);
  }
});

test("steps go down, and stop at the last", () => {
  const governor = new QualityGovernor();
  const { scales } = play(governor, 30, (scale) => 400 * scale * scale);
  assert.equal(scales.at(-1), steps.at(-1));
  assert.ok(scales.every((s, i) => i === 0 || s <= scales[i - 1]));
});
