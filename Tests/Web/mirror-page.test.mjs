import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { MirrorFailure, cameraFailure } from "../../Web/mirror/failures.js";

const web = new URL("../../Web/", import.meta.url);
const page = readFileSync(new URL("index.html", web), "utf8");

/** What a module and its modules import, as paths below Web/. */
function modulesOf(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  const text = readFileSync(new URL(path, web), "utf8").replaceAll(/\/\*[^]*?\*\//g, "");
  for (const [, target] of text.matchAll(/(?:from|import\()\s*["'](\.[^"']+)["']/g)) {
    modulesOf(new URL(target, new URL(path, web)).href.slice(web.href.length), found);
  }
  return found;
}

test("the page names all of its modules in order of need, so that they come together", () => {
  const needed = [...modulesOf("mirror/main.js")].slice(1);
  const named = [...page.matchAll(/rel="modulepreload" href="([^"]+)"/g)].map((m) => m[1]);
  assert.deepEqual(named, needed, `put these into Web/index.html:\n${needed.map((path) =>
    `    <link rel="modulepreload" href="${path}">`).join("\n")}\n`);
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
