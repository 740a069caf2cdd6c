/** What is seen of a face, as the guide needs it. Camera coordinates: x right, y down, z forward. */

/**
 * @typedef {object} Sight
 * @property {boolean} tracked whether faces can be seen at all, or only light
 * @property {number} faces how many faces
 * @property {number} height of the face as a share of the picture's height
 * @property {[number, number]} center of the face, 0…1 across and down the picture
 * @property {number[] | null} turn yaw and pitch of the head in degrees, to the person's left and up
 * @property {Float32Array | null} expression the 52 coefficients
 * @property {number} light mean brightness of the face or the picture's middle, 0…255
 * @property {number} imbalance how much brighter one half of the face is than the other, 0…1
 */

/**
 * The head's rotation relative to another, in degrees.
 * @param {ArrayLike<number>} head rotation vector of the camera-from-head rotation
 * @param {ArrayLike<number>} neutral the same while looking straight ahead
 * @returns {[number, number]} yaw to the person's left, pitch up
 */
export function turnOf(head, neutral) {
  const now = matrix(head);
  const rest = matrix(neutral);
  // now · restᵀ turns the direction that looked at the camera, −z, to where it looks now.
  const f = [0, 1, 2].map((row) => {
    let sum = 0;
    for (let k = 0; k < 3; k += 1) sum -= now[3 * row + k] * rest[6 + k];
    return sum;
  });
  const degrees = 180 / Math.PI;
  return [
    Math.atan2(f[0], -f[2]) * degrees,
    Math.atan2(-f[1], Math.hypot(f[0], f[2])) * degrees,
  ];
}

/** Rodrigues' formula, row by row. */
function matrix(v) {
  const angle = Math.hypot(v[0], v[1], v[2]);
  if (angle < 1e-9) return [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const [x, y, z] = [v[0] / angle, v[1] / angle, v[2] / angle];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const t = 1 - c;
  return [
    t * x * x + c, t * x * y - s * z, t * x * z + s * y,
    t * x * y + s * z, t * y * y + c, t * y * z - s * x,
    t * x * z - s * y, t * y * z + s * x, t * z * z + c,
  ];
}

/**
 * Brightness of a picture's region, and its imbalance from left to right.
 * @param {{data: Uint8ClampedArray, width: number, height: number}} picture RGBA
 * @param {{center: [number, number], height: number} | null} face where to look; null the middle
 */
export function lightOf(picture, face) {
  const half = face ? Math.max(0.08, face.height / 2) : 0.3;
  const [cx, cy] = face?.center ?? [0.5, 0.5];
  const ratio = picture.height / picture.width;
  const clamp = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
  const x0 = clamp((cx - half * ratio) * picture.width, picture.width - 1);
  const x1 = clamp((cx + half * ratio) * picture.width, picture.width);
  const y0 = clamp((cy - half) * picture.height, picture.height - 1);
  const y1 = clamp((cy + half) * picture.height, picture.height);
  const middle = (x0 + x1) / 2;
  const sums = [0, 0];
  const counts = [0, 0];
  for (let y = y0; y < y1; y += 2) {
    for (let x = x0; x < x1; x += 2) {
      const i = 4 * (y * picture.width + x);
      const side = x < middle ? 0 : 1;
      sums[side] += 0.299 * picture.data[i] + 0.587 * picture.data[i + 1] + 0.114 * picture.data[i + 2];
      counts[side] += 1;
    }
  }
  const [left, right] = [sums[0] / Math.max(1, counts[0]), sums[1] / Math.max(1, counts[1])];
  return {
    light: (sums[0] + sums[1]) / Math.max(1, counts[0] + counts[1]),
    imbalance: Math.abs(left - right) / Math.max(1, left, right),
  };
}

/** @typedef {{id: "face" | "distance" | "middle" | "light", good: boolean, words: string}} Check */

/**
 * What is good about the framing, and what to do about the rest.
 * @param {Sight} sight
 * @returns {Check[]}
 */
export function checksOf(sight) {
  const checks = /** @type {Check[]} */ ([]);
  if (sight.tracked) {
    const one = sight.faces === 1;
    checks.push({
      id: "face", good: one,
      words: one ? "Your face is seen"
        : sight.faces === 0 ? "No face can be seen: look at the camera, with nothing before your face"
          : "Several faces are seen: an avatar is of one person alone",
    });
    if (one) {
      const near = sight.height > 0.62;
      const far = sight.height < 0.24;
      checks.push({
        id: "distance", good: !near && !far,
        words: near ? "Too near: move back a little" : far ? "Too far: come nearer" : "A good distance",
      });
      const [x, y] = sight.center;
      const aside = Math.abs(x - 0.5) > 0.16 || Math.abs(y - 0.48) > 0.2;
      checks.push({
        id: "middle", good: !aside, words: aside ? "Bring your face to the middle" : "In the middle",
      });
    }
  }
  const [dark, bright, uneven] = [sight.light < 55, sight.light > 225, sight.imbalance > 0.5];
  checks.push({
    id: "light", good: !dark && !bright && !uneven,
    words: dark ? "Too dark: turn towards a window or a lamp"
      : bright ? "Too bright: turn away from the light a little"
        : uneven ? "One side is much brighter: face the light" : "Good light",
  });
  return checks;
}
