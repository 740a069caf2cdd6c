// Pictures that the core draws by itself: those of the native build, and what a page may ask for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RemoteAvatar } from '../../Web/core/avatar.js';
import { AvatarService } from '../../Web/core/avatar-service.js';
import { createState, loadCore } from '../../Web/core/core.js';
import { stateLength } from '../../Web/core/core-avatar.js';
import { BustFade } from '../../Web/scene/bust.js';
import { coreBytes, vector, workerOf } from './core-support.mjs';

const bytes = coreBytes();
const module = await WebAssembly.compile(bytes);
const file = vector('browser/person.avatar');
const width = 72, height = 60;

async function opened() {
  const core = await loadCore(module);
  const avatar = core.createAvatar();
  avatar.append(file);
  avatar.finish();
  return { core, avatar };
}

/** The state of frame `i` of `states.f32`. */
function stateOf(i) {
  const length = 4 + stateLength + 8;
  const block = new Float32Array(vector('browser/states.f32').buffer)
    .subarray(i * length + 4, (i + 1) * length);
  return {
    time: 0, expression: block.subarray(0, 52), head: block.subarray(52, 58),
    torso: block.subarray(58, 64), gaze: block.subarray(64, 68), correction: block.subarray(68),
  };
}

/** The view of picture `i` of `pictures.bin`. */
function viewOf(i) {
  const n = new Float32Array(vector('browser/views.f32').buffer).subarray(16 * i, 16 * (i + 1));
  const viewFromCamera = new Float32Array(16);
  for (let k = 0; k < 12; k += 1) viewFromCamera[4 * (k % 4) + Math.floor(k / 4)] = n[4 + k];
  viewFromCamera[15] = 1;
  return {
    width, height, viewFromCamera,
    camera: { focalLength: [n[0], n[1]], center: [n[2], n[3]] },
  };
}

/** Decibels between two pictures as they look on black, and their alphas. */
function psnr(a, b) {
  let sum = 0, count = 0;
  for (let i = 0; i < a.length; i += 4) {
    for (let c = 0; c < 4; c += 1) {
      const shown = (p) => c < 3 ? (p[i + c] * p[i + 3]) / 255 : p[i + 3];
      sum += (shown(a) - shown(b)) ** 2;
      count += 1;
    }
  }
  return sum === 0 ? Infinity : 10 * Math.log10((255 ** 2 * count) / sum);
}

const covered = (pixels) => pixels.filter((v, i) => i % 4 === 3 && v > 128).length;

test('pictures are those of the native build', async () => {
  const { avatar } = await opened();
  const golden = vector('browser/pictures.bin');
  const length = 4 * width * height;
  assert.equal(golden.length, 3 * length);
  for (let i = 0; i < 3; i += 1) {
    const expected = golden.subarray(i * length, (i + 1) * length);
    assert.ok(covered(expected) > 400, 'the avatar is in the picture');
    const found = avatar.draw(stateOf(i + 1), viewOf(i));
    assert.ok(psnr(found, expected) >= 50, `picture ${i}: ${psnr(found, expected)} dB`);
  }
});

test('a mirrored view is the mirrored picture', async () => {
  const { avatar } = await opened();
  const view = viewOf(1);
  const plain = avatar.draw(stateOf(2), view).slice();
  const viewFromCamera = view.viewFromCamera.map((v, i) => i % 4 === 0 ? -v : v);
  const { focalLength, center: [x, y] } = view.camera;
  const camera = { focalLength, center: [width - x, y] };
  const mirrored = avatar.draw(stateOf(2), { ...view, viewFromCamera, camera });
  const flipped = new Uint8ClampedArray(plain.length);
  for (let i = 0; i < plain.length; i += 4) {
    const column = (i / 4) % width;
    flipped.set(plain.subarray(i, i + 4), i + 4 * (width - 1 - 2 * column));
  }
  assert.ok(psnr(mirrored, plain) < 40, 'left and right differ');
  assert.ok(psnr(mirrored, flipped) > 50, `${psnr(mirrored, flipped)} dB`);
});

test('a background lies behind all of it', async () => {
  const { avatar } = await opened();
  const view = viewOf(0), background = [0.25, 0.5, 1];
  const plain = avatar.draw(stateOf(1), view).slice();
  const opaque = avatar.draw(stateOf(1), { ...view, background });
  for (let i = 0; i < plain.length; i += 4) {
    assert.equal(opaque[i + 3], 255);
    const alpha = plain[i + 3] / 255;
    for (let c = 0; c < 3; c += 1) {
      const expected = plain[i + c] * alpha + 255 * background[c] * (1 - alpha);
      assert.ok(Math.abs(opaque[i + c] - expected) < 2.5, `${opaque[i + c]}, ${expected}`);
    }
  }
});

test('without a state the last one is drawn again, from elsewhere', async () => {
  const { avatar } = await opened();
  const first = avatar.draw(stateOf(1), viewOf(0)).slice();
  const elsewhere = avatar.draw(null, viewOf(2)).slice();
  assert.notDeepEqual(elsewhere, first);
  assert.deepEqual(avatar.draw(null, viewOf(0)), first);
  assert.deepEqual(avatar.draw(stateOf(1), viewOf(2)), elsewhere);
});

