/**
 * Where a recording is: plays, pauses, seeks, and says which state is due. Seconds throughout.
 */
export class Timeline {
  #states;
  #start = 0;
  #began = /** @type {number | null} */ (null);
  #now;

  /** Whether it begins again at its end. */
  loop = false;

  /**
   * @param {import("../core/core-avatar.js").State[]} states in order of their times
   * @param {() => number} [now] seconds
   */
  constructor(states, now = () => performance.now() / 1000) {
    this.#states = states;
    this.#now = now;
  }

  get duration() {
    const states = this.#states;
    return states.length > 1 ? states[states.length - 1].time - states[0].time : 0;
  }

  get paused() {
    return this.#began === null;
  }

  /** Seconds into the recording. */
  get time() {
    if (this.#began === null) return this.#start;
    const elapsed = this.#start + this.#now() - this.#began;
    if (elapsed <= this.duration) return elapsed;
    return this.loop && this.duration > 0 ? elapsed % this.duration : this.duration;
  }

  set time(seconds) {
    this.#start = Math.min(Math.max(Number.isFinite(seconds) ? seconds : 0, 0), this.duration);
    if (this.#began !== null) this.#began = this.#now();
  }

  /** Whether it has come to its end and will not begin again. */
  get ended() {
    return !this.loop && this.time >= this.duration;
  }

  play() {
    if (this.#began !== null) return;
    if (this.ended) this.#start = 0;
    this.#began = this.#now();
  }

  pause() {
    this.#start = this.time;
    this.#began = null;
  }

  /** The state that is shown at this time: the last one that is due. */
  get state() {
    const states = this.#states;
    if (states.length === 0) return null;
    const due = states[0].time + this.time;
    let low = 0, high = states.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (states[middle].time <= due + 1e-6) low = middle;
      else high = middle - 1;
    }
    return states[low];
  }
}
