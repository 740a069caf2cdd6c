// The core's avatars against golden vectors, damage, and long use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoreError, createState, loadCore } from '../../Web/core/core.js';
import { stateLength } from '../../Web/core/core-avatar.js';
import { coreBytes, vector } from './core-support.mjs';

const module = await WebAssembly.compile(coreBytes());
const file = vector('browser/person.avatar');

const opened = async (bytes = file) => {
  const core = await loadCore(module);
  const avatar = core.createAvatar();
  avatar.append(bytes);
  return { core, avatar };
};

/** The state and eye of frame `i` of `states.f32`. */
function stateOf(i) {
  const numbers = new Float32Array(vector('browser/states.f32').buffer);
  const length = 4 + stateLength + 8;
  const block = numbers.subarray(i * length + 4, (i + 1) * length);
  const [hasEye, ...eye] = numbers.subarray(i * length, i * length + 4);
  return {
    state: {
      time: 0, expression: block.subarray(0, 52), head: block.subarray(52, 58),
      torso: block.subarray(58, 64), gaze: block.subarray(64, 68), correction: block.subarray(68),
    },
    eye: hasEye ? eye : null,
  };
}

/** The bytes of an avatar's posed splats, in the order of `frames.bin`. */
function bytesOf({ centers, covariances, colors, order }) {
  return Buffer.concat([centers, covariances, colors, order].map(
    (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)));
}

test('posed and ordered splats are those of the native build, bit for bit', async () => {
  const core = await loadCore(module);
  const avatar = core.createAvatar();
  const golden = Buffer.from(vector('browser/frames.bin'));
  let at = 0;
  const expectFrame = (state, eye) => {
    avatar.pose(state);
    avatar.sort(eye);
    const found = bytesOf(avatar.arrays);
    assert.ok(found.equals(golden.subarray(at, at + found.length)), `frame at byte ${at}`);
    at += found.length;
  };
  let i = 0;
  while (avatar.append(file.subarray(i, i + 1000)) === 0) i += 1000;
  assert.equal(avatar.stage, 1);
  assert.ok(i < avatar.info.baseLength && i + 1000 >= avatar.info.baseLength);
  expectFrame(stateOf(0).state, null);
  assert.equal(avatar.append(file.subarray(i + 1000)), 2);
  avatar.finish();
  for (let k = 0; k < 4; k += 1) expectFrame(stateOf(k).state, stateOf(k).eye);
  assert.equal(at, golden.length);
});

test('the order runs from far to near and names every splat once', async () => {
  const { avatar } = await opened();
  for (const eye of [null, [0, 0, 0], [30, 5, 60], [1e5, 0, 0]]) {
    avatar.pose(stateOf(3).state);
    avatar.sort(eye);
    const { centers, order } = avatar.arrays;
    const depth = (k) => eye
      ? Math.hypot(...[0, 1, 2].map((c) => centers[3 * k + c] - eye[c])) : centers[3 * k + 2];
    assert.equal(new Set(order).size, avatar.info.splats);
    for (let k = 1; k < order.length; k += 1) {
      assert.ok(depth(order[k]) <= depth(order[k - 1]) + (eye?.[0] === 1e5 ? 0.02 : 2e-5));
    }
  }
});

test('an avatar says what its file says', async () => {
  const { avatar } = await opened();
  const { info } = avatar;
  assert.equal(info.splats, 576);
  assert.equal(info.codeLength, 8);
  assert.equal(info.length, file.length);
  assert.deepEqual(
    info.capture, { width: 640, height: 480, frames: 100, fittedFrames: 80, focalLength: 700 });
  assert.deepEqual(Array.from(info.restingGaze, (x) => +x.toFixed(3)), [0.05, -0.02, -0.04, 0.01]);
});

test('every piece size leads to the same avatar', async () => {
  const frames = [];
  for (const size of [1, 999, 65536, file.length]) {
    const core = await loadCore(module);
    const avatar = core.createAvatar();
    for (let i = 0; i < file.length; i += size) avatar.append(file.subarray(i, i + size));
    avatar.finish();
    avatar.pose(stateOf(2).state);
    avatar.sort();
    frames.push(bytesOf(avatar.arrays).toString('base64'));
  }
  assert.equal(new Set(frames).size, 1);
});

