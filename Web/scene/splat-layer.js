import { worldFromDrivingCamera } from "./matrices.js";
import { rowLength } from "./splat-shader.js";

/**
 * One avatar of a stage: what `Stage.addAvatar` returns.
 *
 * It keeps a copy of its splats, so that a frame's arrays may go back to their worker at once, and
 * so that a lost context can be rebuilt.
 */
export class SplatLayer {
  /**
   * Where the avatar's driving camera stands in the world: turns, moves and scales (alike in all
   * directions) the avatar. Change it at any time.
   */
  worldFromCamera = worldFromDrivingCamera();
  /** Whether it is drawn. */
  visible = true;
  /** A factor for every splat's opacity, 0…1. */
  opacity = 1;
  /**
   * "meshes": a splat is hidden where a mesh lies in front of its centre. "none": the avatar is
   * drawn over all meshes. Avatars never hide meshes' depth: they write none.
   * @type {"meshes" | "none"}
   */
  hiddenBy = "meshes";
  /**
   * How far before a splat a mesh must lie to hide it, in the world's unit: what an avatar touches,
   * as a body that carries it, is drawn behind it.
   */
  lead = 0;
  /**
   * Lets splats fade out towards a plane, as below a bust: the opacity's share is
   * a x + b y + c z + d, cut to 0…1 and smoothed, (x, y, z) in camera coordinates. See bust.js.
   * @type {[number, number, number, number]}
   */
  fade = [0, 0, 0, 1];
  /**
   * Light that falls on it beside its own: factors for the colours, sRGB-coded, on the side that
   * is lit and in the shade. Which side a splat is on says `plane`, in camera coordinates as for
   * `fade`: 0 in the shade, 1 in the light.
   * @type {{lit: number[], shade: number[], plane: number[]}}
   */
  light = { lit: [1, 1, 1], shade: [1, 1, 1], plane: [0, 0, 0, 1] };

  /**
   * Whether it surrounds the eye: its order counts by distance, and the others are drawn between
   * those of its splats that lie farther than their middle and those that lie nearer.
   */
  isAround = false;

  /** The number of splats. */
  count = 0;
  /** How often `update` was called. */
  version = 0;
  /** How often the order was another one. */
  orderVersion = 0;
  /** A sphere around all centres, in camera coordinates. */
  middle = [0, 0, 0];
  radius = 0;

  /** Copies, padded to whole rows of the textures. */
  centers = new Float32Array(0);
  covariances = new Float32Array(0);
  colors = new Uint8Array(0);
  order = new Uint32Array(0);
  /** Room for each splat's squared distance, while avatars are merged. */
  distances = new Float32Array(0);

  #remove;

  /** @param {(layer: SplatLayer) => void} remove */
  constructor(remove) {
    this.#remove = remove;
  }

  /** Rows of `rowLength` splats that it takes. */
  get rows() {
    return this.centers.length / (3 * rowLength);
  }

  /**
   * Shows another frame. The frame's arrays are copied.
   * @param {{count: number, centers: Float32Array, covariances: Float32Array, colors: Uint8Array,
   *   order: Uint32Array}} frame a SplatFrame; `order` lists each splat once, far to near
   * @throws {RangeError} when an array is shorter than `count` asks for
   */
  update({ count, centers, covariances, colors, order }) {
    if (!(Number.isInteger(count) && count >= 0 && count < 1 << 24) ||
      centers.length < 3 * count || covariances.length < 6 * count ||
      colors.length < 4 * count || order.length < count) {
      throw new RangeError(`A frame of ${count} splats does not hold that many.`);
    }
    const rows = Math.ceil(count / rowLength);
    if (rows !== this.rows) {
      this.centers = new Float32Array(3 * rows * rowLength);
      this.covariances = new Float32Array(6 * rows * rowLength);
      this.colors = new Uint8Array(4 * rows * rowLength);
      this.order = new Uint32Array(rows * rowLength);
      this.distances = new Float32Array(rows * rowLength);
    }
    this.centers.set(prefix(centers, 3 * count));
    this.covariances.set(prefix(covariances, 6 * count));
    this.colors.set(prefix(colors, 4 * count));
    this.order.set(prefix(order, count));
    this.count = count;
    this.version += 1;
    this.orderVersion += 1;
    this.#measure();
  }

  /**
   * Draws the same splats in another order, which is copied.
   * @param {Uint32Array} order each splat once, far to near
   * @throws {RangeError} when it is shorter than the splats
   */
  reorder(order) {
    if (order.length < this.count) {
      throw new RangeError(`An order of ${order.length} splats is none of ${this.count}.`);
    }
    this.order.set(prefix(order, this.count));
    this.orderVersion += 1;
  }

  /** Takes the avatar off the stage. */
  remove() {
    this.#remove(this);
  }

  #measure() {
    const { centers, count } = this;
    let x = 0, y = 0, z = 0;
    for (let i = 0, n = 3 * count; i < n; i += 3) {
      x += centers[i];
      y += centers[i + 1];
      z += centers[i + 2];
    }
    x /= count || 1;
    y /= count || 1;
    z /= count || 1;
    let farthest = 0;
    for (let i = 0, n = 3 * count; i < n; i += 3) {
      const dx = centers[i] - x, dy = centers[i + 1] - y, dz = centers[i + 2] - z;
      const square = dx * dx + dy * dy + dz * dz;
      if (square > farthest) farthest = square;
    }
    this.middle = [x, y, z];
    this.radius = Math.sqrt(farthest);
  }
}

const prefix = (array, count) => array.length === count ? array : array.subarray(0, count);
