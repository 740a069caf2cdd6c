/** Play, pause, seek: shown when the element has `controls`; a failure's sentence always is. */

export class ElementControls {
  element;
  #play;
  #slider;
  #clock;
  #sentence;

  /** @param {{toggle: () => void, seek: (seconds: number) => void}} actions */
  constructor({ toggle, seek }) {
    this.#play = make("button", { type: "button", "aria-label": "Play", part: "play" });
    this.#play.textContent = "▶";
    this.#play.addEventListener("click", toggle);
    this.#slider = make("input", {
      type: "range", min: "0", max: "0", step: "0.01", value: "0", "aria-label": "Time", part: "time",
    });
    this.#slider.addEventListener("input", () => seek(Number(this.#slider.value)));
    this.#clock = make("output", { part: "clock" });
    this.#sentence = make("p", { role: "alert", part: "failure" });
    this.element = make("div", { class: "controls", part: "controls" });
    this.element.append(this.#play, this.#slider, this.#clock);
    this.element.hidden = true;
  }

  /** @param {import("./timeline.js").Timeline} timeline */
  show(timeline) {
    const { paused, duration, time } = timeline;
    this.#play.textContent = paused ? "▶" : "❚❚";
    this.#play.setAttribute("aria-label", paused ? "Play" : "Pause");
    this.#slider.max = String(duration);
    this.#slider.value = String(time);
    this.#clock.textContent = `${clock(time)} / ${clock(duration)}`;
  }

  /** @param {string} sentence */
  fail(sentence) {
    this.#sentence.textContent = sentence;
    this.element.parentNode?.append(this.#sentence);
  }
}

/** @param {string} name @param {Record<string, string>} attributes @returns {any} */
function make(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
