// The scan's judgement: where a head is turned, what the framing lacks, when a task is done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Coverage, directionCount } from '../../Web/scan/coverage.js';
import { Guide, longest, prompts } from '../../Web/scan/guide.js';
import { checksOf, lightOf, turnOf } from '../../Web/scan/sight.js';
import { listWords, sizeWords, timeWords } from '../../Web/scan/words.js';

// A head that looks into the camera is turned half a circle about x: y up becomes y down.
const straight = [Math.PI, 0, 0];

/** The rotation vector of a turn in camera coordinates after `straight`. */
function turned(axis, degrees) {
  const quaternion = ([x, y, z], angle) => {
    const s = Math.sin(angle / 2);
    return [Math.cos(angle / 2), x * s, y * s, z * s];
  };
  const [a, b] = [quaternion(axis, (degrees * Math.PI) / 180), quaternion([1, 0, 0], Math.PI)];
  const w = a[0] * b[0] - a[1] * b[1] - a[2] * b[2] - a[3] * b[3];
  const v = [
    a[0] * b[1] + a[1] * b[0] + a[2] * b[3] - a[3] * b[2],
    a[0] * b[2] - a[1] * b[3] + a[2] * b[0] + a[3] * b[1],
    a[0] * b[3] + a[1] * b[2] - a[2] * b[1] + a[3] * b[0],
  ];
  const length = Math.hypot(...v);
  const angle = 2 * Math.atan2(length, w);
  return v.map((value) => (value / length) * angle);
}

const sight = (more = {}) => ({
  tracked: true, faces: 1, height: 0.4, center: [0.5, 0.5], turn: [0, 0],
  expression: new Float32Array(52), light: 120, imbalance: 0.1, ...more,
});

test('a head turned about its own axes is turned to the person\'s left, and up', () => {
  const near = (found, expected) => found.forEach((value, k) => {
    assert.ok(Math.abs(value - expected[k]) < 1e-4, `${found} is not ${expected}`);
  });
  near(turnOf(straight, straight), [0, 0]);
  // Camera coordinates: x right, y down, z forward. About y (down), the face goes from −z to +x
  // when the turn is negative: to the right of the picture, the person's left.
  near(turnOf(turned([0, 1, 0], -30), straight), [30, 0]);
  near(turnOf(turned([0, 1, 0], 30), straight), [-30, 0]);
  // About x, a face that was −z goes up (−y) when the turn is negative.
  near(turnOf(turned([1, 0, 0], -20), straight), [0, 20]);
  near(turnOf(turned([1, 0, 0], 20), straight), [0, -20]);
  // What was straight ahead need not be the camera's axis.
  near(turnOf(turned([0, 1, 0], -30), turned([0, 1, 0], -10)), [20, 0]);
});

test('the ring fills where the head looks, and the rest is named', () => {
  const coverage = new Coverage();
  assert.equal(coverage.share, 0);
  assert.equal(coverage.missing.length, 4);
  coverage.add([0, 0]);
  assert.equal(coverage.seen[directionCount], 1);
  coverage.add([35, 0]);
  // The person's left is on the left of a mirror: three quarters around, clockwise from above.
  assert.ok(coverage.seen[18] > 0.9);
  assert.deepEqual(coverage.missing, ['up', 'to your right', 'down']);
  coverage.add([-35, 0]);
  coverage.add([0, 20]);
  coverage.add([0, -20]);
  assert.deepEqual(coverage.missing, []);
  const again = new Coverage([...coverage.seen]);
  assert.equal(again.share, coverage.share);
  assert.ok(coverage.add([35, 0]) === false);
  for (let k = 0; k < 360; k += 5) {
    const angle = (k * Math.PI) / 180;
    coverage.add([40 * Math.cos(angle), 25 * Math.sin(angle)]);
  }
  assert.ok(coverage.share > 0.95);
});

