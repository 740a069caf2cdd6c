import assert from "node:assert/strict";
import { test } from "node:test";
import { arrange, writeOrder } from "../../Web/scene/arrangement.js";
import * as m from "../../Web/scene/matrices.js";
import { straightened } from "../../Web/scene/picture.js";
import { SplatLayer } from "../../Web/scene/splat-layer.js";

const close = (a, b, tolerance = 1e-5) => {
  assert.equal(a.length, b.length);
  a.forEach((v, i) => assert.ok(Math.abs(v - b[i]) <= tolerance, `${a} is not ${b}`));
};
const camera = { width: 640, height: 480, focalLength: [700, 690], center: [333, 222] };

/** Where a point of camera coordinates lands, pixels from the upper left corner. */
function pixelOf(projection, { width, height }, [x, y, z]) {
  const clip = [0, 1, 2, 3].map((r) =>
    projection[r] * x - projection[4 + r] * y - projection[8 + r] * z + projection[12 + r]);
  return [(clip[0] / clip[3] * 0.5 + 0.5) * width, (0.5 - clip[1] / clip[3] * 0.5) * height];
}

test("a pinhole's projection puts points where the pinhole does", () => {
  const projection = m.projectionOfPinhole(camera);
  for (const [x, y, z] of [[0, 0, 50], [12, -7, 40], [-30, 21, 90]]) {
    close(
      pixelOf(projection, camera, [x, y, z]),
      [700 * x / z + 333, 690 * y / z + 222], 1e-2);
  }
});

test("a fitted camera shows the same directions", () => {
  for (const [width, height, fit, scale] of [
    [1280, 960, "contain", 2], [640, 960, "contain", 1], [640, 960, "cover", 2]]) {
    const other = m.fitted(camera, width, height, fit);
    const p = [5, -4, 50];
    const [u, v] = pixelOf(m.projectionOfPinhole(camera), camera, p);
    const found = pixelOf(m.projectionOfPinhole(other), other, p);
    close(found, [(u - 320) * scale + width / 2, (v - 240) * scale + height / 2], 1e-2);
  }
});

test("an inverse undoes turns, moves and scales", () => {
  const a = m.multiply(m.multiply(m.translation(3, -2, 7), m.turn(0.7)),
    new Float32Array([2, 0, 0, 0, 0, -2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]));
  close([...m.multiply(a, m.inverse(a))], [...m.identity()]);
  close(m.transform(m.inverse(a), m.transform(a, [1, 2, 3])), [1, 2, 3], 1e-4);
});

test("looking at a point puts it straight ahead, upright", () => {
  const view = m.lookAt([10, 5, 20], [1, 2, 3]);
  const distance = Math.hypot(9, 3, 17);
  close(m.transform(view, [1, 2, 3]), [0, 0, -distance], 1e-4);
  assert.ok(m.transform(view, [1, 3, 3])[1] > 0);
  close(m.transform(m.inverse(view), [0, 0, 0]), [10, 5, 20], 1e-4);
});

test("looking straight down is no division by zero", () => {
  assert.ok(m.lookAt([0, 10, 0], [0, 0, 0]).every(Number.isFinite));
});

function makePlaced(splats, mark = 0, worldFromCamera = m.worldFromDrivingCamera()) {
  const layer = new SplatLayer(() => {});
  layer.worldFromCamera = worldFromCamera;
  const distance = (i) => Math.hypot(...splats[i]);
  layer.update({
    count: splats.length, centers: Float32Array.from(splats.flat()),
    covariances: new Float32Array(6 * splats.length), colors: new Uint8Array(4 * splats.length),
    order: Uint32Array.from(splats.keys()).sort((a, b) => distance(b) - distance(a)),
  });
  return { layer, first: 0, mark: (mark << 24) >>> 0 };
}

const random = (() => {
  let s = 7;
  return () => (s = (s * 16807) % 2147483647) / 2147483647;
})();
const cloud = (n, x, z, size = 10) => Array.from({ length: n }, () => [
  x + size * (random() - 0.5), size * (random() - 0.5), z + size * (random() - 0.5)]);

test("merged orders hold every splat once, far to near", () => {
  const sets = [cloud(300, 0, 50), cloud(150, 2, 52), cloud(1, 0, 50), cloud(77, -3, 47)];
  const group = sets.map((s, k) => makePlaced(s, k));
  assert.equal(arrange(group, [0, 0, 0]).length, 1);
  const into = new Uint32Array(1000);
  const count = writeOrder(group, [0, 0, 0], into, 5) - 5;
  assert.equal(count, 528);
  const words = [...into.subarray(5, 5 + count)];
  assert.equal(new Set(words).size, count);
  const distances = words.map((w) => Math.hypot(...sets[w >>> 24][w & 0xffffff]));
  assert.ok(distances.every((d, i) => i === 0 || d <= distances[i - 1] + 1e-3));
});

test("an order that is not sorted, or not finite, still comes out whole", () => {
  const a = makePlaced(cloud(100, 0, 50), 0), b = makePlaced(cloud(100, 0, 50), 1);
  a.layer.order.reverse();
  b.layer.centers[30] = NaN;
  const into = new Uint32Array(200);
  assert.equal(writeOrder([a, b], [0, 0, 0], into, 0), 200);
  // Rows are padded: of the reversed order only what `count` covers is real.
  assert.equal(new Set(into.filter((w) => w >>> 24 === 1)).size, 100);
});

test("neighbours side by side, or one behind the other, are not merged", () => {
  const left = makePlaced(cloud(50, -20, 60), 0), right = makePlaced(cloud(50, 20, 60), 1);
  const behind = makePlaced(cloud(50, 20, 90), 2);
  const groups = arrange([right, left, behind], [0, 0, 0]);
  assert.equal(groups.length, 3);
  assert.equal(groups[0][0], behind);
});

test("seen from beside, the same neighbours hide each other by distance", () => {
  const left = makePlaced(cloud(50, -20, 60), 0), right = makePlaced(cloud(50, 20, 60), 1);
  // The world's z is the camera's −z.
  const groups = arrange([left, right], [-100, 0, -60]);
  assert.deepEqual(groups.map(([g]) => g), [right, left]);
});

test("a scale of the world counts in distances", () => {
  const small = new Float32Array([0.01, 0, 0, 0, 0, -0.01, 0, 0, 0, 0, -0.01, 0, 0, 0, 0, 1]);
  const a = makePlaced(cloud(50, 0, 50), 0, small), b = makePlaced(cloud(50, 0, 70), 1, small);
  assert.equal(arrange([a, b], [0, 0, 0]).length, 2);
  assert.equal(arrange([a, makePlaced(cloud(50, 0, 54), 1, small)], [0, 0, 0]).length, 1);
});

test("a frame's arrays may be used again at once", () => {
  const frame = {
    count: 1, centers: new Float32Array([1, 2, 3]), covariances: new Float32Array(6),
    colors: new Uint8Array(4), order: new Uint32Array(1),
  };
  const layer = new SplatLayer(() => {});
  layer.update(frame);
  frame.centers.fill(9);
  assert.deepEqual([...layer.centers.subarray(0, 3)], [1, 2, 3]);
});

test("premultiplied samples become straight, upright bytes", () => {
  // Lower row: half-transparent red. Upper row: nothing, but for rounding.
  const out = straightened(new Float32Array([0.5, 0, 0, 0.5, 0.01, 0, 0, 0.001]), 1, 2, 1);
  assert.deepEqual([...out], [0, 0, 0, 0, 255, 0, 0, 128]);
});
