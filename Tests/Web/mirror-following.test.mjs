import assert from "node:assert/strict";
import { test } from "node:test";
import { channel } from "../../Web/mirror/channels.js";
import { Newest } from "../../Web/mirror/newest.js";
import { OneEuro } from "../../Web/mirror/one-euro.js";
import { Recent } from "../../Web/mirror/recent.js";
import { RestFace } from "../../Web/mirror/rest-face.js";
import { composed, quaternionFromPose } from "../../Web/mirror/rotation.js";
import { loadSettings, saveSettings, settingsFrom, standardSettings } from "../../Web/mirror/settings.js";
import { StateSmoother, addedDelay } from "../../Web/mirror/smoothing.js";
import { restingState } from "../../Web/mirror/state.js";

/** States thirty times a second, each changed by `change(state, index)`. */
function states(count, change) {
  return Array.from({ length: count }, (_, index) => {
    const state = restingState([Math.PI - 0.001, 0, 0, 0, 0, 50]);
    state.time = index / 30;
    change(state, index);
    return state;
  });
}

test("no smoothing passes the very state", () => {
  const smoother = new StateSmoother();
  const [state] = states(1, () => {});
  assert.equal(smoother.apply(state), state);
  assert.equal(addedDelay(0), 0);
});

test("smoothing quiets noise at rest and lets a fast movement through", () => {
  const smoother = new StateSmoother();
  smoother.amount = 1;
  const noisy = states(120, (state, i) => {
    state.expression[channel.jawOpen] = 0.3 + (i % 2 ? 0.01 : -0.01);
  });
  const still = noisy.map((state) => smoother.apply(state).expression[channel.jawOpen]).slice(60);
  assert.ok(Math.max(...still) - Math.min(...still) < 0.01, "half of the noise at most");

  smoother.reset();
  const blink = states(60, (state, i) => {
    state.expression[channel.eyeBlinkLeft] = i >= 30 && i < 36 ? 1 : 0;
  });
  const shown = blink.map((state) => smoother.apply(state).expression[channel.eyeBlinkLeft]);
  assert.ok(shown[32] > 0.8, `a blink shuts the eye within three frames: ${shown[32]}`);
});

test("more smoothing never answers a step sooner", () => {
  const step = states(40, (state, i) => { state.expression[channel.browInnerUp] = i < 20 ? 0 : 0.4; });
  const after = [0, 0.25, 0.5, 1].map((amount) => {
    const smoother = new StateSmoother();
    smoother.amount = amount;
    return step.map((state) => smoother.apply(state).expression[channel.browInnerUp])[21];
  });
  for (let i = 1; i < after.length; i += 1) assert.ok(after[i] <= after[i - 1], String(after));
  assert.ok(after[0] > after[3]);
});

test("a head that faces the camera does not jump where rotation vectors do", () => {
  const smoother = new StateSmoother();
  smoother.amount = 0.6;
  let last = null;
  for (const state of states(60, (each, i) => {
    const wobble = 0.004 * Math.sin(i);
    // Through π: the rotation vector's sign changes, the head hardly moves.
    const angle = Math.PI + wobble;
    each.head[0] = angle > Math.PI ? angle - 2 * Math.PI : angle;
  })) {
    const q = quaternionFromPose(smoother.apply(state).head);
    if (last) {
      const dot = Math.abs(q.reduce((sum, x, i) => sum + x * last[i], 0));
      assert.ok(2 * Math.acos(Math.min(dot, 1)) < 0.01);
    }
    last = q;
  }
});

test("the filter starts anew after a pause and after a step back in time", () => {
  const filter = new OneEuro();
  const first = [0];
  filter.apply(first, 0, 1, 0);
  const late = [1];
  filter.apply(late, 2, 1, 0);
  assert.equal(late[0], 1);
  const back = [5];
  filter.apply(back, 1, 1, 0);
  assert.equal(back[0], 5);
});

