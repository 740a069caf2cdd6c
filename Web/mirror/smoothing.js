/** Steadiness against latency: one number smooths a whole state. */
import { OneEuro } from "./one-euro.js";
import { nearest, normalised, quaternionFromPose, vectorFromQuaternion } from "./rotation.js";

/** @typedef {import("./state.js").State} State */

/** Seconds that the strongest smoothing adds to a slow movement. */
const mostDelay = 0.15;

/**
 * What smoothing adds at rest; fast movements are delayed less.
 * @param {number} amount 0…1
 * @returns {number} seconds
 */
export function addedDelay(amount) {
  return Math.min(Math.max(amount, 0), 1) * mostDelay;
}

/** Hertz of cut-off gained for each unit a second. */
const slopes = { expression: 4, gaze: 4, turn: 10, shift: 0.12 };

/** Smooths states one after another, each number by a one-euro filter of its own. */
export class StateSmoother {
  #expression = new OneEuro();
  #gaze = new OneEuro();
  #poses = { head: new PoseFilter(), torso: new PoseFilter() };

  /** 0 passes states as they are; 1 is steadiest. */
  amount = 0;

  /** Forgets the past, as after a cut. */
  reset() {
    this.#expression.reset();
    this.#gaze.reset();
    this.#poses.head.reset();
    this.#poses.torso.reset();
  }

  /**
   * @param {State} state
   * @returns {State} the state itself where nothing is smoothed
   */
  apply(state) {
    const delay = addedDelay(this.amount);
    if (delay < 0.001) {
      this.reset();
      return state;
    }
    const cutoff = 1 / (2 * Math.PI * delay);
    const expression = state.expression.slice();
    const gaze = state.gaze.slice();
    this.#expression.apply(expression, state.time, cutoff, slopes.expression);
    this.#gaze.apply(gaze, state.time, cutoff, slopes.gaze);
    return {
      time: state.time,
      expression,
      head: this.#poses.head.apply(state.head, state.time, cutoff),
      torso: this.#poses.torso.apply(state.torso, state.time, cutoff),
      gaze,
      correction: state.correction,
    };
  }
}

/** Smooths a pose: its turn as a quaternion of steady sign, its shift as it is. */
class PoseFilter {
  #turn = new OneEuro();
  #shift = new OneEuro();
  /** @type {number[] | null} */
  #last = null;

  reset() {
    this.#turn.reset();
    this.#shift.reset();
    this.#last = null;
  }

  /**
   * @param {Float32Array} pose
   * @param {number} time
   * @param {number} cutoff
   */
  apply(pose, time, cutoff) {
    let q = quaternionFromPose(pose);
    if (this.#last) q = nearest(q, this.#last);
    const shift = [pose[3], pose[4], pose[5]];
    this.#turn.apply(q, time, cutoff, slopes.turn);
    this.#shift.apply(shift, time, cutoff, slopes.shift);
    q = normalised(q);
    this.#last = q;
    return Float32Array.from([...vectorFromQuaternion(q), ...shift]);
  }
}
