import assert from "node:assert/strict";
import { test } from "node:test";
import { Framing } from "../../Web/mirror/framing.js";
import { askedFor, nameFrom, sourcesFrom } from "../../Web/mirror/avatar-sources.js";
import { fileName } from "../../Web/mirror/recording.js";

const head = (x, y, z) => [Math.PI, 0, 0, x, y, z];

function transformed(m, [x, y, z]) {
  return [0, 1, 2].map((row) => m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row]);
}

function assertNear(actual, expected) {
  actual.forEach((x, i) => assert.ok(Math.abs(x - expected[i]) < 1e-4, `${actual} is not ${expected}`));
}

test("the camera's view is the view that is not turned", () => {
  const framing = new Framing();
  framing.follow(head(0, 0, 60));
  for (const mirrored of [false, true]) {
    const world = framing.worldFromCamera(mirrored);
    // To the camera's right, above, and nearer to it.
    const side = mirrored ? -1 : 1;
    assertNear(transformed(world, [10, 5, 60]), [10 * side, 0, 0]);
    assertNear(transformed(world, [0, -5, 60]), [0, 10, 0]);
    assertNear(transformed(world, [0, 5, 50]), [0, 0, 10]);
  }
});

test("the world maps back to the camera, mirrored or not, wherever the person is", () => {
  for (const mirrored of [false, true]) {
    const framing = new Framing();
    framing.follow(head(12, -7, 55));
    const point = [3, -4, 70];
    const back = transformed(
      framing.worldFromCamera(mirrored), framing.cameraFromWorld(point, mirrored));
    assertNear(back, point);
  }
});

test("a head that moves a little moves in the frame, one that leaves takes the frame along", () => {
  const framing = new Framing();
  framing.follow(head(0, 0, 60));
  assert.equal(framing.follow(head(6, 2, 62)), false);
  assert.deepEqual(framing.anchor, [0, 0, 60]);
  for (let i = 0; i < 100; i += 1) framing.follow(head(30, 0, 60));
  assert.ok(framing.anchor[0] > 20 && framing.anchor[0] < 22, String(framing.anchor));
  framing.reset();
  framing.follow(head(30, 0, 60));
  assert.deepEqual(framing.anchor, [30, 0, 60]);
});

test("heads that are nowhere do not move the frame", () => {
  const framing = new Framing();
  framing.follow(head(0, 0, 60));
  for (const odd of [head(NaN, 0, 60), head(0, 0, -5), head(Infinity, 0, 60)]) {
    assert.equal(framing.follow(odd), false);
  }
  assert.deepEqual(framing.anchor, [0, 0, 60]);
});

test("an address may ask for an avatar of the web and nothing else", () => {
  const base = "http://localhost:8000/mirror/";
  assert.deepEqual(
    askedFor("?avatar=/avatars/Ada%20L.avatar", base),
    { url: "http://localhost:8000/avatars/Ada%20L.avatar", name: "Ada L" });
  assert.equal(askedFor("?avatar=javascript:alert(1)", base), null);
  assert.equal(askedFor("?avatar=data:text/plain,x", base), null);
  assert.equal(askedFor("", base), null);
  assert.equal(nameFrom("/a/%E0%A4%A.avatar"), "%E0%A4%A.avatar");
});

test("a server's list names what can be opened, and odd answers name nothing", () => {
  const base = "http://localhost:8000/";
  const answer = { avatars: [
    { id: "ada", name: "Ada", links: { avatar: "/avatars/ada.avatar", portrait: "/avatars/ada.png" } },
    { id: "bob", links: { avatar: "/avatars/bob.avatar" } }, { id: "none", links: {} }, null,
  ] };
  assert.deepEqual(sourcesFrom(answer, base), [
    { url: `${base}avatars/ada.avatar`, name: "Ada", portrait: `${base}avatars/ada.png` },
    { url: `${base}avatars/bob.avatar`, name: "bob", portrait: undefined },
  ]);
  for (const odd of [null, 1, {}, [], { avatars: "x" }]) assert.deepEqual(sourcesFrom(odd, base), []);
});

test("files are named by whose, and when, in letters that every system takes", () => {
  const now = new Date(2026, 0, 2, 3, 4, 5);
  assert.equal(fileName("Ada", "png", now), "Ada 2026-01-02 03.04.05.png");
  assert.equal(fileName("a/b:c*", "webm", now), "a-b-c- 2026-01-02 03.04.05.webm");
});
