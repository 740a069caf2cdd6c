/**
 * The stage of the mirror: one avatar, one view that can be turned, drawn when something changed.
 */
import { BustFade } from "../scene/bust.js";
import { chooseStage } from "../scene/choose-stage.js";
import { isSoftware } from "../scene/graphics.js";
import { FlatStage } from "../scene/flat-stage.js";
import { finished } from "../scene/picture.js";
import { Orbit } from "../scene/orbit.js";
import { perspective } from "../scene/matrices.js";
import { Framing, span } from "./framing.js";

/** What stills and clips have behind the person: the middle of the page's ground, sRGB. */
const ground = Object.freeze([0.118, 0.129, 0.145]);

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

/** Picture pixels to a CSS pixel where a program plays the graphics processor: sooner is finer. */
const softwarePixelRatio = 0.6;

export class MirrorView {
  #stage;
  /** The stage, where the processor draws: pictures come with poses. @type {FlatStage | null} */
  #flat;
  #layer;
  #bust = new BustFade();
  #orbit;
  #framing = new Framing();
  #events;
  #mirrored = true;
  /** @type {import("./layout.js").Insets} */
  #insets = { top: 0, right: 0, bottom: 0, left: 0 };
  #scheduled = false;
  /** Something changed since the last picture was begun. */
  #changed = false;
  /** Whether the graphics processor is at work for us. */
  #drawing = false;
  /** What was posed and not drawn yet. @type {{passage: any, state: State} | null} */
  #fresh = null;

