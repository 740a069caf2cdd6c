import assert from "node:assert/strict";
import { test } from "node:test";
import { BustFade } from "../../Web/scene/bust.js";

/** Half a turn about x: the torso's y axis points up, which is −y of the camera. */
const upright = Float32Array.from([Math.PI, 0, 0, 1, 2, 50]);
const share = ([a, b, c, d], [x, y, z]) => a * x + b * y + c * z + d;

/** A column of splats from 10 above the torso's origin to 20 below, in camera coordinates. */
const column = (torso = upright) => ({
  count: 301, centers: Float32Array.from({ length: 903 }, (_, i) =>
    [1, 2 - 10 + Math.floor(i / 3) * 0.1, 50][i % 3]),
  state: { torso },
});

test("a bust fades over its lowest centimetres, stragglers aside", () => {
  const fade = new BustFade(6).of(column());
  // The end: 2 % of 30 cm above the lowest splat, at y = 22.
  assert.ok(Math.abs(share(fade, [1, 21.4, 50])) < 0.02);
  assert.ok(Math.abs(share(fade, [1, 18.4, 50]) - 0.5) < 0.02);
  assert.ok(share(fade, [1, 15, 50]) > 1);
});

test("it leans with the torso", () => {
  const fade = new BustFade(6);
  fade.of(column());
  const frame = column();
  // A quarter turn about z after the half turn about x: up is +x.
  const s = Math.PI / Math.SQRT2;
  frame.state.torso = Float32Array.from([s, s, 0, 1, 2, 50]);
  const plane = fade.of(frame);
  assert.ok(share(plane, [1 + 10, 2, 50]) > 1);
  assert.ok(share(plane, [1 - 25, 2, 50]) < 0);
  assert.ok(Math.abs(share(plane, [1, 2, 50]) - share(plane, [1, 30, 50])) < 1e-4);
});

test("nothing to show fades nothing", () => {
  const frame = { count: 0, centers: new Float32Array(0), state: { torso: new Float32Array(6) } };
  assert.deepEqual(new BustFade().of(frame), [0, 0, 0, 1]);
});
