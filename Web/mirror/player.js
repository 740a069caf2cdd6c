/** Plays recorded states at their own times, over and over. */

/** @typedef {import("./state.js").State} State */

/** Seconds of rest between the end and the beginning. */
const pause = 0.4;

export class Player {
  #states;
  #onstate;
  #began = 0;
  #next = 0;
  #timer = 0;
  /** Seconds by which states are later than in the recording: each round adds one length. */
  #shift = 0;

  /**
   * @param {State[]} states in order of their times
   * @param {(state: State) => void} onstate gets copies whose times only grow
   * @param {{now: () => number, schedule: (work: () => void, ms: number) => any, cancel: (timer:
   *   any) => void}} [clock]
   *   milliseconds
   */
  constructor(states, onstate, clock = {
    now: () => performance.now(),
    schedule: (work, ms) => setTimeout(work, ms),
    cancel: (timer) => clearTimeout(timer),
  }) {
    this.#states = states;
    this.#onstate = onstate;
    this.clock = clock;
  }

  /** Seconds of one round. */
  get length() {
    const states = this.#states;
    return states.length ? states[states.length - 1].time - states[0].time : 0;
  }

  /** Seconds into this round. */
  get position() {
    const seconds = (this.clock.now() - this.#began) / 1000;
    return Math.min(Math.max(seconds, 0), this.length);
  }

  start() {
    if (this.#states.length === 0) return;
    this.#began = this.clock.now();
    this.#next = 0;
    this.#step();
  }

  stop() {
    this.clock.cancel(this.#timer);
    this.#timer = 0;
  }

  #step() {
    const states = this.#states;
    const elapsed = (this.clock.now() - this.#began) / 1000;
    const first = states[0].time;
    // Of states that are due already, the newest is enough.
    let due = -1;
    while (this.#next < states.length && states[this.#next].time - first <= elapsed) {
      due = this.#next;
      this.#next += 1;
    }
    if (due >= 0) this.#onstate({ ...states[due], time: states[due].time + this.#shift });
    let wait = pause;
    if (this.#next < states.length) wait = states[this.#next].time - first - elapsed;
    this.#timer = this.clock.schedule(() => {
      if (this.#next >= states.length) {
        this.#shift += this.length + pause;
        this.#began = this.clock.now();
        this.#next = 0;
      }
      this.#step();
    }, Math.max(wait * 1000, 1));
  }
}
