import { projected } from "./viewpoint.js";
import { plus } from "./vectors.js";

/**
 * Lets a room's light fall on an avatar's picture: what `SplatLayer.light` is for splats, for
 * pixels, as if the face were a flat one before the viewer.
 * @param {{pixels: Uint8ClampedArray, width: number, height: number}} picture is changed
 * @param {{lit: number[], shade: number[]}} light
 * @param {{share: number, right: number, down: number}} ramp how lit the first pixel is, and how
 *   that changes from one to the next
 */
export function shine({ pixels, width, height }, { lit, shade }, { share, right, down }) {
  const table = new Float32Array(3 * 65);
  for (let i = 0; i <= 64; i += 1) {
    const t = i / 64, s = t * t * (3 - 2 * t);
    for (let c = 0; c < 3; c += 1) table[3 * i + c] = shade[c] + s * (lit[c] - shade[c]);
  }
  for (let y = 0, at = 0; y < height; y += 1) {
    let value = share + y * down;
    for (let x = 0; x < width; x += 1, at += 4, value += right) {
      if (pixels[at + 3] === 0) continue;
      const k = 3 * (value <= 0 ? 0 : value >= 1 ? 64 : (64 * value) | 0);
      pixels[at] *= table[k];
      pixels[at + 1] *= table[k + 1];
      pixels[at + 2] *= table[k + 2];
    }
  }
}

/**
 * How the light changes over a picture of somebody.
 * @param {{plane: number[]}} light of a layer
 * @param {import("./placement.js").Placement} placement
 * @param {ArrayLike<number>} eyes in the room
 * @param {import("../../scene/stage.js").View} view of the picture
 * @param {number} width pixels
 * @param {number} height
 */
export function rampOf({ plane }, placement, eyes, view, width, height) {
  const v = view.viewFromWorld;
  const shareAt = (point) => {
    const c = placement.cameraFromWorld(point);
    return plane[0] * c[0] + plane[1] * c[1] + plane[2] * c[2] + plane[3];
  };
  const at = projected(view, eyes, width, height);
  const middle = shareAt(eyes);
  const right = (shareAt(plus(eyes, [v[0], v[4], v[8]])) - middle) / (at.scale * width / height
    * (view.projection[0] / view.projection[5]));
  const down = (middle - shareAt(plus(eyes, [v[1], v[5], v[9]]))) / at.scale;
  return { share: middle - right * at.x - down * at.y, right, down };
}
