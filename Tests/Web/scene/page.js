// What scene_test.py calls, as `scene`.
import * as matrices from "/scene/matrices.js";
import { Orbit } from "/scene/orbit.js";
import * as shapes from "/scene/shapes.js";
import { Stage } from "/scene/stage.js";

/**
 * Reads splats and their camera: 8 numbers (count, width, height, focal length, centre), then
 * centres, covariances, colours and the order.
 */
export async function load(url) {
  const buffer = await (await fetch(url)).arrayBuffer();
  const [count, width, height] = new Uint32Array(buffer, 0, 3);
  const numbers = new Float32Array(buffer, 12, 4);
  let at = 32;
  const take = (Type, length) => {
    const array = new Type(buffer, at, length);
    at += array.byteLength;
    return array;
  };
  return {
    camera: {
      width, height, focalLength: [numbers[0], numbers[1]], center: [numbers[2], numbers[3]],
    },
    frame: {
      count, centers: take(Float32Array, 3 * count), covariances: take(Float32Array, 6 * count),
      colors: take(Uint8Array, 4 * count), order: take(Uint32Array, count),
    },
  };
}

/** Peak signal to noise of two pictures of straight alpha, over grey. */
export function psnr(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i += 4) {
    const p = a[i + 3] / 255, q = b[i + 3] / 255;
    for (let k = i; k < i + 3; k++) sum += (a[k] * p - b[k] * q + 128 * (q - p)) ** 2;
  }
  return 10 * Math.log10((255 * 255) / (sum / ((a.length / 4) * 3)));
}

/** What the canvas shows, in the task that drew it. */
export function canvasPixels(canvas) {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height);
}

/** A frame of splats, sorted for an eye at the origin. */
export function makeFrame(splats) {
  const count = splats.length;
  const frame = {
    count, centers: new Float32Array(3 * count), covariances: new Float32Array(6 * count),
    colors: new Uint8Array(4 * count),
    order: Uint32Array.from(splats.keys()).sort(
      (a, b) => Math.hypot(...splats[b].center) - Math.hypot(...splats[a].center)),
  };
  splats.forEach(({ center, size = 1, color = [255, 255, 255], opacity = 1 }, i) => {
    frame.centers.set(center, 3 * i);
    const v = size * size;
    frame.covariances.set([v, 0, 0, v, 0, v], 6 * i);
    frame.colors.set([...color, Math.round(255 * opacity)], 4 * i);
  });
  return frame;
}

/** A quad facing the viewer, `size` wide, at a distance from the origin. */
export function quad(distance, size, color) {
  const h = size / 2;
  return {
    positions: new Float32Array([-h, -h, 0, h, -h, 0, -h, h, 0, h, h, 0]),
    normals: new Float32Array([0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]),
    colors: new Uint8Array([...color, ...color, ...color, ...color]),
    indices: new Uint16Array([0, 1, 2, 2, 1, 3]),
    worldFromModel: matrices.translation(0, 0, -distance),
  };
}

/** The view of a camera that stands where avatars' driving cameras stand. */
export function viewOf(camera) {
  return { viewFromWorld: matrices.identity(), projection: matrices.projectionOfPinhole(camera) };
}

export const canvas = document.querySelector("canvas");
export { matrices, Orbit, shapes, Stage };
globalThis.scene = {
  load, psnr, canvasPixels, makeFrame, quad, viewOf, canvas, matrices, Orbit, shapes, Stage,
};
