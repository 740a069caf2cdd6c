/** Neutral calibration: what a second of a resting face has in common. */
import {
  composed, inverted, nearest, normalised, quaternionFromPose, vectorFromQuaternion,
} from "./rotation.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./expressiveness.js").Rest} Rest */

/** Seconds that are averaged. */
export const restSeconds = 1;

/** Frames below which nothing can be said. */
const fewestStates = 5;

/** Collects states until a second of them is there. */
export class RestFace {
  /** @type {State[]} */
  #states = [];

  /**
   * @param {State} state one that was tracked, without gains
   */
  add(state) {
    if (this.progress < 1) this.#states.push(state);
  }

  /** 0…1. */
  get progress() {
    if (this.#states.length < 2) return 0;
    const seconds = this.#states[this.#states.length - 1].time - this.#states[0].time;
    return Math.min(seconds / restSeconds, this.#states.length / fewestStates, 1);
  }

  /**
   * The middle half of each coefficient, averaged, which a blink does not move; and the mean head.
   * @returns {Rest | null} null before enough was seen
   */
  rest() {
    if (this.progress < 1) return null;
    const states = this.#states;
    const expression = new Float32Array(states[0].expression.length);
    for (let i = 0; i < expression.length; i += 1) {
      expression[i] = middleMean(states.map((state) => state.expression[i]));
    }
    const heads = states.map((state) => composed(inverted(state.torso), state.head));
    const first = quaternionFromPose(heads[0]);
    const sum = [0, 0, 0, 0];
    for (const head of heads) {
      nearest(quaternionFromPose(head), first).forEach((x, i) => { sum[i] += x; });
    }
    const shift = [3, 4, 5].map((i) => middleMean(heads.map((head) => head[i])));
    const turn = vectorFromQuaternion(normalised(sum));
    return { expression, head: Float32Array.from([...turn, ...shift]) };
  }
}

/**
 * Mean of the middle half.
 * @param {number[]} values
 */
function middleMean(values) {
  const sorted = values.slice().sort((a, b) => a - b);
  const from = Math.floor(sorted.length / 4);
  const middle = sorted.slice(from, sorted.length - from);
  return middle.reduce((sum, x) => sum + x, 0) / middle.length;
}
