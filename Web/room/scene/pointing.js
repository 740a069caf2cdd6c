import { personAt, seatAt } from "./picking.js";
import { projected, rayThrough } from "./viewpoint.js";

/** Metres around somebody's eyes that count as them. */
const around = 0.4;

/**
 * What is under a pointer, and who is in the picture.
 */
export class Pointing {
  #canvas;
  #viewpoint;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   */
  constructor(canvas, viewpoint) {
    this.#canvas = canvas;
    this.#viewpoint = viewpoint;
  }

  /** The view in CSS pixels. */
  get view() {
    return this.#viewpoint.view(this.#canvas.clientWidth, this.#canvas.clientHeight);
  }

  /**
   * @param {{clientX: number, clientY: number}} event
   * @param {import("./person.js").Person[]} people
   * @param {{number: number, place: number[], person: unknown}[]} seats
   * @returns {{person: import("./person.js").Person | null, seat: number | null}}
   */
  under({ clientX, clientY }, people, seats) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const ray = rayThrough(
      this.#viewpoint.view(width, height), clientX - left, clientY - top, width, height);
    const person = personAt(ray, people);
    return { person, seat: person ? null : seatAt(ray, seats) };
  }

  /** @param {number[]} point in the room @returns {ReturnType<typeof projected>} CSS pixels */
  placeOf(point) {
    return projected(this.view, point, this.#canvas.clientWidth, this.#canvas.clientHeight);
  }

  /** Whether what is seen is not the page's picture, but all around, as through a headset. */
  isAllAround = false;

  /** Whether some of somebody is in the picture. @param {import("./person.js").Person} person */
  sees(person) {
    if (person.isSelf || !person.isPlaced) return false;
    if (this.isAllAround) return true;
    const at = this.placeOf(person.placement.eyes), { clientWidth, clientHeight } = this.#canvas;
    if (!at) return false;
    const reach = around * at.scale;
    return at.x > -reach && at.x < clientWidth + reach && at.y > -reach &&
      at.y < clientHeight + reach;
  }
}
