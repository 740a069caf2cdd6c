// Scenes around rooms: ordered, cut where people are, fitted, moved.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { writeWithin } from '../../Web/scene/arrangement.js';
import { identity, multiply, transform, translation } from '../../Web/scene/matrices.js';
import { SplatLayer } from '../../Web/scene/splat-layer.js';
import { orderByDistance } from '../../Web/view/depth-order.js';
import { base64url, sha256 } from '../../Web/room/bytes.js';
import { RoomScenery } from '../../Web/room/room-scenery.js';
import { fitOf } from '../../Web/room/scene/surroundings/fit.js';
import { own, worldFromScene } from '../../Web/room/scene/surroundings/own.js';

let seed = 11;
const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;

/** A scene of splats at points. */
const sceneOf = (points, opacity = 255) => ({
  count: points.length, centers: Float32Array.from(points.flat()), covariances: new Float32Array(6 * points.length),
  colors: new Uint8Array(4 * points.length).fill(opacity), meshes: [],
});

/** A room's points: floor, walls and ceiling. */
function boxRoom(side, height, [x, y, z] = [0, 0, 0]) {
  const points = [];
  for (let i = 0; i < 4000; i += 1) {
    const [a, b, h] = [side * (chance() - 0.5), side * (chance() - 0.5), height * chance()];
    points.push([x + a, y, z + b], [x + a, y + height, z + b], [x + (i % 2 ? side : -side) / 2, y + h, z + b]);
  }
  return points;
}

test('the order is by distance, each splat once, whatever the numbers', () => {
  const count = 4000, eye = [1, 2, -3];
  const centers = Float32Array.from({ length: 3 * count }, () => 20 * chance() - 10);
  centers.set([NaN, 0, 0, Infinity, 0, 0], 300);
  const order = new Uint32Array(count);
  orderByDistance(centers, eye, order);
  assert.equal(new Set(order).size, count);
  const away = (i) => Math.hypot(...[0, 1, 2].map((k) => centers[3 * i + k] - eye[k]));
  const finite = [...order].filter((i) => Number.isFinite(away(i)));
  for (let i = 1; i < finite.length; i += 1) assert.ok(away(finite[i]) <= away(finite[i - 1]) * 1.01);
});