test("a rest face is a second of the middle of what was seen, blinks left out", () => {
  const rest = new RestFace();
  const torsoFromHead = [0.05, 0.1, 0, 0, 1, 0];
  let seen = 0;
  for (const state of states(60, (each, i) => {
    each.expression[channel.mouthSmileLeft] = 0.2;
    each.expression[channel.eyeBlinkLeft] = i >= 10 && i < 15 ? 1 : 0.1;
    each.head = Float32Array.from(composed(each.torso, torsoFromHead));
  })) {
    if (rest.progress === 1) break;
    assert.equal(rest.rest(), null);
    rest.add(state);
    seen += 1;
  }
  assert.equal(seen, 31);
  const found = rest.rest();
  assert.ok(Math.abs(found.expression[channel.mouthSmileLeft] - 0.2) < 1e-6);
  assert.ok(Math.abs(found.expression[channel.eyeBlinkLeft] - 0.1) < 1e-6);
  found.head.forEach((x, i) => assert.ok(Math.abs(x - torsoFromHead[i]) < 1e-4));
});

test("settings come back as they were saved, for their avatar only", () => {
  const kept = new Map();
  const storage = { getItem: (k) => kept.get(k) ?? null, setItem: (k, v) => kept.set(k, v) };
  const settings = standardSettings();
  settings.expressiveness.gains.mouth = 1.6;
  settings.expressiveness.rest = {
    expression: new Float32Array(52).fill(0.125), head: Float32Array.of(0.5, 0, 0, 1, 2, 3),
  };
  settings.smoothing = 0.75;
  settings.mirrored = false;
  assert.equal(saveSettings("a", settings, storage), true);
  assert.deepEqual(loadSettings("a", storage), settings);
  assert.deepEqual(loadSettings("b", storage), standardSettings());
});

test("damaged settings are standard where they are damaged", () => {
  assert.deepEqual(loadSettings("a", { getItem: () => "{not json" }), standardSettings());
  const refusing = () => { throw new Error("denied"); };
  assert.deepEqual(loadSettings("a", { getItem: refusing }), standardSettings());
  assert.equal(saveSettings("a", standardSettings(), { setItem: refusing }), false);
  for (const odd of [1, "x", [], { gains: 3 }, { gains: { mouth: 9, jaw: "1" }, rest: { expression: [1] } },
    { smoothing: -1, mirrored: 0, rest: { expression: Array(52).fill("a"), head: Array(6).fill(0) } }]) {
    assert.deepEqual(settingsFrom(odd), standardSettings());
  }
  assert.equal(settingsFrom({ gains: { mouth: 0.5, jaw: 7 } }).expressiveness.gains.mouth, 0.5);
});

test("one at a time, the newest wins, and what is skipped is let go", async () => {
  const worked = [], released = [];
  let finish = () => {};
  const newest = new Newest(
    (item) => {
      worked.push(item);
      return new Promise((resolve) => { finish = resolve; });
    },
    (item) => released.push(item));
  newest.offer(1);
  newest.offer(2);
  newest.offer(3);
  assert.deepEqual(worked, [1]);
  finish();
  await new Promise((resolve) => { setImmediate(resolve); });
  assert.deepEqual(worked, [1, 3]);
  assert.deepEqual(released, [2]);
  assert.equal(newest.dropped, 1);
  newest.offer(4);
  newest.close();
  newest.offer(5);
  assert.deepEqual(released, [2, 4, 5]);
  finish();
  await new Promise((resolve) => { setImmediate(resolve); });
  assert.deepEqual(worked, [1, 3]);
});

test("recent measurements give a median and a rate, and fall silent", () => {
  const recent = new Recent(5);
  assert.equal(recent.median, null);
  [9, 1, 2, 3, 100, 4].forEach((value, i) => recent.add(value, i * 50));
  assert.equal(recent.median, 3);
  assert.equal(recent.rate(250), 20);
  assert.equal(recent.rate(2300), null);
  recent.clear();
  assert.equal(recent.median, null);
});
