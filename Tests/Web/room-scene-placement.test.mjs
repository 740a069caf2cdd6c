import assert from "node:assert/strict";
import { test } from "node:test";
import { Placement } from "../../Web/room/scene/placement.js";
import { eyesAt, seatsOf } from "../../Web/room/scene/seats.js";
import {
  distance, dot, forwardOf, minus, moved, normalised,
} from "../../Web/room/scene/vectors.js";

const near = (a, b, tolerance = 1e-4) =>
  a.forEach((v, i) => assert.ok(Math.abs(v - b[i]) <= tolerance, `${a} is not ${b}`));

/** A capture that looked down on its person a little, from the side. */
const info = {
  reference: Float32Array.from([3.0, 0.02, -0.1, 6, 2, 58]),
  eyeCenters: [[3, 2, 2], [-3, 2, 2]],
};

const seated = (seat) => {
  const placement = new Placement(info);
  placement.moveTo(eyesAt(seat), seat[2]);
  return placement;
};

test("eyes at rest are at the seat's eye point", () => {
  for (const seat of seatsOf("table")) {
    near(seated(seat).worldFromHead(info.reference), eyesAt(seat));
  }
});

test("who looks into their camera looks at whoever is opposite", () => {
  const [me, other] = seatsOf("facing"), placement = seated(other);
  // The camera is where its coordinates begin.
  const m = placement.worldFromCamera, camera = [m[12], m[13], m[14]];
  const toCamera = normalised(minus(camera, placement.eyes));
  const toMe = normalised(minus(eyesAt(me), placement.eyes));
  near(toCamera, toMe);
});

test("avatars are life size and upright, not mirrored", () => {
  const placement = seated([0.4, -1, 0.7]), m = placement.worldFromCamera;
  const left = placement.worldFromHead(info.reference, [3, 0, 0]);
  const right = placement.worldFromHead(info.reference, [-3, 0, 0]);
  assert.ok(Math.abs(distance(left, right) - 0.06) < 1e-6);
  const columns = [0, 4, 8].map((i) => [m[i], m[i + 1], m[i + 2]]);
  columns.forEach((c) => assert.ok(Math.abs(Math.hypot(...c) - 0.01) < 1e-7));
  const [a, b, c] = columns;
  assert.ok(dot([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]],
    c) > 0);
  // Their left is to the right of whoever looks at them.
  const side = forwardOf(0.7 - Math.PI / 2);
  assert.ok(dot(minus(left, right), side) < 0);
});

test("the mouth is below the eyes and goes with the head", () => {
  const placement = seated([0, -0.6, Math.PI]);
  const rest = placement.mouth();
  assert.ok(rest.position[1] < 1.2 - 0.05 && rest.position[1] > 1.2 - 0.09);
  assert.ok(dot(rest.forward, forwardOf(Math.PI)) > 0.97);
  const head = info.reference.slice();
  head[3] -= 5;
  const away = minus(placement.mouth(head).position, rest.position);
  // Left in the camera's picture is left for whoever is opposite.
  near(away, [-0.05, 0, 0], 0.006);
  const turned = info.reference.slice();
  turned.set([3.0, 0.02, 0.7]);
  assert.ok(dot(placement.mouth(turned).forward, rest.forward) < 0.95);
});

test("a live camera elsewhere is the new rest, small movements are not", () => {
  const placement = seated([0, 0, 0]);
  const near5 = info.reference.slice();
  near5[3] += 5;
  placement.follow(near5, 0);
  assert.ok(distance(placement.worldFromHead(near5), placement.eyes) > 0.04);
  placement.reset();
  const far = info.reference.slice();
  far.set([-25, 10, 80], 3);
  placement.follow(far, 0);
  near(placement.worldFromHead(far), placement.eyes, 1e-5);
});

test("a head that stays away is followed, as fast at any rate", () => {
  const after = (rate) => {
    const placement = seated([0, 0, 0]);
    placement.follow(info.reference, 0);
    const away = info.reference.slice();
    away[3] += 20;
    for (let i = 0; i < rate; i += 1) placement.follow(away, 1 / rate);
    return distance(placement.worldFromHead(away), placement.eyes);
  };
  assert.ok(after(30) < 0.15 && after(30) > 0.05);
  assert.ok(Math.abs(after(30) - after(5)) < 0.01);
});

test("heads that are nowhere change nothing", () => {
  const placement = seated([0, 0, 0]), before = placement.worldFromCamera.slice();
  for (const bad of [NaN, Infinity, -50]) {
    const head = info.reference.slice();
    head[5] = bad;
    placement.follow(head, 0.03);
    assert.deepEqual(placement.worldFromCamera, before);
  }
});

test("camera and room are inverse to each other", () => {
  const placement = seated([1, 2, 0.4]), point = [0.3, 1.1, -2];
  const [x, y, z] = placement.cameraFromWorld(point), m = placement.worldFromCamera;
  near([0, 1, 2].map((r) => m[r] * x + m[4 + r] * y + m[8 + r] * z + m[12 + r]), point, 1e-4);
  near(moved([0, 0, Math.PI / 2, 1, 0, 0], [1, 0, 0]), [1, 1, 0]);
});

test("a headset's head stays where it leans, however long, and a camera's rest is forgotten", () => {
  const placement = seated([0, 0.6, 0]), rest = [...placement.eyes];
  // Before a camera that stands elsewhere, the rest went along.
  const head = info.reference.slice();
  head[3] += 30;
  for (let i = 0; i < 30; i += 1) placement.follow(head, 0.1);
  assert.ok(distance(placement.worldFromHead(head), rest) < 0.05);
  for (let i = 0; i < 120; i += 1) placement.stay(0.1);
  near(placement.worldFromHead(info.reference), rest, 1e-3);
  const leaning = placement.worldFromHead(head);
  for (let i = 0; i < 100; i += 1) placement.stay(0.1);
  near(placement.worldFromHead(head), leaning, 1e-3);
  assert.ok(Math.abs(distance(leaning, rest) - 0.3) < 0.01);
});
