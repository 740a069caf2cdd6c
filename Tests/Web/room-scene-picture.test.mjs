import assert from "node:assert/strict";
import { test } from "node:test";
import { clipped, cropped, nearerThan } from "../../Web/room/scene/crop.js";
import { tagPlace } from "../../Web/room/scene/name-tags.js";
import { Person } from "../../Web/room/scene/person.js";
import { personAt, seatAt } from "../../Web/room/scene/picking.js";
import { matrixOf } from "../../Web/room/scene/screen-panel.js";
import { ball, melted, sculpt } from "../../Web/room/scene/sculpture.js";
import { seatsOf } from "../../Web/room/scene/seats.js";
import { Seen } from "../../Web/room/scene/seen.js";
import { shine } from "../../Web/room/scene/shine.js";
import { makeSurroundingsMeshes } from "../../Web/room/scene/surroundings/surroundings-meshes.js";
import {
  makeSurroundings, surroundingsNames,
} from "../../Web/room/scene/surroundings/surroundings.js";
import { intervalOf, nextTurn } from "../../Web/room/scene/turns.js";
import { meetsCapsule, projected, rayThrough, Viewpoint } from "../../Web/room/scene/viewpoint.js";

const viewpoint = Object.assign(new Viewpoint(), { eye: [0, 1.2, 0.6] });
const view = viewpoint.view(800, 600);
const person = (seat, seats = seatsOf("facing")) => {
  const made = Object.assign(new Person(7), { seat });
  made.settle(seats);
  return made;
};

test("what is straight ahead is in the middle, what is higher is higher", () => {
  const ahead = projected(view, [0, 1.2, -0.6], 800, 600);
  assert.deepEqual([ahead.x, ahead.y, ahead.depth].map((v) => +v.toFixed(3)), [400, 300, 1.2]);
  assert.ok(projected(view, [0, 1.3, -0.6], 800, 600).y < 300);
  assert.ok(projected(view, [0.1, 1.2, -0.6], 800, 600).x > 400);
  assert.equal(projected(view, [0, 1.2, 2], 800, 600), null);
  // A metre is as long as it says.
  const up = projected(view, [0, 2.2, -0.6], 800, 600);
  assert.ok(Math.abs(ahead.y - up.y - ahead.scale) < 1e-6 * ahead.scale);
});

test("rays go through what is seen there", () => {
  for (const point of [[0.2, 1.4, -1], [-0.5, 0.9, -3]]) {
    const { x, y } = projected(view, point, 800, 600);
    const { origin, direction } = rayThrough(view, x, y, 800, 600);
    const along = Math.hypot(...point.map((v, i) => v - origin[i]));
    point.forEach((v, i) => assert.ok(Math.abs(origin[i] + along * direction[i] - v) < 1e-4));
  }
});

test("narrow pictures show the same width, wide ones the same height", () => {
  const wide = viewpoint.view(1600, 600).projection, square = viewpoint.view(600, 600).projection;
  const narrow = viewpoint.view(300, 900).projection;
  assert.ok(Math.abs(wide[5] - 1 / Math.tan(viewpoint.height / 2)) < 1e-5);
  assert.ok(Math.abs(square[0] - 1 / Math.tan(viewpoint.width / 2)) < 1e-5);
  // Not wider than what still looks right.
  assert.ok(narrow[5] >= 1 / Math.tan(0.73));
});

test("a part of a view shows what the whole shows there", () => {
  const part = { x: 100, y: 50, width: 200, height: 320 };
  const near = cropped(view, part, 800, 600);
  for (const point of [[0, 1.2, -1], [-0.3, 1.5, -1.4]]) {
    const whole = projected(view, point, 800, 600), own = projected(near, point, 200, 320);
    assert.ok(Math.abs(whole.x - part.x - own.x) < 1e-3);
    assert.ok(Math.abs(whole.y - part.y - own.y) < 1e-3);
  }
  assert.deepEqual(clipped(-5, 10.2, 30.5, 900, 800, 600), { x: 0, y: 10, width: 31, height: 590 });
  assert.equal(clipped(-50, 0, -2, 10, 800, 600), null);
});

test("the view of what is nearer ends there and begins where it did", () => {
  const p = nearerThan(view, 1.1).projection;
  const depthOf = (d) => (p[10] * -d + p[14]) / d;
  assert.ok(Math.abs(depthOf(1.1) - 1) < 1e-4);
  assert.ok(depthOf(1.2) > 1 && depthOf(1) < 1);
  const q = view.projection;
  assert.ok(Math.abs((q[14] / (q[10] - 1)) - (p[14] / (p[10] - 1))) < 1e-4);
});

