import { pinholeOf } from "../../scene/flat-stage.js";
import { looksIn } from "./bodies.js";
import { cropped } from "./crop.js";
import { Cutout, extents, Fineness, partOf } from "./flat-person.js";
import { MeshPainter } from "./mesh-painter.js";
import { rampOf, shine } from "./shine.js";
import { distance, moved } from "./vectors.js";

/** Milliseconds a second that all avatars together may be drawn, for each slot. */
const budget = 640;
/** Pictures a second that everybody should have. */
const wishedRate = 20;
/** Milliseconds without a move after which everything around is drawn finely. */
const rest = 180;
/** Sides of the surroundings' picture while one looks around. */
const coarse = 0.4;
/** The most pixels of a picture: a larger canvas is stretched. */
const mostPixels = 1280 * 800;

/**
 * @typedef {object} Held what is kept of somebody
 * @property {Cutout} face
 * @property {Cutout} body
 * @property {Cutout} cover what stands before them
 * @property {Fineness} fineness
 * @property {string} painted what body and cover were painted for
 */

/**
 * A room without a graphics processor: the surroundings are a picture that is drawn again when one
 * looks elsewhere, and each avatar is drawn by its own worker, just where it is.
 *
 * From the back to the front: the surroundings; then for each person, far to near, the body, the
 * avatar, and what stands before them. While pictures are on their way, the last ones go along
 * with the view.
 */