  /** What is seen through a headset, once there is one. @type {import("./headset-view.js").HeadsetView | null} */
  headset = null;
  /** Whether the frame stays where it is while the head moves. */
  frozen = false;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ViewEvents} events
   */
  constructor(canvas, events) {
    this.canvas = canvas;
    this.#events = events;
    this.#stage = chooseStage(canvas);
    this.#flat = this.#stage instanceof FlatStage ? this.#stage : null;
    this.#layer = this.#stage.addAvatar();
    if (this.#flat) this.#layer.bustFade = this.#bust.height;
    this.#orbit = this.#makeOrbit();
    this.#place();
    if (!this.#flat) {
      if (isSoftware(rendererOf(this.#stage.gl))) {
        this.#stage.largestPixelRatio = softwarePixelRatio;
      }
      this.#warmUp();
    }
    this.#stage.addEventListener("redraw", () => this.#schedule());
    canvas.addEventListener("webglcontextlost", () => events.onlost());
    canvas.addEventListener("webglcontextrestored", () => events.onrestored());
  }

  /** The eye in the driving camera's coordinates, centimetres. */
  get eye() {
    return this.#framing.cameraFromWorld(this.headset?.eye ?? this.#orbit.eye, this.#mirrored);
  }

  /**
   * Gets ready for a headset, where a graphics processor draws.
   * @param {typeof import("./headset-view.js").HeadsetView} HeadsetView
   */
  prepareHeadset(HeadsetView) {
    if (this.#flat) return null;
    this.headset = new HeadsetView(this.#stage, () => this.#framing.distance, {
      onmoved: () => this.#events.onmoved(), onend: () => this.#schedule(),
    });
    return this.headset;
  }

  /** @param {boolean} on left stays left, as in a mirror */
  set mirrored(on) {
    this.#mirrored = on;
    this.#place();
    this.#schedule();
  }

  /** @param {import("./layout.js").Insets} insets where the person shall not stand */
  set insets(insets) {
    this.#insets = insets;
    this.#schedule();
  }

  /** @param {any} avatar stands in the middle when its first pose comes */
  setAvatar(avatar) {
    if (this.#flat) this.#layer.avatar = avatar;
    this.#bust = new BustFade();
    this.#framing.reset();
    this.#framing.follow(avatar.info.reference);
    this.#framing.reset();
    this.#orbit.dispose();
    this.#orbit = this.#makeOrbit();
    this.#place();
  }

  /** The next head is the new middle. */
  recentre() {
    this.#framing.reset();
  }

  /** Goes back to the front. */
  front() {
    this.#orbit.reset();
  }

  /** @param {boolean} on draws on what a recording can take: something opaque */
  set opaque(on) {
    this.#stage.background = on ? ground : null;
    this.#schedule();
  }

  /**
   * Has an avatar posed as this view needs it.
   * @param {any} avatar a `RemoteAvatar`
   * @param {State} state
   * @returns {Promise<any>} a frame for `show`: a `SplatFrame`, or a `Picture`
   */
  pose(avatar, state) {
    if (!this.#flat) return avatar.pose(state, { eye: this.eye });
    return avatar.draw(state, this.#flat.request([this.#view()]));
  }

  /**
   * Takes a pose. A picture, and the splats of a new state, are drawn at once, so that they are
   * ready when the browser puts its next frame together; others wait for that.
   * @param {any} frame what `pose` brought
   * @param {Passage} passage
   */
  show(frame, passage) {
    if (!this.frozen && passage.follows && this.#framing.follow(frame.state.head)) this.#place();
    this.#layer.update(frame);
    this.#layer.visible = true;
    if (!this.#flat) this.#layer.fade = this.#bust.of(frame);
    // An orbit while a camera's pose waits to be drawn must not take its times away.
    this.#fresh = { passage: { ...this.#fresh?.passage, ...passage }, state: frame.state };
    if (this.#flat) this.#showPicture(frame);
    else if (this.headset?.isOn) this.#tellShown(performance.now(), 0);
    else if (passage.follows && !this.#drawing) this.#draw();
    else this.#schedule();
  }

  /**
   * What is seen, in the display's own resolution, on the ground of the page.
   * @returns {Promise<Blob>} a PNG
   */
  async still() {
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = Math.min(
      Math.max(devicePixelRatio, 2), 2048 / Math.max(clientWidth, clientHeight));
    const width = Math.round(clientWidth * ratio), height = Math.round(clientHeight * ratio);
    const margin = 0.04 * clientHeight;
    const all = { top: margin, right: 0, bottom: margin, left: 0 };
    const picture = await this.#stage.picture([this.#view(all)], width, height, ground);
    if (!picture) throw new Error("No picture can be taken just now: try again.");
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d").putImageData(picture, 0, 0);
    return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
  }

  /** Has the shaders compiled while the avatar is on its way: draws one splat that nobody sees. */
  #warmUp() {
    this.#layer.update({
      count: 1, centers: new Float32Array(3), covariances: new Float32Array(6),
      colors: new Uint8Array(4), order: new Uint32Array(1),
    });
    this.#stage.draw([this.#view()]);
    this.#layer.visible = false;
  }

  #makeOrbit() {
    const { distance } = this.#framing;
    const orbit = new Orbit(this.canvas, {
      distance,
      limits: { pitch: [-1.2, 1.2], distance: [0.3 * distance, 2.5 * distance], reach: 15 },
    });
    orbit.addEventListener("change", () => this.#moved());
    return orbit;
  }

  #place() {
    this.#layer.worldFromCamera = this.#framing.worldFromCamera(this.#mirrored);
  }

  #moved() {
    if (!this.#flat) this.#schedule();
    this.#events.onmoved();
  }

  #schedule() {
    if (this.#flat) {
      this.#events.onmoved();
      return;
    }
    // The headset asks for its pictures itself.
    if (this.headset?.isOn) return;
    this.#changed = true;
    // Pictures that queue up before a slow GPU are late pictures.
    if (this.#drawing || this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      if (this.#changed && !this.#drawing) this.#draw();
    });
  }

  /** @param {import("./layout.js").Insets} insets */
  #view({ top, right, bottom, left } = this.#insets) {
    const width = this.canvas.clientWidth || 1, height = this.canvas.clientHeight || 1;
    const free = { width: width - left - right, height: height - top - bottom };
    const centimetres = Math.max(
      (span.height * height) / free.height, (span.width * height) / free.width);
    const fieldOfView = 2 * Math.atan(centimetres / 2 / this.#framing.distance);
    const projection = perspective(fieldOfView, width / height);
    // The middle of what is free, in clip coordinates, which a depth of −z multiplies.
    projection[8] = (right - left) / width;
    projection[9] = (top - bottom) / height;
    return { viewFromWorld: this.#orbit.viewFromWorld, projection };
  }

  /** @param {import("../core/avatar.js").Picture} picture */
  #showPicture({ drawMs }) {
    const began = performance.now();
    this.#stage.draw();
    const drawn = performance.now();
    this.#tellShown(drawn, drawMs + drawn - began);
  }

  #tellShown(/** @type {number} */ drawn, /** @type {number} */ drawMs) {
    const { passage, state } = this.#fresh;
    this.#fresh = null;
    this.#events.onshown({ ...passage, drawn, drawMs }, state);
  }

  async #draw() {
    const began = performance.now();
    this.#changed = false;
    if (!this.#stage.draw([this.#view()])) return;
    const fresh = this.#fresh;
    this.#fresh = null;
    this.#drawing = true;
    await finished(this.#stage.gl);
    this.#drawing = false;
    if (this.#changed) this.#schedule();
    if (!fresh) return;
    const drawn = performance.now();
    this.#events.onshown({ ...fresh.passage, drawn, drawMs: drawn - began }, fresh.state);
  }
}

/** @param {WebGL2RenderingContext} gl @returns {string} */
function rendererOf(gl) {
  const name = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
  return gl.getParameter(name) ?? "";
}
