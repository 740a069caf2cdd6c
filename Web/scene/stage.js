import { QualityGovernor } from "./quality.js";
import { readPicture, readPictureLater } from "./picture.js";
import { SplatLayer } from "./splat-layer.js";
import { headOf, SplatStore } from "./splat-store.js";
import { MeshStore, StageMesh } from "./stage-mesh.js";

/**
 * One eye's view.
 * @typedef {object} View
 * @property {import("./matrices.js").Matrix4} viewFromWorld
 * @property {import("./matrices.js").Matrix4} projection WebGL's, WebXR's: no skew
 * @property {{x: number, y: number, width: number, height: number}} [viewport] the part of the
 *   picture, as shares of its size from the upper left corner; left out, all of it
 */

/**
 * What lights meshes: linear colours. Avatars bring their own light.
 * @typedef {object} Light
 * @property {[number, number, number]} direction towards the key light, in the world
 * @property {[number, number, number]} color the key light's
 * @property {[number, number, number]} sky from above
 * @property {[number, number, number]} ground from below
 * @property {{position: number[], color: number[], reach: number}[]} [lamps] at most four: where
 *   they hang, and at which distance they give a third of their light
 * @property {[number, number, number, number]} [mist] its colour, and how dense it is: what lies
 *   at the distance d shows by exp(−density d)
 */

/** A stage that cannot be: its message says why, for people. */
export class StageError extends Error {}

/**
 * Avatars and meshes in one picture, from one or several eyes.
 *
 * Meshes are drawn first, with depth; splats then, far to near, hidden by meshes in front of them.
 * All colours are sRGB-coded and blended as such, like the native rasteriser's.
 *
 *     const stage = new Stage(canvas);
 *     const layer = stage.addAvatar();
 *     layer.update(frame);                        // whenever a SplatFrame arrives
 *     stage.draw([{ viewFromWorld, projection }]);  // in requestAnimationFrame
 *
 * The picture's resolution follows the canvas's size on the page, the display's pixels and, unless
 * `quality` is a number, the frame rate. A lost context comes back by itself; the stage then asks
 * for a picture by the event "redraw", as it does when the canvas changed its size.
 */
export class Stage extends EventTarget {
  /** What is behind everything: red, green, blue, sRGB-coded, 0…1; null is transparent. */
  background;
  /** "auto", or the picture's sides as a share of the display's pixels. @type {"auto" | number} */
  quality = "auto";
  /** The most picture pixels to a CSS pixel. */
  largestPixelRatio = 2;
  /** Splats nearer to an eye than this are not drawn: 1 cm, in the world's unit. */
  nearest = 1;
  /** @type {Light} */
  light = {
    direction: [0.4, 0.8, 0.5], color: [0.75, 0.72, 0.68], sky: [0.4, 0.42, 0.46],
    ground: [0.16, 0.15, 0.14],
  };
  /** Seconds, for surfaces of meshes that move with time. */
  time = 0;
  /** Of the last picture. */
  stats = {
    splats: 0, triangles: 0, avatars: 0, merged: 0, width: 0, height: 0, scale: 1, drawMs: 0,
    framesPerSecond: 0,
  };

  #canvas;
  #gl;
  #antialias;
  #splats = null;
  #meshStore = null;
  /** @type {SplatLayer[]} */
  #layers = [];
  /** @type {StageMesh[]} */
  #meshes = [];
  #governor = new QualityGovernor();
  #watcher = null;
  #listeners = new AbortController();
  #cssSize = null;
  /** The canvas's size in the display's pixels, where the browser says it. */
  #pixels = null;
  #lastDraw = -Infinity;
  #ticking = false;

