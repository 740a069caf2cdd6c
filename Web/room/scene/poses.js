import { nextTurn } from "./turns.js";
import { distance } from "./vectors.js";

/** @typedef {import("./person.js").Person} Person */

/**
 * Has people's avatars posed, one pose of each under way, as many at once as the machine can take.
 */
export class Poses {
  #picture;
  #events;
  #timer = 0;
  #isStopped = false;

  /**
   * @param {{slots: number, pose: Function}} picture a `GpuPicture` or a `FlatPicture`
   * @param {{onposed: () => void, onfailed: (person: Person, error: unknown) => void}} events
   */
  constructor(picture, events) {
    this.#picture = picture;
    this.#events = events;
  }

  /**
   * Begins those poses whose turn it is.
   * @param {Iterable<Person>} people
   * @param {Person[]} seen those who are in the picture
   * @param {import("./viewpoint.js").Viewpoint} viewpoint
   */
  run(people, seen, viewpoint) {
    this.#isStopped = false;
    clearTimeout(this.#timer);
    const posable = [...people].filter((p) => p.avatar && !p.isSelf && p.isPlaced && p.state);
    let free = this.#picture.slots - posable.filter((p) => p.isPosing).length;
    const candidates = posable.map((person) => ({
      person, isFresh: person.isFresh, isPosing: person.isPosing || person.isWaiting,
      asked: person.asked,
      distance: distance(person.placement.eyes, viewpoint.eye), speaking: person.speaking,
      isSeen: seen.includes(person),
    }));
    while (free > 0) {
      const now = performance.now(), { next, wait } = nextTurn(candidates, now);
      if (!next) {
        if (!Number.isFinite(wait)) return;
        this.#timer = setTimeout(() => this.run(posable, seen, viewpoint), wait + 1);
        return;
      }
      next.isPosing = true;
      this.#pose(next.person, viewpoint, now);
      free -= 1;
    }
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #pose(person, viewpoint, now) {
    const { avatar } = person;
    Object.assign(person, { isPosing: true, isFresh: false, asked: now });
    try {
      await this.#picture.pose(person, person.state, viewpoint);
    } catch (error) {
      // One that was closed because it is no longer theirs is no failure.
      if (person.avatar === avatar) this.#events.onfailed(person, error);
    } finally {
      Object.assign(person, { isPosing: false, isWaiting: true });
    }
    if (!this.#isStopped) this.#events.onposed();
  }
}
