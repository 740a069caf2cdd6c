/** The mirror through a headset: the avatar at one's own eyes' height, both eyes' pictures. */
import { Immersion } from "../xr/immersion.js";

/** Centimetres that a head moves before splats are ordered again. */
const step = 1.5;

export class HeadsetView {
  /** Where the wearer's head is, in the mirror's world; null outside. @type {number[] | null} */
  eye = null;

  #immersion;
  #stage;
  #distance;
  #onmoved;
  #ordered = [0, 0, 0];

  /**
   * @param {import("../scene/stage.js").Stage} stage
   * @param {() => number} distance centimetres from the wearer to the avatar
   * @param {{onmoved: () => void, onend: () => void}} events
   */
  constructor(stage, distance, { onmoved, onend }) {
    this.#stage = stage;
    this.#distance = distance;
    this.#onmoved = onmoved;
    this.#immersion = new Immersion(stage, { metre: 100 });
    this.#immersion.addEventListener("frame", ({ detail }) => this.#draw(detail));
    this.#immersion.addEventListener("end", () => {
      this.eye = null;
      onend();
    });
  }

  get isOn() {
    return this.#immersion.mode !== null;
  }

  /** What the browser offers. */
  modes() {
    return Immersion.modes();
  }

  /** @param {"immersive-vr" | "immersive-ar"} mode @throws {Error} one clear sentence */
  async enter(mode) {
    await this.#immersion.enter(mode);
    this.#immersion.place([0, 4, this.#distance()], 0);
  }

  exit() {
    return this.#immersion.exit();
  }

  #draw(/** @type {any} */ { views, target, head }) {
    this.eye = head.position;
    this.#stage.draw(views, target);
    const away = Math.hypot(...head.position.map((/** @type {number} */ v, /** @type {number} */ i) => v - this.#ordered[i]));
    if (away < step) return;
    this.#ordered = head.position;
    this.#onmoved();
  }
}
