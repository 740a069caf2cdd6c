// The proxies and services, joined by a worker that is played in this thread.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { RemoteAvatar } from '../../Web/core/avatar.js';
import { AvatarService } from '../../Web/core/avatar-service.js';
import { CoreError, createState } from '../../Web/core/core.js';
import { trackerFiles } from '../../Web/core/core-tracker.js';
import { RemoteTracker } from '../../Web/core/tracker.js';
import { TrackerService } from '../../Web/core/tracker-service.js';
import { asset, coreBytes, trackingBytes, vector, workerOf } from './core-support.mjs';

const core = coreBytes();
const file = vector('browser/person.avatar');
const createWorker = () => workerOf(AvatarService);
const open = (source, options) => RemoteAvatar.open(source, { core, createWorker, ...options });

/** Serves `answer(path, response)` during a test; returns its address. */
async function serve(t, answer) {
  const server = createServer((request, response) => answer(request.url, response));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

test('an avatar can be posed before its bases have arrived', async (t) => {
  let finish;
  const url = await serve(t, (path, response) => {
    response.write(file.subarray(0, 60_000));
    finish = () => response.end(file.subarray(60_000));
  });
  const stages = [];
  const avatar = await open(url, { onProgress: ({ stage, total }) => stages.push([stage, total]) });
  assert.equal(avatar.stage, 1);
  assert.equal(avatar.info.splats, 576);
  const state = createState();
  state.expression[24] = 0.8;
  const early = await avatar.pose(state);
  assert.equal(early.count, 576);
  const centers = early.centers.slice();
  finish();
  await avatar.whole;
  assert.equal(avatar.stage, 2);
  const late = await avatar.pose(state);
  assert.notDeepEqual(late.centers, centers);
  assert.deepEqual(stages.at(-1), [2, file.length]);
  avatar.close();
});

test('frames keep the state they show, and their arrays are used again', async () => {
  const avatar = await open(new Blob([file]));
  const seen = new Set();
  for (let k = 0; k < 8; k += 1) {
    const state = { ...createState(), time: k };
    const frame = await avatar.pose(state, { eye: [1, 2, 3] });
    assert.equal(frame.state, state);
    assert.equal(frame.centers.length, 3 * frame.count);
    assert.equal(frame.covariances.length, 6 * frame.count);
    assert.equal(frame.colors.length, 4 * frame.count);
    assert.equal(new Set(frame.order).size, frame.count);
    assert.ok(frame.poseMs >= 0 && frame.sortMs >= 0);
    seen.add(frame);
  }
  // Those of the last two frames are the page's; the others went back.
  const lent = [...seen].filter((frame) => frame.centers.length > 0);
  assert.equal(lent.length, 2);
  avatar.close();
});

test('poses asked for at once are all answered, in order', async () => {
  const avatar = await open(file);
  const frames = await Promise.all([0, 1, 2, 3].map((time) =>
    avatar.pose({ ...createState(), time })));
  assert.deepEqual(frames.map(({ state }) => state.time), [0, 1, 2, 3]);
  avatar.close();
});

test('what cannot be opened is one clear sentence', async (t) => {
  const url = await serve(t, (path, response) => {
    response.statusCode = path === '/cut.avatar' ? 200 : 404;
    response.end(path === '/cut.avatar' ? file.subarray(0, 5000) : 'no');
  });
  const cases = [
    [`${url}missing.avatar`, 1001, 'The avatar could not be fetched: the server answered 404.'],
    [`${url}cut.avatar`, 12, 'The avatar is incomplete: 5,000 of 74,225 bytes are there.'],
    ['http://127.0.0.1:1/x', 1001,
      'The avatar could not be fetched: there is no connection to the server.'],
    [new Uint8Array(50), 10, 'This file is not an avatar.'],
    [new ArrayBuffer(0), 12, 'The avatar is incomplete: 0 of 12 bytes are there.'],
  ];
  for (const [source, code, message] of cases) {
    await assert.rejects(open(source), (error) => {
      assert.ok(error instanceof CoreError);
      assert.equal(error.code, code);
      assert.equal(error.message, message);
      return true;
    });
  }
});

test('an avatar that breaks off behind its base can be posed, and says that it broke', async () => {
  const avatar = await open(file.subarray(0, 60_000));
  await assert.rejects(avatar.whole, { code: 12 });
  assert.equal((await avatar.pose(createState())).count, 576);
  avatar.close();
});

test('after close, and when the worker cannot run, calls fail at once', async () => {
  const avatar = await open(file);
  const pending = avatar.pose(createState());
  avatar.close();
  await assert.rejects(pending, { code: 1004 });
  await assert.rejects(avatar.pose(createState()), { code: 1004 });
  const broken = { postMessage: () => setImmediate(() => broken.onerror({})), terminate() {} };
  await assert.rejects(
    RemoteAvatar.open(file, { createWorker: () => broken }),
    { message: 'The avatar\'s worker could not run; reload the page.' });
});

test('a tracker fetches its models and follows a face', {
  skip: asset(trackerFiles[0].path) && asset('template.vvt') ? false : 'skipped: no models',
}, async (t) => {
  const url = await serve(t, (path, response) => {
    const bytes = path.includes('full_range') ? null : asset(path.slice(1));
    response.statusCode = bytes ? 200 : 404;
    response.end(bytes ?? '');
  });
  const received = [];
  const start = (options) => RemoteTracker.start({
    models: url, core: trackingBytes(), createWorker: () => workerOf(TrackerService), ...options,
  });
  const tracker = await start({ onProgress: (progress) => received.push(progress.received) });
  assert.equal(received.length, 5);
  const rgb = vector('inference/frame256x144.rgb');
  const data = new Uint8ClampedArray(256 * 144 * 4);
  for (let i = 0; i < 256 * 144; i += 1) data.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  const answers = await Promise.all(
    [0, 1, 2].map((k) => tracker.track({ width: 256, height: 144, data }, k / 30)));
  for (const answer of answers) {
    assert.equal(answer.isTracked, true);
    assert.equal(answer.faceCount, 1);
    assert.equal(answer.landmarks.length, 1404);
    assert.equal(answer.state.expression.length, 52);
    assert.ok(answer.state.head[5] > 10);
    assert.ok(answer.ms.total >= answer.ms.look);
  }
  // An avatar without landmarks, as heads of other programs are: whoever it is, is followed.
  const stranger = await start({ avatar: file.slice() });
  assert.equal((await stranger.track({ width: 256, height: 144, data }, 0)).isTracked, true);
  stranger.close();
  await tracker.calibrateNeutral();
  await assert.rejects(
    tracker.track({ width: 4, height: 4, data: new Uint8ClampedArray(64) }, 1), { code: 32 });
  tracker.close();
  await assert.rejects(tracker.reset(), { code: 1004 });
  await assert.rejects(start({ models: 'http://127.0.0.1:1/' }), { code: 1001 });
});