  /**
   * @param {HTMLCanvasElement} canvas without a context
   * @param {object} [options]
   * @param {[number, number, number] | null} [options.background]
   * @param {boolean} [options.antialias] smooth edges of meshes; splats have none
   * @throws {StageError} when there is no WebGL 2
   */
  constructor(canvas, { background = null, antialias = false } = {}) {
    super();
    this.background = background;
    this.#canvas = canvas;
    this.#antialias = antialias;
    this.#gl = canvas.getContext("webgl2", {
      alpha: true, premultipliedAlpha: true, depth: true, antialias,
      powerPreference: "high-performance",
    });
    if (!this.#gl) {
      throw new StageError(
        "This browser cannot draw in 3D here: WebGL 2 is missing or turned off. Another browser, " +
        "or turning on hardware acceleration in the settings, helps.");
    }
    const { signal } = this.#listeners;
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault();
      this.#splats = this.#meshStore = null;
    }, { signal });
    canvas.addEventListener("webglcontextrestored", () => {
      this.#build();
      this.dispatchEvent(new Event("redraw"));
    }, { signal });
    if (typeof ResizeObserver === "function") {
      this.#watcher = new ResizeObserver(([{ devicePixelContentBoxSize: [size] = [] }]) => {
        this.#pixels = size ? [size.inlineSize, size.blockSize] : null;
        this.#cssSize = null;
        this.dispatchEvent(new Event("redraw"));
      });
      // Also tells when the page moves to another display.
      try {
        this.#watcher.observe(canvas, { box: "device-pixel-content-box" });
      } catch {
        this.#watcher.observe(canvas);
      }
    }
    this.#build();
  }

  /** Whether nothing can be drawn until the context comes back. */
  get isLost() {
    return this.#splats === null;
  }

  /** The drawing context, for what a room adds; its state may be anything after `draw`. */
  get gl() {
    return this.#gl;
  }

  /** Puts another avatar on the stage. At most 16 are drawn. */
  addAvatar() {
    const layer = new SplatLayer((l) => {
      this.#layers = this.#layers.filter((k) => k !== l);
    });
    this.#layers.push(layer);
    return layer;
  }

  /**
   * Puts a mesh on the stage.
   * @param {import("./stage-mesh.js").MeshData & {worldFromModel?: Float32Array}} data
   * @returns {StageMesh}
   */
  addMesh(data) {
    const mesh = new StageMesh(data, (m) => {
      this.#meshes = this.#meshes.filter((k) => k !== m);
    });
    this.#meshes.push(mesh);
    return mesh;
  }

  /**
   * Draws a picture.
   *
   * Avatars are ordered once, for the middle of all eyes.
   * @param {View[]} views
   * @param {{framebuffer: WebGLFramebuffer, width: number, height: number}} [target] where to, as
   *   WebXR has it; left out, the canvas, whose resolution then follows the page
   * @returns {boolean} false when the context is lost, and nothing was drawn
   */
  draw(views, target = undefined) {
    const gl = this.#gl;
    if (this.isLost || gl.isContextLost()) return false;
    const start = performance.now();
    const { width, height } = target ?? this.#fitCanvas(start);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target?.framebuffer ?? null);
    const { merged, triangles } = this.#drawInto(views, width, height, this.background);
    const end = performance.now();
    this.#lastDraw = end;
    Object.assign(this.stats, {
      splats: this.#splats.count, triangles, merged, width, height,
      avatars: this.#layers.filter((l) => l.visible && l.count > 0).length,
      scale: target ? 1 : this.#scale, drawMs: end - start,
      framesPerSecond: this.#governor.rate,
    });
    return true;
  }

  /**
   * A still, apart from the canvas: straight alpha, 8 bits, top row first.
   * @param {View[]} views
   * @param {number} width pixels
   * @param {number} height
   * @param {[number, number, number] | null} [background]
   * @returns {ImageData | null} null when the context is lost
   */
  picture(views, width, height, background = null) {
    if (this.isLost || this.#gl.isContextLost()) return null;
    return readPicture(this.#gl, width, height, () => {
      this.#drawInto(views, width, height, background);
    });
  }

  /**
   * A still with smooth edges that nobody waits for: drawn now, read when it is ready.
   * @param {View[]} views
   * @param {number} width pixels
   * @param {number} height
   * @param {[number, number, number] | null} [background]
   * @returns {Promise<ImageData | null>} null when the context is lost
   */
  async pictureLater(views, width, height, background = null) {
    if (this.isLost || this.#gl.isContextLost()) return null;
    return readPictureLater(this.#gl, width, height, () => {
      this.#drawInto(views, width, height, background);
    });
  }

  /** Gives everything back; the canvas keeps its last picture. */
  dispose() {
    this.#listeners.abort();
    this.#watcher?.disconnect();
    this.#layers = [];
    this.#meshes = [];
    this.#splats = this.#meshStore = null;
    this.#gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  get #scale() {
    return this.quality === "auto" ? this.#governor.scale : this.quality;
  }

  #build() {
    if (this.#gl.isContextLost()) return;
    this.#splats = new SplatStore(this.#gl);
    this.#meshStore = new MeshStore(this.#gl);
  }

  #drawInto(views, width, height, background) {
    const gl = this.#gl;
    const { merged } = this.#splats.prepare(this.#layers, headOf(views));
    gl.disable(gl.SCISSOR_TEST);
    gl.depthMask(true);
    const [r, g, b] = background ?? [0, 0, 0];
    gl.clearColor(r, g, b, background ? 1 : 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    let triangles = 0;
    for (const { viewFromWorld, projection, viewport } of views) {
      const part = viewport ?? { x: 0, y: 0, width: 1, height: 1 };
      const left = Math.round(part.x * width), right = Math.round((part.x + part.width) * width);
      const top = Math.round(part.y * height), end = Math.round((part.y + part.height) * height);
      gl.viewport(left, height - end, right - left, end - top);
      // Lines and points aside, WebGL clips triangles to the viewport.
      const drawn = this.#meshStore.draw(
        this.#meshes, viewFromWorld, projection, this.light, this.time);
      this.#splats.draw(
        viewFromWorld, projection, right - left, end - top, this.nearest, drawn > 0);
      triangles += drawn;
    }
    gl.depthMask(true);
    return { merged, triangles };
  }

  /** The canvas's resolution for its size on the page. */
  #fitCanvas(now) {
    this.#watchFrames(now);
    const canvas = this.#canvas, display = globalThis.devicePixelRatio || 1;
    // Asking for it lays the page out, so not for every picture.
    if (!this.#watcher) this.#cssSize = null;
    this.#cssSize ??= [canvas.clientWidth, canvas.clientHeight];
    let pixels = this.#cssSize.map((side) => side * display);
    // To the pixel; what differs by more belongs to another ratio, as when a display is emulated.
    const exact = this.#pixels;
    if (exact?.every((side, i) => Math.abs(side - pixels[i]) < 2)) pixels = exact;
    const scale = Math.min(1, this.largestPixelRatio / display) * this.#scale;
    const [width, height] = pixels.map((side) => Math.max(1, Math.round(side * scale)));
    if (pixels[0] > 0 && pixels[1] > 0 && (canvas.width !== width || canvas.height !== height)) {
      canvas.width = width;
      canvas.height = height;
    }
    // The browser may grant less.
    return { width: this.#gl.drawingBufferWidth, height: this.#gl.drawingBufferHeight };
  }

  /** Listens to the page's frames for as long as pictures are asked for. */
  #watchFrames(now) {
    this.#lastDraw = now;
    if (this.#ticking || this.quality !== "auto") return;
    this.#ticking = true;
    const tick = (time) => {
      this.#ticking = !this.#listeners.signal.aborted && performance.now() - this.#lastDraw < 500;
      if (!this.#ticking) return;
      this.#governor.tick(time);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }
}
