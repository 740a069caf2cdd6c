import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { BitRate } from "../../Web/mirror/bit-rate.js";
import { WireCoder } from "../../Web/mirror/wire-coder.js";
import { restingState } from "../../Web/mirror/state.js";

test("bits a second are those of the last three, and fall silent", () => {
  const rate = new BitRate();
  for (let i = 0; i < 300; i += 1) {
    rate.add(i < 200 ? 1000 : 10, (i * 1000) / 30);
    if (i === 2) assert.equal(rate.at(100), null);
  }
  assert.ok(Math.abs(rate.at(9970) - 2400) < 1);
  assert.equal(rate.at(20000), null);
});

const root = new URL("../../", import.meta.url);
const core = readFileSync(new URL(".build-web/visavis.wasm", root));
const avatar = readFileSync(new URL("Tests/Vectors/browser/person.avatar", root));
const camera = { width: 640, height: 480, focalLength: 700 };

test("a face that moves costs more than one that rests, and both cost little", async () => {
  const bits = async (change) => {
    const coder = await WireCoder.start({ avatar, camera, core });
    let bytes = 0;
    for (let i = 0; i < 150; i += 1) {
      const state = restingState();
      state.time = i / 30;
      change(state, i);
      bytes += coder.send(state);
    }
    return (8 * bytes) / 5;
  };
  const rest = await bits(() => {});
  const speech = await bits((state, i) => {
    state.expression[17] = 0.3 + 0.3 * Math.sin(i / 3);
    state.expression[23] = state.expression[24] = 0.2 + 0.2 * Math.sin(i / 7);
    state.head[1] = 0.1 * Math.sin(i / 11);
  });
  assert.ok(rest < speech && speech < 20000, `${rest} and ${speech} bits a second`);
});