test("clicks find who is there, the nearer one first, and free seats", () => {
  const other = person(1), ahead = rayThrough(view, 400, 300, 800, 600);
  assert.equal(personAt(ahead, [other]), other);
  const behind = Object.assign(new Person(8), { place: [0, 0, -4, 0] });
  behind.settle([]);
  assert.equal(personAt(ahead, [behind, other]), other);
  assert.equal(personAt(rayThrough(view, 10, 10, 800, 600), [other]), null);
  assert.equal(personAt(ahead, [Object.assign(person(1), { isSelf: true })]), null);
  const seats = seatsOf("facing").map((place, number) => ({ number, place, person: null }));
  const { x, y } = projected(view, [0, 0.5, -0.6], 800, 600);
  assert.equal(seatAt(rayThrough(view, x, y, 800, 600), seats), 1);
  seats[1].person = 7;
  assert.equal(seatAt(rayThrough(view, x, y, 800, 600), seats), null);
});

test("capsules are hit where they are, and only before the eye", () => {
  const ray = { origin: [0, 1, 0], direction: [0, 0, -1] };
  assert.ok(Math.abs(meetsCapsule(ray, [0.1, 0.5, -3], 1, 0.2) - 3) < 0.05);
  assert.equal(meetsCapsule(ray, [0.3, 0.5, -3], 1, 0.2), Infinity);
  assert.equal(meetsCapsule(ray, [0, 0.5, 3], 1, 0.2), Infinity);
});

test("tags hang over heads, and only over those in the picture", () => {
  const other = person(1), at = tagPlace(other, view, 800, 600);
  assert.ok(Math.abs(at.x - 400) < 1 && at.y < 300 && Math.abs(at.depth - 1.2) < 1e-3);
  const away = new Viewpoint();
  Object.assign(away, { eye: [0, 1.2, 0.6], yaw: 2 });
  assert.equal(tagPlace(other, away.view(800, 600), 800, 600), null);
});

test("people who come too near fade out", () => {
  const other = person(1), head = other.eyes;
  const from = (away) => [head[0], head[1], head[2] + away];
  assert.equal(other.opacityFrom(from(1.2), 0.6), 1);
  assert.equal(other.opacityFrom(from(0.6), 0.6), 1);
  const half = other.opacityFrom(from(0.46), 0.6);
  assert.ok(half > 0.2 && half < 0.8);
  assert.equal(other.opacityFrom(from(0.3), 0.6), 0);
  assert.equal(other.opacityFrom(from(0.3), 0), 1);
});

test("who speaks or is near has more turns, and nobody is forgotten", () => {
  const far = { distance: 4, speaking: 0, isSeen: true };
  assert.ok(intervalOf({ ...far, speaking: 0.5 }, 8) < intervalOf(far, 8));
  assert.ok(intervalOf({ ...far, distance: 1.2 }, 8) < intervalOf(far, 8));
  assert.ok(intervalOf({ ...far, isSeen: false }, 8) > intervalOf(far, 8));
  const people = Array.from({ length: 6 }, (_, i) => ({
    distance: 3, speaking: i === 0 ? 1 : 0, isSeen: true, isFresh: true, isPosing: false, asked: 0,
    turns: 0,
  }));
  for (let now = 100; now < 3100; now += 10) {
    const { next } = nextTurn(people, now);
    if (!next) continue;
    next.asked = now;
    next.turns += 1;
  }
  const [first, ...others] = people.map((p) => p.turns);
  assert.ok(others.every((n) => n > 20 && n < first));
});

test("nobody has two turns at once, and one without a new state has none", () => {
  const p = { distance: 1, speaking: 0, isSeen: true, isFresh: true, isPosing: true, asked: 0 };
  assert.equal(nextTurn([p], 1000).next, null);
  assert.equal(nextTurn([{ ...p, isPosing: false, isFresh: false }], 1000).next, null);
  const { next, wait } = nextTurn([{ ...p, isPosing: false, asked: 990 }], 1000);
  assert.ok(next === null && wait > 0 && wait < 30);
});

