// Scenes of `visavis view`: read, measured, ordered.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { orderByDepth } from '../../Web/view/depth-order.js';
import { extentOf, readScene, SceneFileError } from '../../Web/view/scene-file.js';

/** A file of some splats and a triangle. */
function file(count = 5) {
  const words = new Uint32Array([0x4e435356, 1, count, 1]);
  const centers = Float32Array.from({ length: 3 * count }, (_, i) => i);
  const covariances = Float32Array.from({ length: 6 * count }, (_, i) => 100 + i);
  const colors = Uint8Array.from({ length: 4 * count }, (_, i) => i);
  const mesh = [new Uint32Array([3, 3]), new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]),
    new Float32Array(9), new Uint8Array(12).fill(255), new Uint32Array([0, 1, 2])];
  return new Uint8Array([words, centers, covariances, colors, ...mesh]
    .flatMap((part) => [...new Uint8Array(part.buffer)])).buffer;
}

test('a scene is read as it was written', () => {
  const scene = readScene(file());
  assert.equal(scene.count, 5);
  assert.deepEqual([...scene.centers.subarray(12)], [12, 13, 14]);
  assert.equal(scene.covariances[29], 129);
  assert.equal(scene.colors[19], 19);
  assert.deepEqual([...scene.meshes[0].indices], [0, 1, 2]);
});

test('what is incomplete, or something else, is told with the place', () => {
  const whole = file();
  for (let length = 0; length < whole.byteLength; length += 1) {
    assert.throws(() => readScene(whole.slice(0, length)), SceneFileError);
  }
  assert.throws(() => readScene(whole.slice(0, 100)), /at byte \d+, and it has 100 in all/);
  assert.throws(() => readScene(new TextEncoder().encode('ply\nformat ascii 1.0').buffer), SceneFileError);
  // A number that promises more than there is.
  const lying = whole.slice(0);
  new DataView(lying).setUint32(8, 0xffffffff, true);
  assert.throws(() => readScene(lying), SceneFileError);
});

test('the order is by depth, each splat once', () => {
  let seed = 3;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const count = 5000;
  const centers = Float32Array.from({ length: 3 * count }, () => 10 * chance() - 5);
  const forward = [0.6, 0, -0.8], eye = [1, 2, 3], order = new Uint32Array(count);
  orderByDepth(centers, eye, forward, order);
  assert.equal(new Set(order).size, count);
  const depth = (i) => [0, 1, 2].reduce((sum, k) => sum + (centers[3 * i + k] - eye[k]) * forward[k], 0);
  for (let i = 1; i < count; i += 1) assert.ok(depth(order[i]) <= depth(order[i - 1]) + 14 / 65535);
});

test('numbers that are none do not stop the order', () => {
  const order = new Uint32Array(3);
  orderByDepth(new Float32Array([NaN, 0, 0, 1, 1, 1, Infinity, 0, 0]), [0, 0, 0], [0, 0, 1], order);
  assert.deepEqual([...order].sort(), [0, 1, 2]);
});

test('a few strays do not make a scene large', () => {
  const count = 2000;
  const centers = Float32Array.from({ length: 3 * count }, (_, i) => Math.sin(i * 12.9898));
  centers.set([1e6, 1e6, 1e6], 0);
  const { middle, radius } = extentOf({ count, centers, meshes: [] });
  assert.ok(radius < 2 && middle.every((v) => Math.abs(v) < 0.2));
});
