import { transform, inverse } from "../../scene/matrices.js";

/** Metres that an eye moves before splats are ordered anew. */
const stride = 0.03;

/**
 * A scene of splats and meshes around a room, on a stage. Its splats are ordered by a worker, by
 * their distance: that is the same wherever one looks.
 *
 * Says "change" when they are in another order.
 */
export class Scenery extends EventTarget {
  #stage;
  /** @type {import("../../view/scene-file.js").Scene | null} */
  #scene = null;
  #layer = null;
  /** @type {import("../../scene/stage-mesh.js").StageMesh[]} */
  #meshes = [];
  /** @type {Worker | null} */
  #worker = null;
  /** The eye in the scene for which splats are ordered, or are being ordered; and the newest. */
  #eye = /** @type {number[] | null} */ (null);
  #wanted = [0, 0, 0];
  #release = /** @type {((order: any) => void) | null} */ (null);
  /** The order that is under way. @type {Promise<void> | null} */
  #ordering = null;
  #spare = /** @type {Uint32Array | undefined} */ (undefined);

  /** @param {import("../../scene/stage.js").Stage} stage */
  constructor(stage) {
    super();
    this.#stage = stage;
  }

  /** Whether the newest order is drawn. */
  get isSettled() {
    return this.#ordering === null;
  }

  /**
   * Has a scene stand there; the same one is only moved.
   * @param {{scene: import("../../view/scene-file.js").Scene, worldFromScene: Float32Array} | null} placed
   */
  set(placed) {
    if (placed?.scene !== this.#scene) this.#replace(placed?.scene ?? null);
    if (!placed) return;
    for (const mesh of this.#meshes) mesh.worldFromModel = placed.worldFromScene;
    if (this.#layer) this.#layer.worldFromCamera = placed.worldFromScene;
  }

  /** @param {boolean} splats @param {boolean} meshes whether each is drawn */
  show(splats, meshes = splats) {
    if (this.#layer) this.#layer.visible = splats;
    for (const mesh of this.#meshes) mesh.visible = meshes;
  }

  /**
   * Has splats ordered for an eye, if it has moved far enough.
   * @param {ArrayLike<number>} eye in the world
   * @returns {Promise<void>} resolves when they are
   */
  look(eye) {
    if (!this.#layer) return Promise.resolve();
    this.#wanted = transform(inverse(this.#layer.worldFromCamera), eye);
    this.#ordering ??= this.#isStale ? this.#order(this.#layer) : null;
    return this.#ordering ?? Promise.resolve();
  }

  /** Gives everything back. */
  dispose() {
    this.#replace(null);
  }

  /** Whether the eye has gone away from where splats were ordered for. */
  get #isStale() {
    const m = this.#layer.worldFromCamera, eye = this.#eye;
    return !eye || Math.hypot(m[0], m[1], m[2]) *
      Math.hypot(...this.#wanted.map((v, i) => v - eye[i])) >= stride;
  }

  /** Orders again and again until the eye rests: the newest counts. */
  async #order(/** @type {any} */ layer) {
    while (layer === this.#layer && this.#isStale) {
      this.#eye = this.#wanted;
      const order = await this.#ask(this.#eye);
      if (layer !== this.#layer) return;
      layer.reorder(order);
      this.#spare = order;
      this.dispatchEvent(new Event("change"));
    }
    if (layer === this.#layer) this.#ordering = null;
  }

  /** @param {number[]} eye @returns {Promise<Uint32Array>} anything when the scene is gone meanwhile */
  #ask(eye) {
    const worker = this.#worker, spare = this.#spare;
    this.#spare = undefined;
    return new Promise((resolve) => {
      this.#release = resolve;
      worker.onmessage = ({ data }) => resolve(data);
      worker.postMessage({ eye, order: spare }, spare ? [spare.buffer] : []);
    });
  }

  #replace(scene) {
    for (const mesh of this.#meshes) mesh.remove();
    this.#layer?.remove();
    this.#worker?.terminate();
    this.#meshes = [];
    this.#layer = this.#worker = this.#eye = this.#ordering = null;
    this.#spare = undefined;
    // Nobody waits for what does not come any more.
    this.#release?.(null);
    this.#scene = scene;
    if (!scene) return;
    this.#meshes = scene.meshes.map((mesh) => this.#stage.addMesh(mesh));
    if (scene.count === 0) return;
    const { count, centers, covariances, colors } = scene;
    this.#layer = this.#stage.addAvatar();
    this.#layer.isAround = true;
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    this.#layer.update({ count, centers, covariances, colors, order });
    this.#worker = new Worker(new URL("../../view/order-worker.js", import.meta.url), { type: "module" });
    this.#worker.postMessage({ centers: centers.slice() });
  }
}
