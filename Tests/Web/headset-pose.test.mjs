// A headset's head becomes an avatar's: right is right, up is up, ahead is ahead.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Placement } from '../../Web/room/scene/placement.js';
import { EyeQuality } from '../../Web/xr/eye-quality.js';
import { headFromHeadset } from '../../Web/xr/head-pose.js';
import { jointNames } from '../../Web/xr/input-meshes.js';

const info = { reference: [Math.PI, 0, 0, 1, 3, 55], eyeCenters: [[3.1, 2.5, 6], [-3.1, 2.5, 6]] };
const eyes = [0, 2.5, 6];

/** worldFromHead of a head at a place with yaw, pitch and roll. */
function head([x, y, z], yaw, pitch = 0, roll = 0) {
  const [cy, sy, cp, sp, cr, sr] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch), Math.cos(roll), Math.sin(roll)];
  // Yaw about y, then pitch about x, then roll about z.
  const right = [cy * cr + sy * sp * sr, cp * sr, -sy * cr + cy * sp * sr];
  const up = [-cy * sr + sy * sp * cr, cp * cr, sy * sr + cy * sp * cr];
  const back = [sy * cp, -sp, cy * cp];
  return Float32Array.from([...right, 0, ...up, 0, ...back, 0, x, y, z, 1]);
}

const near = (a, b, what) => a.forEach((v, i) =>
  assert.ok(Math.abs(v - b[i]) < 2e-3, `${what}: ${a.map((n) => n.toFixed(3))} for ${b.map((n) => n.toFixed(3))}`));

test('what a headset does, the avatar does in the room', () => {
  for (const seat of [{ eye: [0, 1.2, 0], yaw: 0 }, { eye: [2, 1.2, -1], yaw: 2.2 }]) {
    const placement = new Placement(info);
    placement.moveTo(seat.eye, seat.yaw);
    const motions = [[0, 0, 0], [0.4, 0, 0], [0, 0.3, 0], [0, 0, 0.25], [-0.7, -0.2, 0.3], [2.5, 0.1, 0]];
    for (const [yaw, pitch, roll] of motions) {
      for (const shift of [[0, 0, 0], [0.03, 0.02, -0.04]]) {
        const at = seat.eye.map((v, i) => v + shift[i]);
        const m = head(at, seat.yaw + yaw, pitch, roll);
        const pose = headFromHeadset(m, seat, info.reference, eyes);
        // The camera that saw the capture looked a little down on it: the room takes that out.
        const rest = headFromHeadset(head(seat.eye, seat.yaw), seat, info.reference, eyes);
        near(Array.from(rest), info.reference, 'at rest');
        near(placement.worldFromHead(pose).map((v, i) => v - placement.worldFromHead(rest)[i]),
          leaned(placement, shift, seat.yaw), 'where the eyes are');
        near(placement.directionOf(pose), carried(placement, rest, m, seat.yaw, 8, -1), 'where it looks');
        near(placement.directionOf(pose, [0, 1, 0]), carried(placement, rest, m, seat.yaw, 4, 1), 'where up is');
      }
    }
  }
});

/** The directions of the placement's rest: right, up, ahead in the room. */
function axes(placement, rest = info.reference) {
  return [[-1, 0, 0], [0, 1, 0], [0, 0, 1]].map((v) => placement.directionOf(rest, v));
}

/** A vector given in a seat's directions, along those of the avatar's rest. */
function along([right, up, ahead], [x, y, z]) {
  return [0, 1, 2].map((i) => x * right[i] + y * up[i] + z * ahead[i]);
}

function inSeat([x, y, z], yaw) {
  const c = Math.cos(yaw), s = Math.sin(yaw);
  return [c * x - s * z, y, -(s * x + c * z)];
}

const leaned = (placement, shift, yaw) => along(axes(placement), inSeat(shift, yaw));
const carried = (placement, rest, m, yaw, k, sign) => along(
  axes(placement, rest), inSeat([m[k], m[k + 1], m[k + 2]].map((v) => sign * v), yaw));

test('a hand has 25 joints in the order of WebXR', () => {
  assert.equal(jointNames.length, 25);
  assert.equal(new Set(jointNames).size, 25);
  assert.deepEqual(jointNames.slice(0, 6), [
    'wrist', 'thumb-metacarpal', 'thumb-phalanx-proximal', 'thumb-phalanx-distal', 'thumb-tip',
    'index-finger-metacarpal']);
});

test('pictures shrink while frames are late and grow when there is room', () => {
  const quality = new EyeQuality();
  let time = 0;
  const play = (frames, interval, busy) => {
    for (let i = 0; i < frames; i += 1) quality.add(busy, time += interval, 72);
  };
  play(200, 1000 / 72, 5);
  assert.equal(quality.viewportScale, 1);
  play(70, 2000 / 72, 20);
  const small = quality.viewportScale;
  assert.ok(small < 1);
  play(60, 1000 / 72, 12);
  assert.equal(quality.viewportScale, small, 'there is no room yet');
  play(72 * 40, 1000 / 72, 3);
  assert.equal(quality.viewportScale, 1);
});
