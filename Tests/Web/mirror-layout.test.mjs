import assert from "node:assert/strict";
import { test } from "node:test";
import { insetsOf } from "../../Web/mirror/layout.js";

const stage = { width: 1000, height: 800 };
const box = (left, top, right, bottom) => ({ left, top, right, bottom });

test("bars count at their edges, the thickest one decides", () => {
  assert.deepEqual(
    insetsOf(stage, [box(0, 0, 1000, 60), box(300, 700, 700, 780), box(0, 0, 1000, 40)]),
    { top: 60, right: 0, bottom: 100, left: 0 });
});

test("a panel counts at its side, a sheet from below", () => {
  assert.equal(insetsOf(stage, [box(680, 70, 990, 700)]).right, 320);
  assert.equal(insetsOf({ width: 360, height: 640 }, [box(8, 340, 352, 540)]).bottom, 300);
});

test("what is hidden, or covers nearly all, does not count", () => {
  const none = { top: 0, right: 0, bottom: 0, left: 0 };
  assert.deepEqual(insetsOf(stage, [box(0, 0, 0, 0), box(0, 0, 1000, 800)]), none);
});