test('people are drawn between what lies behind them and what lies before them', () => {
  const layerAt = (z, count) => {
    const layer = new SplatLayer(() => {});
    const { colors, covariances, centers } = sceneOf(Array.from({ length: count }, () => [0, 0, z]));
    layer.worldFromCamera = identity();
    layer.update({ count, centers, covariances, colors, order: Uint32Array.from({ length: count }, (_, i) => i) });
    return layer;
  };
  // Splats at half of 1, 2, … 10 m, in a scene that is twice as large; far to near.
  const scene = layerAt(0, 10);
  scene.centers.set(Array.from({ length: 10 }, (_, i) => [0, 0, -(10 - i) / 2]).flat());
  scene.worldFromCamera = worldFromScene([0, 0, 0, 0, 2]);
  scene.isAround = true;
  const near = layerAt(-3.5, 2), far = layerAt(-7.5, 2);
  const placed = (layer, k) => ({ layer, mark: k << 24, first: 100 * k });
  const into = new Uint32Array(20);
  const at = writeWithin([placed(scene, 3)], [[placed(far, 1)], [placed(near, 2)]], [0, 0, 0], into);
  assert.equal(at, 14);
  assert.deepEqual([...into.subarray(0, at)].map((v) => v >> 24), [3, 3, 3, 1, 1, 3, 3, 3, 3, 2, 2, 3, 3, 3]);
  assert.deepEqual([...into.subarray(0, at)].filter((v) => v >> 24 === 3).map((v) => (v & 0xffffff) - 300),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  // Nobody there, and nothing around.
  assert.equal(writeWithin([placed(scene, 3)], [], [0, 0, 0], into), 10);
  assert.equal(writeWithin([], [[placed(near, 2)]], [0, 0, 0], into), 2);
});

test('another order of the same splats does not send them again', () => {
  const layer = new SplatLayer(() => {});
  const frame = sceneOf([[0, 0, 0], [1, 1, 1]]);
  layer.update({ ...frame, order: new Uint32Array([0, 1]) });
  const { version, orderVersion } = layer;
  layer.reorder(new Uint32Array([1, 0]));
  assert.equal(layer.version, version);
  assert.ok(layer.orderVersion > orderVersion);
  assert.deepEqual([...layer.order.subarray(0, 2)], [1, 0]);
  assert.throws(() => layer.reorder(new Uint32Array(1)), RangeError);
});

test('a scene is fitted so that its floor is the room’s, and its middle the room’s', () => {
  const [x, y, z, yaw, scale] = fitOf(sceneOf(boxRoom(6, 2.6, [10, -4, 3])));
  assert.ok(Math.abs(x + 10) < 0.2 && Math.abs(y - 4) < 0.1 && Math.abs(z + 3) < 0.2, `${[x, y, z]}`);
  assert.deepEqual([yaw, scale], [0, 1]);
});

test('one that cannot be in metres is brought to a room’s size, and strays count little', () => {
  for (const size of [0.02, 900]) {
    const points = boxRoom(size, size / 2, [size, size, 0]);
    for (let i = 0; i < 30; i += 1) points.push([1e5 * chance(), -1e5 * chance(), 1e5]);
    const place = fitOf(sceneOf(points));
    const floor = transform(worldFromScene(place), [size, size, 0]);
    assert.ok(Math.hypot(...floor) < 0.4, `${size}: ${floor}`);
    const across = place[4] * size;
    assert.ok(across > 6 && across < 12, `${across}`);
  }
});

test('nothing to fit, or nothing solid, stands where its file says', () => {
  assert.deepEqual(fitOf(sceneOf([])), [0, 0, 0, 0, 1]);
  assert.deepEqual(fitOf(sceneOf(boxRoom(5, 2), 10)), [0, 0, 0, 0, 1]);
  assert.ok(fitOf(sceneOf([[NaN, 0, 0], [1, 1, 1]])).every(Number.isFinite));
});

test('a place turns, scales and moves', () => {
  const at = transform(worldFromScene([1, 2, 3, Math.PI / 2, 2]), [1, 0, 0]);
  assert.ok(Math.hypot(at[0] - 1, at[1] - 2, at[2] - 1) < 1e-6, `${at}`);
  const around = own({ scene: sceneOf([[0, 0, 0]]), place: [0, 0, 0, 0, 1] });
  assert.deepEqual([...around.scenery.worldFromScene], [...multiply(translation(0, 0, 0), identity())]);
});

/** A room as a page has it, and a server that has one scene. */
async function fakes() {
  const words = new Uint32Array([0x4e435356, 1, 1, 0]);
  const file = new Uint8Array([...new Uint8Array(words.buffer), ...new Uint8Array(40)]);
  const digest = base64url(await sha256(file));
  const session = Object.assign(new EventTarget(), {
    room: { scene: null }, said: [], async say(message) { this.said.push(message); },
    become(scene) {
      this.room = { scene };
      this.dispatchEvent(new Event('room'));
    },
  });
  const people = {
    asked: 0, async scene() { this.asked += 1; return new Response(file); },
    async addScene(_, name) { return { id: 'new', name, sha256: digest }; },
  };
  const scene = { scenery: null, canShowScenery: true };
  const troubles = [];
  const scenery = new RoomScenery(session, people, scene, (error) => troubles.push(error.message));
  const asRoomHas = (id, place = [0, 0, 0, 0, 1]) => ({ id, sha256: digest, place });
  const until = async (condition) => { while (!condition()) await new Promise((done) => setTimeout(done, 1)); };
  return { session, people, scene, scenery, troubles, asRoomHas, until };
}

test('what the room says is shown, fetched once, and moved', async () => {
  const { session, people, scene, asRoomHas, until } = await fakes();
  session.become(asRoomHas('a'));
  await until(() => scene.scenery);
  session.become(asRoomHas('a', [1, 2, 3, 4, 5]));
  assert.deepEqual(scene.scenery.place, [1, 2, 3, 4, 5]);
  assert.equal(people.asked, 1);
  session.become(null);
  assert.equal(scene.scenery, null);
});

test('what one moves is not pulled back by what the room had heard before, and the last place is sent', async () => {
  const { session, scene, scenery, asRoomHas, until } = await fakes();
  session.become(asRoomHas('a'));
  await until(() => scene.scenery);
  for (let k = 1; k <= 20; k += 1) scenery.move([k, 0, 0, 0, 1]);
  session.become(asRoomHas('a', [1, 0, 0, 0, 1]));
  assert.deepEqual(scene.scenery.place, [20, 0, 0, 0, 1]);
  await until(() => session.said.length > 0);
  await new Promise((done) => setTimeout(done, 300));
  assert.deepEqual(session.said.at(-1), { t: 'surround', scene: 'a', place: [20, 0, 0, 0, 1] });
  assert.ok(session.said.length <= 2);
});

test('damage, and a browser that cannot draw, leave darkness and one sentence', async () => {
  const { session, scene, troubles, asRoomHas, until } = await fakes();
  session.become({ ...asRoomHas('a'), sha256: 'other' });
  await until(() => troubles.length === 1);
  scene.canShowScenery = false;
  session.become(asRoomHas('b'));
  await until(() => troubles.length === 2);
  assert.equal(scene.scenery, null);
  for (const words of troubles) assert.match(words, /cannot be shown here, so it is dark: .+\.$/);
});

test('what is brought is put around the room where it fits', async () => {
  const { session, scenery } = await fakes();
  const told = [];
  scenery.addEventListener('change', () => told.push(scenery.status));
  await scenery.bring(new File(['x'], 'my garden.final.spz'));
  assert.deepEqual(session.said, [{ t: 'surround', scene: 'new', place: [0, 0, 0, 0, 1] }]);
  assert.equal(told[0], 'Bringing the scene …');
  assert.equal(scenery.status, '');
});