test('the bust fades as it does on a graphics processor', async () => {
  const { avatar } = await opened();
  const state = stateOf(1), bustFade = 6;
  // Far enough to see all of it.
  const view = { ...viewOf(0), camera: { focalLength: [110, 110], center: [36, 26] } };
  avatar.pose(state);
  const { centers } = avatar.arrays;
  const count = avatar.info.splats;
  const [a, b, c, d] = new BustFade(bustFade).of({ count, centers: centers.slice(), state });
  const plain = avatar.draw(state, view).slice();
  const faded = avatar.draw(state, { ...view, bustFade }).slice();
  // A pixel whose ray stays above the fade is as it was, and one that stays below is empty.
  let kept = 0, gone = 0;
  const { focalLength: [fx, fy], center: [cx, cy] } = view.camera;
  const m = view.viewFromCamera;
  for (let i = 0; i < plain.length; i += 4) {
    const x = ((i / 4) % width + 0.5 - cx) / fx, y = (Math.floor(i / 4 / width) + 0.5 - cy) / fy;
    const heights = [];
    for (let z = 40; z < 110; z += 2) {
      const p = [x * z - m[12], y * z - m[13], z - m[14]];
      const q = [0, 1, 2].map((k) => m[4 * k] * p[0] + m[4 * k + 1] * p[1] + m[4 * k + 2] * p[2]);
      heights.push(a * q[0] + b * q[1] + c * q[2] + d);
    }
    // Splats are some centimetres wide, and fade as a whole.
    if (Math.min(...heights) > 2) {
      kept += plain[i + 3] > 0;
      assert.deepEqual(faded.subarray(i, i + 4), plain.subarray(i, i + 4));
    }
    if (Math.max(...heights) < -1) {
      gone += plain[i + 3] > 0;
      assert.equal(faded[i + 3], 0);
    }
  }
  assert.ok(kept > 100, `${kept} kept, ${gone} gone`);
  assert.ok(covered(faded) < covered(plain));
});

test('what cannot be drawn is refused in one sentence, and the next picture is drawn', async () => {
  const { avatar } = await opened();
  const view = viewOf(0);
  for (const size of [{ width: 0 }, { height: -1 }, { width: 5000 }, { height: 2 ** 31 }]) {
    assert.throws(() => avatar.draw(stateOf(1), { ...view, ...size }), { code: 32 });
  }
  const broken = { focalLength: [NaN, 1], center: [0, 0] };
  assert.throws(() => avatar.draw(stateOf(1), { ...view, camera: broken }), { code: 4 });
  const state = createState();
  state.head[0] = Infinity;
  assert.throws(() => avatar.draw(state, view), { code: 3 });
  for (const factor of [0, 1e-9, 1e6]) {
    const viewFromCamera = view.viewFromCamera.map((v) => Math.min(v * factor, 1e6));
    assert.equal(avatar.draw(stateOf(1), { ...view, viewFromCamera }).length, 4 * width * height);
  }
  assert.ok(covered(avatar.draw(stateOf(1), view)) > 400);
});

test('five hundred pictures take no memory', async () => {
  const { core, avatar } = await opened();
  const draw = (k) => avatar.draw(stateOf(k % 4), { ...viewOf(k % 3), width: 40 + (k % 5) * 20 });
  for (let k = 0; k < 60; k += 1) draw(k);
  const { memoryInUse, buffer: { byteLength } } = core;
  for (let k = 0; k < 500; k += 1) draw(k);
  assert.equal(core.memoryInUse, memoryInUse);
  assert.equal(core.buffer.byteLength, byteLength);
});

test('an avatar rests in the middle of its capture', async () => {
  const { avatar } = await opened();
  const { resting, reference } = avatar.info;
  // The made-up capture's means are zero.
  assert.deepEqual(resting.expression, new Float32Array(52));
  for (let i = 0; i < 6; i += 1) {
    assert.ok(Math.abs(resting.head[i] - reference[i]) < 1e-4);
    assert.ok(Math.abs(resting.torso[i] - reference[i]) < 1e-4);
  }
  avatar.draw(resting, viewOf(0));
});

test('a worker draws, and its pixels are used again', async () => {
  const avatar = await RemoteAvatar.open(
    file, { core: bytes, createWorker: () => workerOf(AvatarService) });
  await avatar.whole;
  const { avatar: here } = await opened();
  const seen = new Set();
  for (let k = 0; k < 6; k += 1) {
    const state = stateOf(k % 4), view = viewOf(k % 3);
    const picture = await avatar.draw(state, view);
    assert.equal(picture.state, state);
    assert.equal(picture.width, width);
    assert.ok(picture.drawMs > 0);
    assert.deepEqual(picture.pixels, here.draw(state, view).slice());
    seen.add(picture);
  }
  assert.equal([...seen].filter(({ pixels }) => pixels.length > 0).length, 2);
  const other = await avatar.draw(stateOf(0), { ...viewOf(0), width: 30 });
  assert.equal(other.pixels.length, 4 * 30 * height);
  await assert.rejects(avatar.draw(stateOf(0), { ...viewOf(0), width: 0 }), { code: 32 });
  avatar.close();
});
