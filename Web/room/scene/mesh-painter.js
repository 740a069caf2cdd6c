import { headOf } from "../../scene/splat-store.js";
import { Stage } from "../../scene/stage.js";
import { Bodies } from "./bodies.js";
import { cropped, nearerThan } from "./crop.js";
import { FurnitureSet } from "./furniture-set.js";
import { Scenery } from "./scenery.js";

/** Metres before somebody's eyes from which on things stand before them. */
const before = 0.22;

/**
 * Pictures of a room's meshes where a program plays the graphics processor: each is drawn once and
 * kept, so it may take its time.
 */
export class MeshPainter extends EventTarget {
  #stage;
  #furniture;
  #scenery;
  #background = [0, 0, 0];
  #bodyShapes = null;
  /** @type {Map<import("./person.js").Person, Bodies>} */
  #bodies = new Map();

  /** @throws {import("../../scene/stage.js").StageError} when there is no WebGL 2 */
  constructor() {
    super();
    this.#stage = new Stage(document.createElement("canvas"));
    this.#stage.nearest = 0.05;
    this.#furniture = new FurnitureSet(this.#stage);
    this.#scenery = new Scenery(this.#stage);
    this.#stage.addEventListener("redraw", () => this.dispatchEvent(new Event("redraw")));
  }

  /** As of `GpuPicture`. */
  furnish(meshes, { light, background, scenery = null }, bodyShapes) {
    this.#bodyShapes = bodyShapes;
    for (const bodies of this.#bodies.values()) bodies.shapes = bodyShapes;
    this.#stage.light = light;
    this.#background = background;
    this.#furniture.set(meshes);
    this.#scenery.set(scenery);
  }

  /**
   * @param {import("./person.js").Person} person
   * @param {import("./bodies.js").Looks | null} looks
   */
  dress(person, looks = null) {
    const bodies = this.#bodies.get(person);
    if (bodies) bodies.dress(looks);
    else this.#bodies.set(person, new Bodies(this.#stage, person, this.#bodyShapes));
  }

  /** @param {import("./person.js").Person} person */
  isDressed(person) {
    return this.#bodies.get(person)?.looks !== null;
  }

  /** @param {import("./person.js").Person} person */
  remove(person) {
    this.#bodies.get(person)?.remove();
    this.#bodies.delete(person);
  }

  /**
   * Everything but people.
   * @param {import("../../scene/stage.js").View} view
   * @returns {Promise<ImageData | null>}
   */
  async backdrop(view, width, height, time) {
    await this.#scenery.look(headOf([view]));
    this.#stage.time = time;
    this.#show(true, () => false);
    this.#scenery.show(true);
    return this.#stage.pictureLater([view], width, height, this.#background);
  }

  /**
   * What carries somebody's head, alone.
   * @param {import("./person.js").Person} person
   * @param {import("../../scene/stage.js").View} view
   * @param {import("./crop.js").Part} part of the picture
   * @param {{width: number, height: number}} whole picture
   * @param {number} scale
   */
  body(person, view, part, whole, scale) {
    this.#show(false, (p) => p === person);
    this.#scenery.show(false);
    return this.#part(view, part, whole, scale);
  }

  /**
   * What stands before somebody.
   * @param {number} depth their eyes' distance along the view
   */
  cover(person, view, part, whole, scale, depth) {
    this.#show(true, (p) => p !== person && p.isPlaced && !p.isSelf);
    // Splats take too long to be drawn once more for each person.
    this.#scenery.show(false, true);
    return this.#part(nearerThan(view, Math.max(0.2, depth - before)), part, whole, scale);
  }

  dispose() {
    this.#scenery.dispose();
    this.#stage.dispose();
    this.#bodies.clear();
  }

  #part(view, part, { width, height }, scale) {
    const side = (length) => Math.max(2, Math.round(length * scale));
    return this.#stage.pictureLater(
      [cropped(view, part, width, height)], side(part.width), side(part.height), null);
  }

  #show(furniture, isShown) {
    for (const mesh of this.#furniture.meshes) mesh.visible = furniture;
    for (const [person, bodies] of this.#bodies) {
      bodies.place();
      for (const mesh of bodies.meshes) mesh.visible = isShown(person);
    }
  }
}
