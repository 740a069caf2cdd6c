import { seatsOf } from "./seats.js";

/** An arrangement's seats, and those that somebody moved. */
export class Seating {
  /** @type {import("./seats.js").Arrangement} */
  arrangement;
  /** Where they are now, by number. @type {import("./seats.js").Seat[]} */
  seats;

  #moved = new Map();

  /** @param {import("./seats.js").Arrangement} arrangement */
  constructor(arrangement) {
    this.arrange(arrangement);
  }

  /** Another arrangement, nothing moved. @param {import("./seats.js").Arrangement} arrangement */
  arrange(arrangement) {
    this.seats = seatsOf(arrangement);
    this.arrangement = arrangement;
    this.#moved.clear();
  }

  /** Moves a seat, or puts it back. @param {number} number @param {number[] | null} place */
  move(number, place) {
    if (place) this.#moved.set(number, [...place]);
    else this.#moved.delete(number);
    this.seats = seatsOf(this.arrangement).map((seat, i) => this.#moved.get(i) ?? seat);
  }

  /**
   * Seats, who sits there, and how far they are.
   * @param {Iterable<import("./person.js").Person>} people
   * @param {number[]} eye
   */
  list(people, [x, , z]) {
    const sitting = new Map([...people].map((p) => [p.seat, p.participant]));
    return this.seats.map((place, number) => ({
      number, place: [...place], person: sitting.get(number) ?? null,
      distance: Math.hypot(place[0] - x, place[1] - z),
    }));
  }
}