test('a task ends when it was done for long enough, or when its time is over', () => {
  const guide = new Guide();
  assert.equal(guide.prompt.id, 'front');
  for (let k = 0; k < 39; k += 1) assert.equal(guide.advance(0.1, sight()), 'same');
  assert.equal(guide.advance(0.2, sight()), 'next');
  assert.ok(guide.done[0]);
  assert.equal(guide.prompt.id, 'left');
  // Turned the wrong way: only time leads on.
  let seconds = 0;
  while (guide.advance(0.1, sight({ turn: [-40, 0] })) === 'same') seconds += 0.1;
  assert.ok(Math.abs(seconds - prompts[1].most) < 0.2);
  assert.ok(!guide.done[1]);
  seconds = 0;
  while (guide.advance(0.1, sight({ turn: [-40, 0] })) === 'same') seconds += 0.1;
  assert.ok(Math.abs(seconds - prompts[2].least) < 0.2, `${seconds}`);
});

test('without sight all goes by time, in about two minutes', () => {
  const guide = new Guide();
  let seconds = 0;
  while (guide.advance(0.1, null) !== 'over') seconds += 0.1;
  assert.ok(Math.abs(seconds - longest) < 2);
  assert.ok(longest > 100 && longest < 150, `${longest}`);
  assert.equal(guide.prompt, null);
  assert.equal(guide.left, 0);
  assert.equal(guide.advance(1, null), 'over');
});

test('expressions are seen by their coefficients', () => {
  const named = { smile: [23, 24], open: [17], surprise: [43, 44, 45], frown: [41, 42], blink: [0, 7] };
  for (const [id, channels] of Object.entries(named)) {
    const prompt = prompts.find((candidate) => candidate.id === id);
    const expression = new Float32Array(52);
    assert.ok(!prompt.reached(sight({ expression })), id);
    for (const k of channels) expression[k] = 0.9;
    assert.ok(prompt.reached(sight({ expression })), id);
    assert.ok(!prompt.reached(sight({ expression: null, turn: null })), id);
  }
});

test('checks say what is wrong, and how to mend it', () => {
  const wrong = (more) => checksOf(sight(more)).filter(({ good }) => !good).map(({ words }) => words);
  assert.deepEqual(wrong({}), []);
  assert.match(wrong({ faces: 0 })[0], /No face/);
  assert.match(wrong({ faces: 2 })[0], /Several faces/);
  assert.match(wrong({ height: 0.9 })[0], /Too near/);
  assert.match(wrong({ height: 0.1 })[0], /Too far/);
  assert.match(wrong({ center: [0.9, 0.5] })[0], /middle/);
  assert.match(wrong({ light: 20 })[0], /Too dark/);
  assert.match(wrong({ light: 250 })[0], /Too bright/);
  assert.match(wrong({ imbalance: 0.8 })[0], /brighter/);
  assert.match(wrong({ tracked: false, faces: 0, light: 20 })[0], /Too dark/);
});

test('light is that of the face, and knows its sides', () => {
  const [width, height] = [64, 48];
  const data = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) data.fill(x < 32 ? 200 : 50, 4 * (y * width + x), 4 * (y * width + x) + 3);
  }
  const both = lightOf({ data, width, height }, null);
  assert.ok(Math.abs(both.light - 125) < 6 && Math.abs(both.imbalance - 0.75) < 0.05);
  const left = lightOf({ data, width, height }, { center: [0.2, 0.5], height: 0.3 });
  assert.ok(Math.abs(left.light - 200) < 2 && left.imbalance < 0.01);
});

test('numbers in words', () => {
  assert.equal(timeWords(61.2), '1 min 01 s');
  assert.equal(timeWords(Infinity), 'some time');
  assert.equal(sizeWords(1_600_000), '1.6 MB');
  assert.equal(sizeWords(2_500_000_000), '2.5 GB');
  assert.equal(listWords(['a', 'b', 'c']), 'a, b and c');
});