test('a truncated avatar is one clear sentence', async () => {
  const { avatar } = await opened(file.subarray(0, 70_000));
  assert.throws(() => avatar.finish(), (error) => {
    assert.ok(error instanceof CoreError);
    assert.equal(error.code, 12);
    assert.equal(error.message, 'The avatar is incomplete: 70,000 of 74,225 bytes are there.');
    return true;
  });
});

test('damaged bytes are refused or drawn, and never stop the core', async () => {
  const core = await loadCore(module);
  const memory = core.memoryInUse;
  let seed = 1;
  const random = (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  // The checksums are made right again, so that what lies behind them is reached.
  let refused = 0;
  for (let round = 0; round < 300; round += 1) {
    const bytes = file.slice();
    for (let k = 0; k <= random(4); k += 1) {
      const at = random(3) === 0 ? random(160) : random(bytes.length);
      bytes[at] = [0, 255, random(256)][random(3)];
    }
    if (random(4) > 0) mendChecksums(bytes);
    const avatar = core.createAvatar();
    try {
      for (let i = 0; i < bytes.length; i += 20_000) avatar.append(bytes.subarray(i, i + 20_000));
      avatar.finish();
      avatar.pose(createState());
      avatar.sort();
      for (const number of avatar.arrays.centers) assert.ok(Number.isFinite(number));
    } catch (error) {
      refused += 1;
      assert.ok(error instanceof CoreError, error.stack);
      assert.ok(error.code >= 10 && error.code < 20, `${error.code}: ${error.message}`);
      assert.match(error.message, /^[A-Z].*\.$/);
    }
    avatar.close();
  }
  assert.ok(refused > 100 && refused < 300, `${refused} refused`);
  assert.ok(core.memoryInUse <= memory + 70_000, `${core.memoryInUse} bytes in use`);
});

test('states that are no numbers, and eyes, are refused', async () => {
  const { avatar } = await opened();
  const state = createState();
  state.head[4] = NaN;
  assert.throws(() => avatar.pose(state), { code: 3 });
  assert.throws(() => avatar.sort([0, Infinity, 0]), { code: 3 });
  avatar.pose(createState());
});

test('an avatar that has not arrived, or was closed, is refused', async () => {
  const core = await loadCore(module);
  const avatar = core.createAvatar();
  assert.throws(() => avatar.pose(createState()), { code: 2 });
  avatar.close();
  assert.throws(() => avatar.append(file), { code: 1 });
  assert.throws(() => avatar.close(), { code: 1 });
});

test('a thousand frames take no memory', async () => {
  const { core, avatar } = await opened();
  const states = [0, 1, 2, 3].map(stateOf);
  const frame = (k) => {
    avatar.pose(states[k % 4].state);
    avatar.sort(states[k % 4].eye);
  };
  for (let k = 0; k < 10; k += 1) frame(k);
  const { memoryInUse, buffer: { byteLength } } = core;
  for (let k = 0; k < 1000; k += 1) frame(k);
  assert.equal(core.memoryInUse, memoryInUse);
  assert.equal(core.buffer.byteLength, byteLength);
});

test('opening and closing gives all memory back', async () => {
  const core = await loadCore(module);
  const cycle = () => {
    const avatar = core.createAvatar();
    avatar.append(file);
    avatar.pose(createState());
    avatar.close();
  };
  cycle();
  const { memoryInUse, buffer: { byteLength } } = core;
  for (let k = 0; k < 50; k += 1) cycle();
  assert.equal(core.memoryInUse, memoryInUse);
  assert.equal(core.buffer.byteLength, byteLength);
});

test('a core that is none, and one that stops, say so', async () => {
  await assert.rejects(loadCore(new Uint8Array([1, 2, 3])), { code: 1002 });
  const core = await loadCore(module);
  // More memory than there is: Swift traps.
  assert.throws(() => core.run('free', 3), { code: 1000 });
  assert.equal(core.stopped, true);
  assert.throws(() => core.createAvatar(), { code: 1000, message: /reload the page\.$/ });
});

/** Writes the CRC-32 of each section into the table. */
function mendChecksums(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(view.getUint32(8, true), 20);
  for (let k = 0; k < count; k += 1) {
    const entry = 12 + 16 * k;
    const offset = view.getUint32(entry + 4, true);
    const length = view.getUint32(entry + 8, true);
    if (offset + length > bytes.length) continue;
    let crc = 0xffffffff;
    for (let i = offset; i < offset + length; i += 1) {
      crc ^= bytes[i];
      for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    view.setUint32(entry + 12, ~crc >>> 0, true);
  }
}
