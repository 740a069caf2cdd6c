/** What the person is asked to do, one thing after another, and when each is done. */

/**
 * @typedef {object} Prompt
 * @property {string} id
 * @property {string} words what to do
 * @property {string} [hint] how
 * @property {number} least seconds it takes at least
 * @property {number} most seconds after which the next comes anyway
 * @property {(sight: import("./sight.js").Sight) => boolean} [reached] whether it is being done
 * @property {number} [hold] seconds it has to be done for, in all
 */

const channel = {
  eyeBlinkLeft: 0, eyeBlinkRight: 7, jawOpen: 17, mouthFunnel: 19, mouthPucker: 20,
  mouthSmileLeft: 23, mouthSmileRight: 24, browDownLeft: 41, browDownRight: 42, browInnerUp: 43,
  browOuterUpLeft: 44, browOuterUpRight: 45,
};

/** The mean of some coefficients. */
const amount = (sight, ...names) => sight.expression
  ? names.reduce((sum, name) => sum + sight.expression[channel[name]], 0) / names.length : 0;

const turned = (sight, test) => sight.turn !== null && test(sight.turn[0], sight.turn[1]);

/** @type {Prompt[]} */
export const prompts = [
  {
    id: "front", words: "Look straight at the camera", hint: "Face at rest, mouth closed.",
    least: 4, most: 7, hold: 2,
    reached: (s) => turned(s, (yaw, pitch) => Math.hypot(yaw, pitch) < 8),
  },
  {
    id: "left", words: "Turn your head slowly to your left", hint: "As far as is easy, then wait for the sound.",
    least: 3, most: 9, hold: 0.6, reached: (s) => turned(s, (yaw) => yaw > 28),
  },
  {
    id: "right", words: "Now slowly to your right", hint: "All the way across, without hurry.",
    least: 4, most: 10, hold: 0.6, reached: (s) => turned(s, (yaw) => yaw < -28),
  },
  {
    id: "up", words: "Tilt your head up", hint: "Chin towards the camera.",
    least: 3, most: 8, hold: 0.6, reached: (s) => turned(s, (_, pitch) => pitch > 14),
  },
  {
    id: "down", words: "And down", hint: "Chin towards your chest, eyes on the camera.",
    least: 3, most: 8, hold: 0.6, reached: (s) => turned(s, (_, pitch) => pitch < -14),
  },
  {
    id: "circle", words: "Draw a slow circle with your nose", hint: "The ring shows what is still missing.",
    least: 8, most: 12,
  },
  {
    id: "smile", words: "Smile, with your teeth", least: 3, most: 6, hold: 0.8,
    reached: (s) => amount(s, "mouthSmileLeft", "mouthSmileRight") > 0.45,
  },
  {
    id: "open", words: "Open your mouth wide", least: 3, most: 6, hold: 0.6,
    reached: (s) => amount(s, "jawOpen") > 0.45,
  },
  {
    id: "surprise", words: "Raise your brows, eyes wide open", least: 3, most: 6, hold: 0.6,
    reached: (s) => amount(s, "browInnerUp", "browOuterUpLeft", "browOuterUpRight") > 0.4,
  },
  {
    id: "frown", words: "Frown, as if something puzzled you", least: 3, most: 6, hold: 0.6,
    reached: (s) => amount(s, "browDownLeft", "browDownRight") > 0.4,
  },
  {
    id: "pucker", words: "Purse your lips, as for a kiss", least: 3, most: 6, hold: 0.6,
    reached: (s) => amount(s, "mouthPucker") > 0.5 || amount(s, "mouthFunnel") > 0.5,
  },
  {
    id: "blink", words: "Close your eyes, then open them", hint: "Twice, gently.",
    least: 4, most: 6, hold: 0.3,
    reached: (s) => amount(s, "eyeBlinkLeft", "eyeBlinkRight") > 0.6,
  },
  {
    id: "look", words: "Look left, right, up and down", hint: "With your eyes alone; keep your head still.",
    least: 7, most: 9,
  },
  {
    id: "sentence-1", words: "“The early morning sun warms the old stone bridge.”",
    hint: "Read it aloud, as you would to a friend.", least: 6, most: 8,
  },
  {
    id: "sentence-2", words: "“Five quick puffs of white vapour vanish above the village.”",
    hint: "Read it aloud. The microphone is off; only your mouth counts.", least: 6, most: 8,
  },
  {
    id: "sentence-3", words: "“Would you rather choose a joyful journey or a shiny treasure?”",
    hint: "Read it aloud, with your head moving as it likes.", least: 6, most: 8,
  },
  {
    id: "free", words: "Tell something that made you laugh", hint: "Move and talk as you always do.",
    least: 12, most: 14,
  },
];

/** Seconds that the whole takes at most. */
export const longest = prompts.reduce((sum, prompt) => sum + prompt.most, 0);

/** Goes through prompts by what is seen and by time. */
export class Guide {
  #elapsed = 0;
  #held = 0;
  #index = 0;

  /** @param {Prompt[]} [list] */
  constructor(list = prompts) {
    this.list = list;
    /** Which were done, as far as could be seen. */
    this.done = list.map(() => false);
  }

  /** The present prompt; null when all are over. */
  get prompt() {
    return this.list[this.#index] ?? null;
  }

  get index() {
    return this.#index;
  }

  /** How far the present prompt is, 0…1. */
  get progress() {
    const prompt = this.prompt;
    if (!prompt) return 1;
    const byTime = this.#elapsed / prompt.most;
    const byDeed = prompt.hold
      ? Math.min(this.#elapsed / prompt.least, this.#held / prompt.hold) : 0;
    return Math.min(1, Math.max(byTime, byDeed));
  }

  /** Seconds left at most. */
  get left() {
    const later = this.list.slice(this.#index + 1).reduce((sum, { most }) => sum + most, 0);
    return later + (this.prompt ? Math.max(0, this.prompt.most - this.#elapsed) : 0);
  }

  /**
   * Lets time pass.
   * @param {number} seconds since the last call
   * @param {import("./sight.js").Sight | null} sight what is seen; null where nothing is known
   * @returns {"same" | "next" | "over"}
   */
  advance(seconds, sight) {
    const prompt = this.prompt;
    if (!prompt) return "over";
    this.#elapsed += seconds;
    if (sight && prompt.reached?.(sight)) this.#held += seconds;
    const isDone = prompt.hold !== undefined && this.#held >= prompt.hold;
    if ((isDone && this.#elapsed >= prompt.least) || this.#elapsed >= prompt.most) {
      this.done[this.#index] = isDone || prompt.hold === undefined;
      return this.skip();
    }
    return "same";
  }

  /**
   * Goes on to the next prompt.
   * @returns {"next" | "over"}
   */
  skip() {
    this.#index += 1;
    this.#elapsed = 0;
    this.#held = 0;
    return this.prompt ? "next" : "over";
  }
}
