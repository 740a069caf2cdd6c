import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { preloadsOf, web } from "./page-modules.mjs";
import { MirrorFailure, cameraFailure } from "../../Web/mirror/failures.js";

const page = readFileSync(new URL("index.html", web), "utf8");

test("the page names all of its modules in order of need, so that they come together", () => {
  const { needed, named, lines } = preloadsOf("index.html", "mirror/main.js");
  assert.deepEqual(named, needed, `put these into Web/index.html:\n${lines}\n`);
});

test("all that the page refers to is there", () => {
  for (const [, path] of page.matchAll(/(?:href|src)="([^"#:]+)"/g)) {
    assert.ok(existsSync(new URL(path, web)), path);
  }
});

test("every failure is one sentence", () => {
  const kinds = ["noCamera", "cameraDenied", "cameraInUse", "cameraInsecure", "cameraEnded",
    "noAvatar", "graphicsLost"];
  const failures = [
    ...kinds.map((kind) => new MirrorFailure(kind)), new MirrorFailure("browserTooOld", "WebGL 2"),
    ...["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError", ""].map(
      (name) => cameraFailure({ name })),
    cameraFailure(null),
  ];
  for (const { message } of failures) {
    assert.match(message, /^[A-Z][^.!?]+\.$/);
    assert.ok(message.length < 120, message);
  }
  assert.equal(cameraFailure({ name: "NotAllowedError" }).kind, "cameraDenied");
  assert.equal(cameraFailure({ name: "NotReadableError" }).kind, "cameraInUse");
  assert.equal(cameraFailure({ name: "NotFoundError" }).kind, "noCamera");
});
