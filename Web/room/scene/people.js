import { Person } from "./person.js";

/**
 * Everybody in a room: what is told of them, and who has to hear of it.
 */
export class People {
  /** @type {Map<number | string, Person>} */
  #people = new Map();
  #picture;
  #tags;
  #own;
  #seating;

  /**
   * @param {{change: (person: Person) => void, remove: (person: Person) => void}} picture
   * @param {import("./name-tags.js").NameTags} tags
   * @param {import("./own-place.js").OwnPlace} own
   * @param {import("./seating.js").Seating} seating
   */
  constructor(picture, tags, own, seating) {
    this.#picture = picture;
    this.#tags = tags;
    this.#own = own;
    this.#seating = seating;
  }

  /** @returns {Person[]} */
  get all() {
    return [...this.#people.values()];
  }

  /** @param {number | string} participant */
  get(participant) {
    return this.#people.get(participant);
  }

  /** As `RoomScene.setPerson`. */
  set(participant, { avatar, ...rest }) {
    let person = this.#people.get(participant);
    const isNew = !person;
    person ??= new Person(participant);
    this.#people.set(participant, person);
    const before = person.kind, hasOther = person.set(rest, avatar);
    if (person.isSelf) this.#own.take(person);
    this.#settle(person);
    if (isNew || hasOther || before !== person.kind) this.#picture.change(person);
    this.#tags.change(person);
  }

  /** @param {number | string} participant @returns {boolean} whether somebody has gone */
  remove(participant) {
    const person = this.#people.get(participant);
    if (!person) return false;
    this.#people.delete(participant);
    if (this.#own.person === person) this.#own.person = null;
    this.#picture.remove(person);
    this.#tags.remove(person);
    return true;
  }

  /** Seats are elsewhere. */
  arrange() {
    for (const person of this.#people.values()) this.#settle(person);
  }

  /** All are to be posed again. */
  refresh() {
    for (const person of this.#people.values()) person.isFresh = Boolean(person.state);
  }

  /** Nobody is left. */
  clear() {
    this.#people.clear();
  }

  #settle(person) {
    if (person.settle(this.#seating.seats)) person.isFresh = Boolean(person.state);
  }
}
