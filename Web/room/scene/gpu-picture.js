import { isSoftware } from "../../scene/graphics.js";
import { Stage } from "../../scene/stage.js";
import { Bodies, looksOf } from "./bodies.js";
import { FurnitureSet } from "./furniture-set.js";
import { Scenery } from "./scenery.js";

/** Picture pixels to a CSS pixel where a program plays the graphics processor. */
const softwarePixelRatio = 0.6;

/** Metres before an avatar from which on things hide it: what carries it does not. */
const lead = 0.22;

/**
 * A room drawn by the graphics processor: everything in one picture.
 */
export class GpuPicture extends EventTarget {
  /** How many poses may be under way at once. */
  slots = Math.max(2, (globalThis.navigator?.hardwareConcurrency ?? 2) - 1);

  /** Whether pictures cost so little that what moves may move all the time. */
  isFast;

  #stage;
  #furniture;
  #surroundings = null;
  #bodyShapes = null;
  #scenery;
  /** @type {Map<import("./person.js").Person, {layer: any, bodies: Bodies}>} */
  #people = new Map();

  /** @param {HTMLCanvasElement} canvas without a context */
  constructor(canvas) {
    super();
    this.#stage = new Stage(canvas, { antialias: true });
    this.#furniture = new FurnitureSet(this.#stage);
    this.#scenery = new Scenery(this.#stage);
    this.#scenery.addEventListener("change", () => this.dispatchEvent(new Event("redraw")));
    this.#stage.nearest = 0.05;
    const { gl } = this.#stage;
    const name = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL;
    this.isFast = !isSoftware(gl.getParameter(name ?? gl.RENDERER));
    if (!this.isFast) this.#stage.largestPixelRatio = softwarePixelRatio;
    this.#stage.addEventListener("redraw", () => this.dispatchEvent(new Event("redraw")));
  }

  /** Whether everything around has been drawn: as soon as it is asked for, but for the order of splats. */
  get isSettled() {
    return this.#scenery.isSettled;
  }

  /** Whether somebody's scene can be around. */
  get canShowScenery() {
    return true;
  }

  /** As of `Stage`. @param {"auto" | number} quality */
  set quality(quality) {
    this.#stage.quality = quality;
  }

  /**
   * What stands in the room.
   * @param {import("../../scene/stage-mesh.js").MeshData[] | null} meshes null: faces alone for now
   * @param {import("./surroundings/surroundings.js").Surroundings} surroundings
   * @param {import("./body.js").BodyShapes | null} bodyShapes
   */
  furnish(meshes, surroundings, bodyShapes) {
    this.#surroundings = surroundings;
    this.#bodyShapes = bodyShapes;
    for (const { bodies } of this.#people.values()) bodies.shapes = bodyShapes;
    this.#stage.light = surroundings.light;
    this.#stage.background = surroundings.background;
    this.#furniture.set(meshes ?? []);
    this.#scenery.set(meshes ? surroundings.scenery ?? null : null);
  }

  /** @param {import("./person.js").Person} person whose avatar or place is another one */
  change(person) {
    const held = this.#people.get(person) ?? { layer: null, bodies: null };
    this.#people.set(person, held);
    held.layer?.remove();
    held.layer = null;
    if (held.bodies) held.bodies.dress();
    else held.bodies = new Bodies(this.#stage, person, this.#bodyShapes);
  }

  /** @param {import("./person.js").Person} person */
  remove(person) {
    const held = this.#people.get(person);
    held?.layer?.remove();
    held?.bodies.remove();
    this.#people.delete(person);
  }

  /**
   * Has an avatar posed.
   * @param {import("./person.js").Person} person
   * @param {import("../../core/core-avatar.js").State} state
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   * @returns {Promise<number>} milliseconds that it took
   */
  async pose(person, state, viewpoint) {
    const { avatar } = person;
    const eye = person.placement.cameraFromWorld(viewpoint.eye);
    const frame = await avatar.pose(state, { eye });
    const held = this.#people.get(person);
    if (!held || person.avatar !== avatar) return 0;
    held.layer ??= this.#stage.addAvatar();
    held.layer.lead = lead;
    held.layer.update(frame);
    held.layer.fade = person.bust.of(frame);
    if (!held.bodies.looks) held.bodies.dress(looksOf(frame, person.placement));
    person.shown = state;
    return frame.poseMs + frame.sortMs;
  }

  /**
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   * @param {number} boundary metres
   * @param {number} time seconds, for what moves
   * @returns {boolean} whether a picture was drawn
   */
  draw(viewpoint, boundary, time) {
    this.#arrange(viewpoint, boundary, time);
    const { clientWidth, clientHeight } = this.#stage.gl.canvas;
    return this.#stage.draw([viewpoint.view(clientWidth, clientHeight)]);
  }

  /** What a headset draws into. */
  get stage() {
    return this.#stage;
  }

  /**
   * Draws what a headset's eyes see.
   * @param {import("../../scene/stage.js").View[]} views
   * @param {any} target
   * @param {number[]} eye between the eyes
   * @param {number} boundary metres
   * @param {number} time seconds
   */
  drawEyes(views, target, eye, boundary, time) {
    this.#arrange({ eye }, boundary, time);
    return this.#stage.draw(views, target);
  }

  /**
   * A still.
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   * @param {number} width pixels
   * @param {number} height
   * @returns {Promise<ImageData | null>}
   */
  async picture(viewpoint, width, height) {
    const view = viewpoint.view(width, height);
    return this.#stage.picture([view], width, height, this.#stage.background);
  }

  get stats() {
    const { splats, drawMs, framesPerSecond, scale } = this.#stage.stats;
    return { splats, drawMs, framesPerSecond, scale };
  }

  dispose() {
    this.#scenery.dispose();
    this.#stage.dispose();
  }

  #arrange({ eye }, boundary, time) {
    this.#stage.time = time;
    this.#scenery.look(eye);
    for (const [person, { layer, bodies }] of this.#people) {
      const opacity = person.isSelf || !person.isPlaced ? 0 : person.opacityFrom(eye, boundary);
      bodies.place();
      if (opacity < 0.5) for (const mesh of bodies.meshes) mesh.visible = false;
      if (!layer) continue;
      layer.worldFromCamera = person.placement.worldFromCamera;
      layer.opacity = opacity;
      layer.visible = opacity > 0;
      layer.light = person.light(this.#surroundings);
    }
  }
}
