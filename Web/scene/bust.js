/**
 * Where an avatar ends: a capture shows head and shoulders, and below them splats thin out into
 * specks. A bust fades out softly there instead.
 */

/** The share of all splats that may lie below the end: stragglers. */
const stragglers = 0.02;

export class BustFade {
  /** Over how many centimetres the bust fades. */
  height;

  #count = -1;
  /** Where the bust ends, centimetres along the torso's upward axis. */
  #end = 0;

  /** @param {number} height centimetres */
  constructor(height = 6) {
    this.height = height;
  }

  /**
   * The `fade` of a layer that shows a frame.
   * @param {{count: number, centers: Float32Array, state: {torso: Float32Array}}} frame
   * @returns {[number, number, number, number]}
   */
  of({ count, centers, state: { torso } }) {
    const up = upOf(torso);
    const shift = up[0] * torso[3] + up[1] * torso[4] + up[2] * torso[5];
    // The torso is rigid: the end found once holds, until there are other splats.
    if (count !== this.#count) {
      this.#count = count;
      const heights = Float32Array.from({ length: count }, (_, i) =>
        up[0] * centers[3 * i] + up[1] * centers[3 * i + 1] + up[2] * centers[3 * i + 2] - shift);
      heights.sort();
      this.#end = count > 0 ? heights[Math.floor(stragglers * (count - 1))] : -Infinity;
    }
    if (!Number.isFinite(this.#end)) return [0, 0, 0, 1];
    return [...up.map((v) => v / this.height), -(shift + this.#end) / this.height];
  }
}

/** The torso's y axis in camera coordinates, from its rotation vector (Rodrigues' formula). */
function upOf([x, y, z]) {
  const angle = Math.hypot(x, y, z);
  if (angle < 1e-9) return [0, 1, 0];
  const [a, b, c] = [x / angle, y / angle, z / angle];
  const s = Math.sin(angle), t = 1 - Math.cos(angle);
  return [t * a * b - s * c, 1 - t * (1 - b * b), t * b * c + s * a];
}
