/** The stage of the mirror: one avatar, one view that can be turned, drawn when something changed. */
import { Orbit } from "../scene/orbit.js";
import { perspective } from "../scene/matrices.js";
import { Stage } from "../scene/stage.js";
import { Framing, span } from "./framing.js";

/** @typedef {import("./session.js").Passage} Passage */
/** @typedef {import("./state.js").State} State */

/**
 * @typedef {object} ViewEvents
 * @property {() => void} onmoved the eye moved: splats are to be ordered again
 * @property {(passage: Passage & {drawn: number, drawMs: number}, state: State) => void} onshown
 *   a new pose is on the canvas
 * @property {() => void} onlost the graphics context was lost
 * @property {() => void} onrestored
 */

export class MirrorView {
  #stage;
  #layer;
  #orbit;
  #framing = new Framing();
  #events;
  #mirrored = true;
  #scheduled = false;
  /** What was posed and not drawn yet. @type {{passage: any, state: State} | null} */
  #fresh = null;

  /** Whether the frame stays where it is while the head moves. */
  frozen = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ViewEvents} events
   */
  constructor(canvas, events) {
    this.canvas = canvas;
    this.#events = events;
    this.#stage = new Stage(canvas);
    this.#layer = this.#stage.addAvatar();
    this.#layer.visible = false;
    this.#orbit = new Orbit(canvas, { onchange: () => this.#moved() });
    this.#place();
    canvas.addEventListener("webglcontextlost", () => events.onlost());
    canvas.addEventListener("webglcontextrestored", () => events.onrestored());
    new ResizeObserver(() => this.#schedule()).observe(canvas);
  }

  /** The eye in the driving camera's coordinates, centimetres. */
  get eye() {
    return this.#framing.cameraFromWorld(this.#orbit.eye, this.#mirrored);
  }

  /** @param {boolean} on left stays left, as in a mirror */
  set mirrored(on) {
    this.#mirrored = on;
    this.#place();
    this.#schedule();
  }

  /** @param {any} avatar stands in the middle when its first pose comes */
  setAvatar(avatar) {
    this.#framing.reset();
    this.#framing.follow(avatar.info.reference);
    this.#orbit.distance = this.#framing.distance;
    this.#orbit.reset();
    this.#place();
  }

  /** The next head is the new middle. */
  recentre() {
    this.#framing.reset();
  }

  /**
   * Takes a pose; it is drawn with the browser's next frame.
   * @param {any} frame a `SplatFrame`
   * @param {Passage} passage
   */
  show(frame, passage) {
    if (!this.frozen && passage.arrived !== undefined && this.#framing.follow(frame.state.head)) {
      this.#place();
    }
    this.#layer.update(frame);
    this.#layer.visible = true;
    // An orbit while a camera's pose waits to be drawn must not take its times away.
    this.#fresh = { passage: { ...this.#fresh?.passage, ...passage }, state: frame.state };
    this.#schedule();
  }

  /** @returns {Promise<Blob>} what is seen, as a PNG */
  still() {
    this.#draw();
    return new Promise((resolve, reject) => {
      this.canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("No picture could be taken."))), "image/png");
    });
  }

  #place() {
    this.#layer.worldFromCamera = this.#framing.worldFromCamera(this.#mirrored);
  }

  #moved() {
    this.#schedule();
    this.#events.onmoved();
  }

  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame((now) => {
      this.#scheduled = false;
      this.#draw(now);
    });
  }

  #draw() {
    const fresh = this.#fresh;
    this.#fresh = null;
    const began = performance.now();
    const { clientWidth, clientHeight } = this.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    const aspect = clientWidth / clientHeight;
    const height = Math.max(span.height, span.width / aspect);
    const fieldOfView = 2 * Math.atan(height / 2 / this.#framing.distance);
    this.#stage.draw([{
      viewFromWorld: this.#orbit.viewFromWorld,
      projection: perspective(fieldOfView, aspect),
    }]);
    if (!fresh) return;
    const drawn = performance.now();
    this.#events.onshown({ ...fresh.passage, drawn, drawMs: drawn - began }, fresh.state);
  }
}
