import assert from "node:assert/strict";
import { test } from "node:test";
import { Player } from "../../Web/mirror/player.js";
import { restingState } from "../../Web/mirror/state.js";

/** A clock that moves when it is told to. */
function makeClock() {
  let time = 0;
  let waiting = null;
  return {
    now: () => time,
    schedule: (work, ms) => { waiting = { work, at: time + ms }; },
    cancel: () => { waiting = null; },
    /** Goes on by so many milliseconds, late by `late` at each call. */
    run(ms, late = 0) {
      const end = time + ms;
      while (waiting && waiting.at + late <= end) {
        time = waiting.at + late;
        const { work } = waiting;
        waiting = null;
        work();
      }
      time = end;
    },
  };
}

const recording = (count) =>
  Array.from({ length: count }, (_, i) => ({ ...restingState(), time: 5 + i / 10 }));

test("states come at their times, again and again, with times that only grow", () => {
  const clock = makeClock();
  const heard = [];
  const player = new Player(recording(10), (state) => heard.push([clock.now(), state.time]), clock);
  player.start();
  clock.run(899.5);
  assert.equal(heard.length, 9);
  heard.forEach(([now, time], i) => {
    assert.ok(Math.abs(now - 100 * i) < 2 && Math.abs(time - 5 - i / 10) < 1e-9);
  });
  assert.ok(Math.abs(player.position - 0.8995) < 1e-6);
  clock.run(1200);
  assert.ok(heard.length > 14);
  for (let i = 1; i < heard.length; i += 1) assert.ok(heard[i][1] > heard[i - 1][1]);
  player.stop();
  const count = heard.length;
  clock.run(5000);
  assert.equal(heard.length, count);
});

test("a slow page skips states and does not fall behind", () => {
  const clock = makeClock();
  const heard = [];
  const player = new Player(recording(30), (state) => heard.push([clock.now(), state.time]), clock);
  player.start();
  clock.run(2500, 250);
  assert.ok(heard.length < 12);
  for (const [now, time] of heard) assert.ok(Math.abs(now / 1000 - (time - 5)) < 0.11);
});

test("nothing is played of nothing, and one state is played", () => {
  const clock = makeClock();
  const heard = [];
  new Player([], (state) => heard.push(state), clock).start();
  clock.run(1000);
  assert.equal(heard.length, 0);
  new Player(recording(1), (state) => heard.push(state), clock).start();
  clock.run(1000);
  assert.ok(heard.length >= 2);
});
