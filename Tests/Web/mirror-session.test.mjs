import assert from "node:assert/strict";
import { test } from "node:test";
import { channel } from "../../Web/mirror/channels.js";
import { MirrorSession } from "../../Web/mirror/session.js";
import { standardSettings } from "../../Web/mirror/settings.js";
import { restingState } from "../../Web/mirror/state.js";

const settled = () => new Promise((resolve) => { setTimeout(resolve, 0); });

/** A tracker that opens the mouth more with each frame, when it is let. */
class FakeTracker {
  seen = [];
  #waiting = [];

  track(picture, time) {
    this.seen.push(picture.number);
    return new Promise((resolve, reject) => { this.#waiting.push({ resolve, reject, picture, time }); });
  }

  answer(more = {}) {
    const { resolve, picture, time } = this.#waiting.shift();
    const state = restingState();
    state.time = time;
    state.expression[channel.jawOpen] = picture.number / 100;
    resolve({ state, faceCount: 1, confidence: 1, isTracked: true, ...more });
    return settled();
  }

  fail(error) {
    this.#waiting.shift().reject(error);
    return settled();
  }
}

class FakeAvatar {
  info = { resting: restingState([Math.PI, 0, 0, 0, 0, 60], [0, 0.1, 0, 0.1]) };
  posed = [];

  async pose(state, { eye }) {
    this.posed.push({ state, eye });
    return { state, poseMs: 1, sortMs: 1, count: 0 };
  }
}

function made(events = {}) {
  const shown = [], sent = [], seen = [];
  const view = {
    eye: [0, 0, 0],
    pose: (avatar, state) => avatar.pose(state, { eye: view.eye }),
    show: (frame, passage) => shown.push({ frame, passage }),
  };
  const session = new MirrorSession(view, { ...standardSettings(), smoothing: 0 }, {
    onsend: (state) => sent.push(state), onseen: (what) => seen.push(what), ...events,
  });
  const avatar = new FakeAvatar(), tracker = new FakeTracker();
  return { session, view, avatar, tracker, shown, sent, seen };
}

let closed = [];
function frame(number) {
  return {
    picture: { number, close: () => closed.push(number) }, time: number / 30, arrived: number * 33,
  };
}

const jaw = (state) => Math.round(state.expression[channel.jawOpen] * 100);

test("an avatar is shown at rest, in its own place, before there is a camera", async () => {
  const { session, avatar, shown, sent } = made();
  session.setAvatar(avatar);
  await settled();
  assert.equal(shown.length, 1);
  assert.deepEqual(shown[0].frame.state.head, avatar.info.resting.head);
  assert.equal(shown[0].passage.arrived, undefined);
  assert.equal(sent.length, 0, "rest is not sent");
});

test("one frame is looked at, the newest waits, others are closed unseen", async () => {
  closed = [];
  const { session, avatar, tracker, shown, sent } = made();
  session.setAvatar(avatar);
  session.setTracker(tracker);
  for (const number of [1, 2, 3, 4]) session.offerFrame(frame(number));
  assert.deepEqual(tracker.seen, [1]);
  assert.deepEqual(closed, [2, 3]);
  await tracker.answer();
  await tracker.answer();
  assert.deepEqual(tracker.seen, [1, 4]);
  assert.deepEqual(closed, [2, 3, 1, 4]);
  assert.deepEqual(sent.map(jaw), [1, 4]);
  assert.equal(shown.at(-1).passage.arrived, 4 * 33);
  assert.equal(session.droppedFrames, 2);
});

test("without a tracker frames are closed", () => {
  closed = [];
  const { session } = made();
  session.offerFrame(frame(7));
  assert.deepEqual(closed, [7]);
});

test("frozen, the face stays and what is sent goes on; the eye may move", async () => {
  const { session, view, avatar, tracker, shown, sent } = made();
  session.setAvatar(avatar);
  session.setTracker(tracker);
  session.offerFrame(frame(10));
  await tracker.answer();
  session.frozen = true;
  session.offerFrame(frame(20));
  await tracker.answer();
  assert.deepEqual(sent.map(jaw), [10, 20]);
  assert.equal(jaw(shown.at(-1).frame.state), 10);
  view.eye = [30, 0, 10];
  session.refresh();
  await settled();
  assert.deepEqual(avatar.posed.at(-1).eye, [30, 0, 10]);
  assert.equal(jaw(avatar.posed.at(-1).state), 10);
  session.frozen = false;
  session.offerFrame(frame(30));
  await tracker.answer();
  assert.equal(jaw(shown.at(-1).frame.state), 30);
});

test("sliders change what is sent and what is shown, also of a face that is held", async () => {
  const { session, avatar, tracker, shown, sent } = made();
  session.setAvatar(avatar);
  session.setTracker(tracker);
  session.settings.expressiveness.gains.jaw = 0.5;
  session.offerFrame(frame(40));
  await tracker.answer();
  assert.equal(jaw(sent[0]), 20);
  assert.equal(jaw(shown.at(-1).frame.state), 20);
  session.settings.expressiveness.gains.jaw = 0;
  session.refresh();
  await settled();
  assert.equal(jaw(shown.at(-1).frame.state), 0);
  assert.equal(sent.length, 1, "a slider alone sends nothing");
});

test("a face that is not there moves nothing, and is told", async () => {
  const { session, avatar, tracker, sent, seen } = made();
  session.setAvatar(avatar);
  session.setTracker(tracker);
  session.offerFrame(frame(1));
  await tracker.answer({ state: null, faceCount: 0, isTracked: false });
  assert.equal(sent.length, 0);
  assert.equal(seen[0].faceCount, 0);
});

test("a tracker that fails is told once, one that was replaced is not", async () => {
  const failures = [];
  const { session, avatar, tracker } = made({ onfailure: (error, from) => failures.push([error.message, from]) });
  session.setAvatar(avatar);
  session.setTracker(tracker);
  session.offerFrame(frame(1));
  await tracker.fail(new Error("The core stopped."));
  assert.deepEqual(failures, [["The core stopped.", "tracker"]]);
  session.offerFrame(frame(2));
  session.setTracker(null);
  await tracker.fail(new Error("The tracker has been closed."));
  assert.equal(failures.length, 1);
});

test("an odd picture is passed over, ten in a row are a failure", async () => {
  const failures = [];
  const { session, avatar, tracker, sent } = made({ onfailure: (error) => failures.push(error) });
  session.setAvatar(avatar);
  session.setTracker(tracker);
  const odd = Object.assign(new Error("This picture is too small."), { code: 31 });
  for (let number = 0; number < 9; number += 1) {
    session.offerFrame(frame(number));
    await tracker.fail(odd);
  }
  session.offerFrame(frame(9));
  await tracker.answer();
  assert.equal(failures.length, 0);
  assert.equal(sent.length, 1);
  for (let number = 10; number < 25; number += 1) {
    session.offerFrame(frame(number));
    await tracker.fail(odd);
  }
  assert.deepEqual(failures, [odd]);
});

test("calibration hears a second of tracked faces, before gains", async () => {
  const { session, avatar, tracker } = made();
  session.setAvatar(avatar);
  session.setTracker(tracker);
  session.settings.expressiveness.gains.jaw = 2;
  const rest = session.calibrate();
  let found = null;
  rest.then((each) => { found = each; });
  for (let number = 0; number <= 30; number += 1) {
    assert.equal(found, null);
    session.offerFrame({ ...frame(12), time: number / 30 });
    await tracker.answer();
    if (number === 5) {
      session.offerFrame({ ...frame(90), time: number / 30 });
      await tracker.answer({ isTracked: false });
    }
  }
  assert.ok(Math.abs(found.expression[channel.jawOpen] - 0.12) < 1e-6);
});
