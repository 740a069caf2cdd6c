import assert from "node:assert/strict";
import { test } from "node:test";
import {
  arrangementNames, eyesAt, middleOf, screenOf, seatsOf, viewOf,
} from "../../Web/room/scene/seats.js";
import { distance, dot, forwardOf, minus, normalised } from "../../Web/room/scene/vectors.js";

const near = (a, b, tolerance = 1e-6) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test("arrangements have as many seats as the protocol says", () => {
  const counts = Object.fromEntries(arrangementNames.map((name) => [name, seatsOf(name).length]));
  assert.deepEqual(counts, { facing: 2, table: 8, stage: 12, sofa: 4 });
  assert.throws(() => seatsOf("ring"), RangeError);
  assert.throws(() => seatsOf("constructor"), RangeError);
});

test("two sit 1.2 m apart, eye to eye", () => {
  const [a, b] = seatsOf("facing");
  near(distance(eyesAt(a), eyesAt(b)), 1.2);
  const towards = normalised(minus(eyesAt(b), eyesAt(a)));
  near(dot(forwardOf(a[2]), towards), 1);
  near(dot(forwardOf(b[2]), towards), -1);
});

test("everyone at the table looks at its middle, from 1.3 m", () => {
  for (const [x, z, yaw] of seatsOf("table")) {
    near(Math.hypot(x, z), 1.3);
    near(dot(forwardOf(yaw), normalised([-x, 0, -z])), 1);
  }
});

test("on stage one faces eleven, who all look at the one", () => {
  const [one, ...eleven] = seatsOf("stage");
  const speaker = eyesAt(one), facing = forwardOf(one[2]);
  for (const seat of eleven) {
    const to = normalised(minus(eyesAt(seat), speaker));
    assert.ok(dot(to, facing) > 0.3, "before the speaker, not beside");
    near(dot(forwardOf(seat[2]), to), -1);
  }
});

test("the sofa is curved and looks at the screen", () => {
  const seats = seatsOf("sofa"), { center } = screenOf("sofa");
  assert.ok(seats[0][0] < seats[3][0] && seats[0][1] < seats[1][1]);
  for (const seat of seats) {
    assert.ok(dot(forwardOf(seat[2]), normalised(minus(center, eyesAt(seat)))) > 0.5);
  }
});

test("nobody sits nearer to another than shoulders are wide", () => {
  for (const name of arrangementNames) {
    const seats = seatsOf(name);
    seats.forEach((a, i) => seats.slice(0, i).forEach((b) =>
      assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) > 0.65, `${name} ${i}`)));
  }
});

test("seats, views and middles are finite, and the caller's own", () => {
  for (const name of arrangementNames) {
    const seats = seatsOf(name);
    assert.ok([...seats.flat(), ...middleOf(name), ...Object.values(viewOf(name))]
      .every(Number.isFinite));
    seats[0][0] = 99;
    assert.notEqual(seatsOf(name)[0][0], 99);
  }
});

test("a yaw of 0 looks along −z and grows to the left", () => {
  assert.deepEqual(forwardOf(0).map((v) => Math.round(v) + 0), [0, 0, -1]);
  assert.deepEqual(forwardOf(Math.PI / 2).map((v) => Math.round(v) + 0), [-1, 0, 0]);
});

test("a shared screen covers nobody's head", () => {
  for (const name of arrangementNames) {
    const { center, width, yaw } = screenOf(name), seats = seatsOf(name);
    const low = center[1] - (width * 9) / 32, side = forwardOf(yaw - Math.PI / 2);
    const corners = [-0.5, 0, 0.5].map((share) =>
      [center[0] + share * width * side[0], low, center[2] + share * width * side[2]]);
    for (const seat of seats) {
      const eye = eyesAt(seat);
      for (const other of seats.filter((s) => s !== seat)) {
        // A head's top, as far up as a screen's lower edge, in the same direction.
        const head = minus([...eyesAt(other)], eye), away = Math.hypot(head[0], head[2]);
        for (const corner of corners) {
          const to = minus(corner, eye), far = Math.hypot(to[0], to[2]);
          const turn = Math.acos((head[0] * to[0] + head[2] * to[2]) / away / far);
          if (turn > 0.12 / away || dot(forwardOf(seat[2]), normalised(to)) < 0.5) continue;
          assert.ok(to[1] / far > 0.14 / away, `${name}: from ${seat} over ${other}`);
        }
      }
    }
  }
});
