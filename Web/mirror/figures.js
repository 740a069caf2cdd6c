/** The live meters: what is shown how often and how late. */
import { meters } from "../parts/meter.js";
import { Recent } from "./recent.js";

const names = {
  fps: "Pictures", camera: "Camera", latency: "Camera to picture", tracking: "Tracking",
  posing: "Posing", drawing: "Drawing", wire: "Wire",
};

/** Times a second that the numbers change; faster cannot be read. */
const pace = 3;

export class Figures {
  #card;
  #wire;
  #meters = meters(names);
  #timer = 0;
  #shown = new Recent();
  #camera = new Recent();
  #latency = new Recent();
  #tracking = new Recent();
  #posing = new Recent();
  #drawing = new Recent();

  /**
   * @param {HTMLElement} card
   * @param {import("./wire.js").Wire} wire
   */
  constructor(card, wire) {
    this.#card = card;
    this.#wire = wire;
    card.append(this.#meters.element);
  }

  /** @param {number} now a camera frame came */
  addCamera(now) {
    this.#camera.add(0, now);
  }

  /**
   * A picture was drawn.
   * @param {import("./session.js").Passage & {drawn: number, drawMs: number}} passage
   */
  addShown(passage) {
    const now = passage.drawn;
    this.#shown.add(0, now);
    this.#drawing.add(passage.drawMs, now);
    this.#posing.add(passage.poseMs + passage.sortMs, now);
    if (passage.arrived === undefined) return;
    this.#latency.add(passage.drawn - passage.arrived, now);
    this.#tracking.add(passage.trackMs, now);
  }

  get isShown() {
    return !this.#card.hidden;
  }

  /** Shows or hides the meters; says which. */
  toggle() {
    this.#card.hidden = !this.#card.hidden;
    clearInterval(this.#timer);
    if (!this.#card.hidden) {
      this.#show();
      this.#timer = setInterval(() => this.#show(), 1000 / pace);
    }
    return !this.#card.hidden;
  }

  #show() {
    const now = performance.now();
    const rate = (/** @type {Recent} */ recent) => {
      const value = recent.rate(now);
      return value === null ? null : `${value.toFixed(0)} /s`;
    };
    const wireRate = this.#wire.rate;
    const fresh = this.#camera.rate(now) !== null;
    const time = (/** @type {Recent} */ { median }, shown = true) =>
      shown && median !== null ? `${median.toFixed(median < 10 ? 1 : 0)} ms` : null;
    this.#meters.show({
      fps: rate(this.#shown),
      camera: rate(this.#camera),
      latency: time(this.#latency, fresh),
      tracking: time(this.#tracking, fresh),
      // Where the processor draws, posing is a part of that.
      posing: time(this.#posing, this.#posing.median !== 0),
      drawing: time(this.#drawing),
      wire: wireRate === null ? null : `${(wireRate / 1000).toFixed(1)} kbit/s`,
    });
  }
}
