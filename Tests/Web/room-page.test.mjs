import assert from "node:assert/strict";
import { test } from "node:test";
import { preloadsOf } from "./page-modules.mjs";

test("the room's page names all of its modules, so that they come together", () => {
  const { needed, named, lines } = preloadsOf("index.html", "room/main.js", "room/");
  assert.deepEqual(named, needed, `put these into Web/room/index.html:\n${lines}\n`);
});
