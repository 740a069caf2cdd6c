// Times the browser's core in node, one JSON object a line:
//   node Tests/Web/core-bench.mjs [--avatar FILE] [--frames FILE.rgba WIDTH HEIGHT]
//
// Medians in milliseconds of one run, and the processor's time a frame, which other programs that
// run beside it change less. `--avatar` times opening, code → splats, the sort and the
// copy for the page; `browser-vectors --large FILE` makes one of 24,000 splats.
// `--frames` times tracking on raw pictures of red, green, blue, anything, as ffmpeg writes them:
//   ffmpeg -i VIDEO -t 8 -pix_fmt rgba -f rawvideo FILE.rgba
import { readFileSync } from 'node:fs';
import { createArrays } from '../../Web/core/core-avatar.js';
import { CoreTracker, trackerFiles } from '../../Web/core/core-tracker.js';
import { loadCore } from '../../Web/core/core.js';
import { asset, coreBytes, trackingBytes } from './core-support.mjs';

const option = (name, count) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : process.argv.slice(at + 1, at + 1 + count);
};
const round = (x) => Math.round(x * 1000) / 1000;
const median = (values) => round(values.sort((a, b) => a - b)[values.length >> 1]);
const timed = (body) => {
  const start = performance.now();
  body();
  return performance.now() - start;
};

/** Times posing, sorting, copying one avatar. */
async function timeAvatar(path) {
  const file = new Uint8Array(readFileSync(path));
  const core = await loadCore(coreBytes());
  const avatar = core.createAvatar();
  let base = 0;
  const start = performance.now();
  for (let i = 0; i < file.length; i += 1 << 16) {
    if (avatar.append(file.subarray(i, i + (1 << 16))) > 0 && base === 0) {
      base = performance.now() - start;
    }
  }
  const whole = performance.now() - start;
  const { info } = avatar;
  const state = {
    time: 0, expression: new Float32Array(52), head: info.reference, torso: info.reference,
    gaze: new Float32Array(4), correction: new Float32Array(info.codeLength),
  };
  const copy = createArrays(info.splats);
  const times = { pose: [], sort: [], copy: [] };
  const before = process.cpuUsage();
  for (let k = 0; k < 400; k += 1) {
    state.expression.fill(0.5 + 0.5 * Math.sin(k / 10));
    times.pose.push(timed(() => avatar.pose(state)));
    times.sort.push(timed(() => avatar.sort(k % 2 ? [5, 0, 0] : null)));
    times.copy.push(timed(() => avatar.copy(copy)));
  }
  const used = process.cpuUsage(before);
  const [pose, sort, copied] = [times.pose, times.sort, times.copy].map(median);
  return {
    splats: info.splats, openBase: round(base), openWhole: round(whole), pose, sort, copy: copied,
    processorPerFrame: round((used.user + used.system) / 1000 / 400), megabytes: round(core.buffer.byteLength / 1e6),
  };
}

/** Times tracking of raw pictures. */
async function timeTracking(path, width, height) {
  const core = await loadCore(trackingBytes());
  const tracker = new CoreTracker(core);
  for (const { number, path: file } of trackerFiles) if (file) tracker.append(number, asset(file));
  const prepare = timed(() => tracker.prepare());
  const pictures = readFileSync(path);
  const length = width * height * 4;
  const times = { look: [], solve: [], total: [] };
  const before = process.cpuUsage();
  const count = Math.floor(pictures.length / length);
  for (let k = 0; k < count; k += 1) {
    const start = performance.now();
    tracker.picture(width, height).set(pictures.subarray(k * length, (k + 1) * length));
    const { ms } = tracker.track(k / 24);
    times.look.push(ms.look);
    times.solve.push(ms.solve);
    times.total.push(performance.now() - start);
  }
  const used = process.cpuUsage(before);
  return {
    frames: count, prepare: round(prepare), look: median(times.look), solve: median(times.solve),
    total: median(times.total), processorPerFrame: round((used.user + used.system) / 1000 / count),
  };
}

const avatar = option('--avatar', 1);
if (avatar) console.log(JSON.stringify(await timeAvatar(avatar[0])));
const frames = option('--frames', 3);
if (frames) console.log(JSON.stringify(await timeTracking(frames[0], +frames[1], +frames[2])));