export class FlatPicture extends EventTarget {
  /** How many poses may be under way at once. */
  slots = Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1);

  /** As of `GpuPicture`. */
  isFast = false;
  /** "auto", or the sides of avatars' pictures as a share of the picture's pixels. */
  quality = "auto";

  #canvas;
  #context;
  /** Made when there is something to paint, as that takes long. @type {MeshPainter | null} */
  #painter = null;
  #hasNoPainter = false;
  #surroundings = null;
  #backdrop = new Cutout();
  /** What the backdrop was painted for. */
  #painted = "";
  #paintedView = { yaw: 0, pitch: 0 };
  #isPainting = false;
  /** @type {Map<import("./person.js").Person, Held>} */
  #people = new Map();
  #watcher;
  /** Counts changes of what stands around. */
  #version = 0;
  #lastKey = "";
  #movedAt = -Infinity;
  #restTimer = 0;
  #drawMs = 0;
  #drawn = [];

  /** @param {HTMLCanvasElement} canvas without a context */
  constructor(canvas) {
    super();
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { willReadFrequently: true });
    this.#watcher = new ResizeObserver(() => this.dispatchEvent(new Event("redraw")));
    this.#watcher.observe(canvas);
  }

  /**
   * What stands in the room.
   * @param {import("../../scene/stage-mesh.js").MeshData[] | null} meshes null: faces alone for now
   * @param {import("./surroundings/surroundings.js").Surroundings} surroundings
   * @param {import("./body.js").BodyShapes | null} bodyShapes
   */
  furnish(meshes, surroundings, bodyShapes) {
    this.#surroundings = surroundings;
    if (meshes) {
      this.#findPainter();
      this.#painter?.furnish(meshes, surroundings, bodyShapes);
    }
    this.#stale();
  }

  #findPainter() {
    if (this.#painter || this.#hasNoPainter) return;
    try {
      this.#painter = new MeshPainter();
      this.#painter.addEventListener("redraw", () => this.#stale());
      for (const person of this.#people.keys()) this.#painter.dress(person);
      // Who was posed already is dressed with the next pose.
      this.dispatchEvent(new Event("repose"));
    } catch {
      // Without WebGL, surroundings are their background's colour.
      this.#hasNoPainter = true;
    }
  }

  /** @param {import("./person.js").Person} person whose avatar or place is another one */
  change(person) {
    const held = this.#people.get(person) ?? {
      face: new Cutout(), body: new Cutout(), cover: new Cutout(), fineness: new Fineness(),
      painted: "",
    };
    held.face.part = null;
    this.#people.set(person, held);
    this.#painter?.dress(person);
    this.#stale();
  }

  /** @param {import("./person.js").Person} person */
  remove(person) {
    this.#painter?.remove(person);
    this.#people.delete(person);
    this.#stale();
  }

  /**
   * Has an avatar's worker draw.
   * @param {import("./person.js").Person} person
   * @param {import("../../core/core-avatar.js").State} state
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   * @returns {Promise<number>} milliseconds that it took
   */
  async pose(person, state, viewpoint) {
    const { avatar, placement } = person, held = this.#people.get(person);
    const { width, height } = this.#size(), view = viewpoint.view(width, height);
    const eyes = placement.worldFromHead(state.head);
    const found = partOf(view, eyes, extents.face, width, height);
    if (!found || !held) {
      person.shown = state;
      return 0;
    }
    await this.#dress(person);
    const { part, at } = found, { fineness } = held;
    const scale = this.quality === "auto" ? fineness.scale : this.quality;
    const [w, h] = [part.width, part.height].map((v) => Math.max(2, Math.round(v * scale)));
    const near = cropped(view, part, width, height);
    const asked = pinholeOf(near, placement.worldFromCamera, { width: w, height: h });
    // The core counts in centimetres from the eye: in metres all would be too near to be drawn.
    for (let i = 0; i < 15; i += 1) if (i % 4 !== 3) asked.viewFromCamera[i] *= 100;
    const picture = await avatar.draw(state, {
      ...asked, background: null, bustFade: person.bust.height,
    });
    if (this.#people.get(person) !== held || person.avatar !== avatar) return 0;
    const light = person.light(this.#surroundings);
    shine(picture, light, rampOf(light, placement, eyes, near, w, h));
    held.face.set(new ImageData(picture.pixels, w, h), part, at);
    held.fineness.add(
      picture.drawMs, Math.max(6, (budget * this.slots) / wishedRate / this.#seen(view)));
    person.shown = state;
    return picture.drawMs;
  }

  /**
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   * @param {number} boundary metres
   * @param {number} time seconds, for what moves
   * @returns {boolean} whether a picture was drawn
   */
  draw(viewpoint, boundary, time) {
    const start = performance.now(), { width, height } = this.#size();
    const canvas = this.#canvas;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const view = viewpoint.view(width, height);
    this.#compose(view, viewpoint, boundary, width, height);
    this.#drawMs = performance.now() - start;
    this.#drawn.push(start);
    if (this.#drawn.length > 30) this.#drawn.shift();
    this.#keepUp(viewpoint, view, time);
    return true;
  }

  /**
   * A still.
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   * @param {number} width pixels
   * @param {number} height
   * @returns {Promise<ImageData | null>}
   */
  async picture(viewpoint, width, height) {
    const copy = document.createElement("canvas");
    Object.assign(copy, { width, height });
    const context = copy.getContext("2d");
    context.drawImage(this.#canvas, 0, 0, width, height);
    return context.getImageData(0, 0, width, height);
  }

  /** Whether somebody's scene can be around. */
  get canShowScenery() {
    this.#findPainter();
    return !this.#hasNoPainter;
  }

  /** Whether everything around has been drawn as finely as it will be. */
  get isSettled() {
    return !this.#painter || (!this.#isPainting && this.#nextJob(1) === null);
  }

  get stats() {
    const times = this.#drawn, span = times.at(-1) - times[0];
    const isRunning = times.length > 1 && performance.now() - times.at(-1) < 1000;
    return {
      splats: 0, drawMs: this.#drawMs, scale: 1,
      framesPerSecond: isRunning ? (1000 * (times.length - 1)) / span : 0,
    };
  }

  dispose() {
    clearTimeout(this.#restTimer);
    this.#watcher.disconnect();
    this.#painter?.dispose();
    this.#painter = null;
    this.#people.clear();
  }

  #stale() {
    this.#version += 1;
    this.dispatchEvent(new Event("redraw"));
  }

  #size() {
    const { clientWidth, clientHeight } = this.#canvas;
    const ratio = Math.min(
      globalThis.devicePixelRatio || 1, Math.sqrt(mostPixels / (clientWidth * clientHeight || 1)));
    return {
      width: Math.max(1, Math.round(clientWidth * ratio)),
      height: Math.max(1, Math.round(clientHeight * ratio)),
    };
  }

  #compose(view, { eye, pitch, yaw }, boundary, width, height) {
    const context = this.#context;
    // Dark until there is more than a colour to show.
    const isEmpty = !this.#backdrop.part && !this.#hasNoPainter;
    const [r, g, b] = isEmpty ? [0, 0, 0] : this.#surroundings.background.map((v) => 255 * v);
    context.fillStyle = `rgb(${r}, ${g}, ${b})`;
    context.fillRect(0, 0, width, height);
    if (this.#backdrop.part) {
      const turn = (view.projection[5] * height) / 2, was = this.#paintedView;
      this.#backdrop.draw(context, {
        x: turn * Math.tan(yaw - was.yaw), y: turn * Math.tan(pitch - was.pitch), scale: 1,
      });
    }
    for (const [person, held] of this.#sorted(eye)) {
      const opacity = person.opacityFrom(eye, boundary);
      const places = this.#places(person, view, width, height);
      if (opacity < 0.01 || !places) continue;
      held.body.draw(context, places.body, opacity);
      if (person.avatar) held.face.draw(context, places.head, opacity);
      held.cover.draw(context, places.rest, 1);
    }
  }

  /** Where somebody's head, body and place are in the picture; null when nothing is. */
  #places(person, view, width, height) {
    const { placement } = person, m = person.bodies().upper;
    const place = (point) => partOf(view, point, extents.body, width, height)?.at;
    const head = place(placement.worldFromHead(person.head));
    const body = place([m[12], m[13], m[14]]), atRest = place(placement.eyes);
    return head && body && atRest ? { head, body, rest: atRest } : null;
  }

  /** People who are in the room, far to near. */
  #sorted(eye) {
    return [...this.#people].filter(([p]) => p.isPlaced && !p.isSelf)
      .map((entry) => ({ entry, away: distance(entry[0].placement.eyes, eye) }))
      .sort((a, b) => b.away - a.away).map(({ entry }) => entry);
  }

  #seen(view) {
    const { width, height } = this.#size();
    let count = 0;
    for (const [p] of this.#people) {
      const isShown = p.avatar && !p.isSelf && p.isPlaced;
      if (isShown && partOf(view, p.placement.eyes, extents.face, width, height)) count += 1;
    }
    return Math.max(1, count);
  }

  /** Takes the colours of somebody's skin and clothes, and their shoulders, from the front. */
  async #dress(person) {
    if (!this.#painter || this.#painter.isDressed(person)) return;
    const { avatar, placement: { reference, eyesInHead } } = person;
    const [x, y, z] = moved(reference, eyesInHead), size = 96, metre = size / 0.48;
    const focal = (metre * z) / 100, eyes = { x: size / 2, y: size / 3 };
    const { pixels } = await avatar.draw(avatar.info.resting, {
      width: size, height: size, background: null,
      camera: {
        focalLength: [focal, focal],
        center: [eyes.x - (focal * x) / z, eyes.y - (focal * y) / z],
      },
    });
    if (!this.#people.has(person) || person.avatar !== avatar) return;
    this.#painter?.dress(person, looksIn(pixels, size, eyes, metre));
    this.#people.get(person).painted = "";
  }

  /** What pictures of meshes depend on. */
  #keyOf({ eye, yaw, pitch, width, height }) {
    const size = this.#size();
    return [...eye, yaw, pitch, width, height, size.width, size.height, this.#version]
      .map((v) => v.toFixed(4)).join();
  }

  /** What is to be painted next: the backdrop, somebody, or nothing. */
  #nextJob(scale) {
    const key = `${this.#lastKey}|${scale}`;
    const isDone = (painted) => painted === key || painted === `${this.#lastKey}|1`;
    if (!isDone(this.#painted)) return { person: null, key };
    for (const [person, { painted }] of this.#people) {
      if (person.isSelf || !person.isPlaced) continue;
      const { eyes, yaw } = person.placement;
      const pose = person.avatar ? [] : person.head;
      const own = [...eyes, yaw, ...pose].map((v) => v.toFixed(2)).join();
      if (painted.endsWith(`#${own}`) && isDone(painted.slice(0, painted.indexOf("#")))) continue;
      return { person, key: `${key}#${own}` };
    }
    return null;
  }

  /** Has painted what is not as it should be, one picture at a time. */
  async #keepUp(viewpoint, view, time) {
    if (!this.#painter || !this.#surroundings) return;
    const key = this.#keyOf(viewpoint), now = performance.now();
    if (key !== this.#lastKey) {
      if (this.#lastKey.split(",").slice(0, 5).join() !== key.split(",").slice(0, 5).join() &&
        this.#lastKey !== "") this.#movedAt = now;
      this.#lastKey = key;
    }
    const isMoving = now - this.#movedAt < rest;
    if (isMoving) {
      clearTimeout(this.#restTimer);
      this.#restTimer = setTimeout(() => this.dispatchEvent(new Event("redraw")), rest + 10);
    }
    if (this.#isPainting) return;
    // At first something, then something fine.
    const scale = isMoving || !this.#backdrop.part ? coarse : 1, job = this.#nextJob(scale);
    if (!job) return;
    this.#isPainting = true;
    try {
      if (job.person) await this.#paintPerson(job, view, scale);
      else await this.#paintBackdrop(job, view, viewpoint, scale, time);
    } finally {
      this.#isPainting = false;
    }
    this.dispatchEvent(new Event("redraw"));
  }

  async #paintBackdrop({ key }, view, { yaw, pitch }, scale, time) {
    const { width, height } = this.#size();
    const side = (length) => Math.max(1, Math.round(length * scale));
    const image = await this.#painter.backdrop(view, side(width), side(height), time);
    if (!image || !this.#painter) return;
    this.#backdrop.set(image, { x: 0, y: 0, width, height }, { x: 0, y: 0, scale: 1 });
    this.#painted = key;
    this.#paintedView = { yaw, pitch };
  }

  async #paintPerson({ person, key }, view, scale) {
    const held = this.#people.get(person), whole = this.#size();
    held.painted = key;
    const { width, height } = whole;
    const m = person.bodies().upper, { eyes } = person.placement;
    const found = partOf(view, [m[12], m[13], m[14]], extents.body, width, height);
    const atRest = partOf(view, eyes, extents.body, width, height);
    held.body.part = found && held.body.part;
    held.cover.part = atRest && held.cover.part;
    if (!found || !atRest) return;
    const body = await this.#painter.body(person, view, found.part, whole, scale);
    if (body && this.#painter) held.body.set(body, found.part, found.at);
    const cover = await this.#painter?.cover(
      person, view, atRest.part, whole, scale, atRest.at.depth);
    if (cover && this.#painter) held.cover.set(cover, atRest.part, atRest.at);
  }
}