test("a screen's corners go where they belong", () => {
  const points = [{ x: 10, y: 20 }, { x: 210, y: 40 }, { x: 190, y: 150 }, { x: 30, y: 160 }];
  const m = matrixOf(640, 360, points).match(/-?[\d.]+/g).slice(1).map(Number);
  [[0, 0], [640, 0], [640, 360], [0, 360]].forEach(([x, y], i) => {
    const w = m[3] * x + m[7] * y + m[15];
    assert.ok(Math.abs((m[0] * x + m[4] * y + m[12]) / w - points[i].x) < 0.5);
    assert.ok(Math.abs((m[1] * x + m[5] * y + m[13]) / w - points[i].y) < 0.5);
  });
});

test("a room's light changes colours towards its side only, and no transparency", () => {
  const pixels = new Uint8ClampedArray(4 * 9).fill(100);
  pixels.set([100, 100, 100, 0], 4);
  shine({ pixels, width: 9, height: 1 }, { lit: [2, 1, 1], shade: [0.5, 0.5, 0.5] },
    { share: 0, right: 1 / 8, down: 0 });
  assert.deepEqual([...pixels.slice(0, 4)], [50, 50, 50, 100]);
  assert.deepEqual([...pixels.slice(4, 8)], [100, 100, 100, 0]);
  assert.deepEqual([...pixels.slice(32)], [200, 100, 100, 100]);
});

test("all surroundings are whole, with light, a palette and bounds", () => {
  assert.deepEqual(surroundingsNames, ["darkness", "conference", "beach", "meadow"]);
  for (const name of surroundingsNames) {
    const { light, faces, palette, bounds, background } = makeSurroundings(name);
    for (const { positions, normals, colors, indices } of makeSurroundingsMeshes(name)) {
      const count = positions.length / 3;
      assert.ok(count > 0 && normals.length === 3 * count && colors.length === 4 * count, name);
      assert.ok(indices.length % 3 === 0 && indices.every((i) => i < count), name);
      assert.ok(positions.every(Number.isFinite) && normals.every(Number.isFinite), name);
    }
    const numbers = [
      light.direction, light.color, light.sky, light.ground, faces.lit, faces.shade, palette.seat,
      palette.frame, palette.table, background,
    ];
    assert.ok(numbers.every((v) => v.length === 3 && v.every(Number.isFinite)), name);
    assert.ok((light.lamps ?? []).length <= 4);
    assert.ok(bounds.x[0] < -3 && bounds.x[1] > 3 && bounds.z[0] < -3 && bounds.z[1] > 3, name);
  }
  assert.throws(() => makeSurroundings("moon"), RangeError);
  assert.throws(() => makeSurroundingsMeshes("moon"), RangeError);
});

test("sculptures are closed, face outwards, and lie on their solid", () => {
  const solid = melted(0.2, ball([0, 0, 0], 0.5), ball([0.5, 0, 0], [0.3, 0.4, 0.3]));
  const { positions, normals, indices, open } = sculpt(solid, [[-1, -1, -1], [1, 1, 1]], 0.1);
  const point = (i) => [...positions.subarray(3 * i, 3 * i + 3)];
  for (let i = 0; i < open.length; i += 1) assert.ok(Math.abs(solid(...point(i))) < 0.01);
  const edges = new Map();
  let volume = 0;
  for (let t = 0; t < indices.length; t += 3) {
    const corners = [0, 1, 2].map((k) => indices[t + k]), [a, b, c] = corners.map(point);
    volume += (a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
      a[2] * (b[0] * c[1] - b[1] * c[0])) / 6;
    corners.forEach((p, k) => {
      const edge = `${p}-${corners[(k + 1) % 3]}`;
      edges.set(edge, (edges.get(edge) ?? 0) + 1);
    });
  }
  // Counter-clockwise from outside: half of a sphere's volume and more.
  assert.ok(volume > 0.52 && volume < 0.75, `${volume}`);
  for (const edge of edges.keys()) assert.equal(edges.get(edge.split("-").reverse().join("-")), 1);
  assert.ok(open.every((v) => v >= 0 && v <= 1));
  assert.ok(normals.every(Number.isFinite));
});

test("what is seen is half of a picture's standing later than what was drawn", () => {
  const seen = new Seen();
  assert.equal(seen.time(0), null);
  for (let k = 0; k < 200; k += 1) {
    seen.take({ time: 10 + 0.04 * k }, 1000 + 40 * k);
    // Drawn once more without a new pose, it still is of the same moment.
    seen.take(seen.state, 1020 + 40 * k);
  }
  const last = 1000 + 40 * 199;
  assert.ok(Math.abs(seen.time(last) - (10 + 0.04 * 199 - 0.02)) < 1e-3);
  assert.ok(Math.abs(seen.time(last + 40) - seen.time(last) - 0.04) < 1e-9);
});
