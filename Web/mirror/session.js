/**
 * The mirror without its page: camera frames become states, states become what the person shows,
 * and that is posed and handed to a view. Frames and poses have one under way each, and the newest
 * wins.
 *
 * ```
 * offerFrame ─▶ tracker ─▶ smoothing ─▶ expressiveness ─┬─▶ onsend
 *                            offerState ────────────────┴─▶ avatar.pose ─▶ view.show ─▶ onshown
 * ```
 */
import { expressiveState } from "./expressiveness.js";
import { Newest } from "./newest.js";
import { RestFace } from "./rest-face.js";
import { StateSmoother } from "./smoothing.js";
import { copyOf } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./camera.js").CameraFrame} CameraFrame */
/** @typedef {import("./settings.js").MirrorSettings} MirrorSettings */

/**
 * When a picture went through, in milliseconds of `performance.now()`.
 * @typedef {object} Passage
 * @property {number} arrived the camera's frame came
 * @property {number} tracked its state was known
 * @property {number} posed its splats were known
 * @property {number} trackMs inside the tracker
 * @property {number} poseMs inside the avatar
 * @property {number} sortMs of it, ordering
 * @property {boolean} follows it is a new state, not the last one from another side
 */

/**
 * @typedef {object} SessionEvents
 * @property {(state: State) => void} [onsend] what the person shows, once for each state
 * @property {(seen: {faceCount: number, confidence: number}) => void} [onseen] after each frame
 * @property {(error: Error, from: "tracker" | "avatar") => void} [onfailure]
 */

/** So many frames in a row may fail before a failure is told: one odd picture is no failure. */
const tolerance = 10;

/** The core's codes below this tell of what was given to it; others of the core itself. */
const firstFatalCode = 1000;

export class MirrorSession {
  #view;
  #events;
  #avatar = null;
  #tracker = null;
  #smoother = new StateSmoother();
  #frames;
  #poses;
  #frozen = false;
  #failures = { tracker: 0, avatar: 0 };
  /** @type {State | null} */
  #state = null;
  /** @type {{face: RestFace, done: (rest: any) => void} | null} */
  #calibration = null;

  /**
   * @param {object} view `pose(avatar, state)`, and `show(frame, passage)` for what that brought
   * @param {MirrorSettings} settings
   * @param {SessionEvents} events
   */
  constructor(view, settings, events = {}) {
    this.#view = view;
    this.settings = settings;
    this.#events = events;
    this.#frames = new Newest(
      (frame) => this.#track(frame), (frame) => frame.picture.close());
    this.#poses = new Newest((request) => this.#pose(request));
  }

  /** Frames that were never looked at, because newer ones came. */
  get droppedFrames() {
    return this.#frames.dropped;
  }

  /** Whether a tracker is there. */
  get isFollowing() {
    return this.#tracker !== null;
  }

  /** @param {any} tracker a `RemoteTracker`, or null */
  setTracker(tracker) {
    this.#tracker = tracker;
    this.#smoother.reset();
  }

  /**
   * Shows an avatar, at rest until a state comes; what drove the last one drives it on.
   * @param {any} avatar a `RemoteAvatar`, or null
   */
  setAvatar(avatar) {
    this.#avatar = avatar;
    if (!avatar) return;
    this.#state = copyOf(avatar.info.resting);
    this.refresh();
  }

  /**
   * A camera frame; it is closed here.
   * @param {CameraFrame} frame
   */
  offerFrame(frame) {
    if (this.#tracker) this.#frames.offer(frame);
    else frame.picture.close();
  }

  /**
   * A state from elsewhere, as from a recording; it is shown with this person's settings.
   * @param {State} state
   * @param {Partial<Passage>} [passage]
   */
  offerState(state, passage = {}) {
    this.#smoother.amount = this.settings.smoothing;
    const smoothed = this.#smoother.apply(state);
    const shown = expressiveState(smoothed, this.settings.expressiveness);
    this.#events.onsend?.(shown);
    if (this.#frozen) return;
    this.#state = smoothed;
    this.#poses.offer({ state: shown, passage });
  }

  /** Whether the avatar keeps its last face. What is sent goes on. */
  get frozen() {
    return this.#frozen;
  }

  set frozen(value) {
    this.#frozen = value;
  }

  /** Poses the last state again: settings have changed, or the eye has moved. */
  refresh() {
    if (!this.#state) return;
    const state = expressiveState(this.#state, this.settings.expressiveness);
    this.#poses.offer({ state, passage: {} });
  }

  /**
   * Averages a second of the person's rest face.
   * @returns {Promise<import("./expressiveness.js").Rest>}
   */
  calibrate() {
    return new Promise((resolve) => {
      this.#calibration = { face: new RestFace(), done: resolve };
    });
  }

  /** @param {State} state */
  #calibrate(state) {
    const { face, done } = this.#calibration;
    face.add(state);
    const rest = face.rest();
    if (!rest) return;
    this.#calibration = null;
    done(rest);
  }

  /** @param {CameraFrame} frame */
  async #track({ picture, time, arrived }) {
    const tracker = this.#tracker;
    try {
      if (!tracker) return;
      const began = performance.now();
      const seen = await tracker.track(picture, time);
      const tracked = performance.now();
      if (tracker !== this.#tracker) return;
      this.#failures.tracker = 0;
      this.#events.onseen?.(seen);
      if (!seen.state) return;
      if (this.#calibration && seen.isTracked) this.#calibrate(seen.state);
      const trackMs = seen.ms?.total ?? tracked - began;
      this.offerState(seen.state, { arrived, tracked, trackMs, follows: true });
    } catch (error) {
      if (tracker === this.#tracker) this.#fail(error, "tracker");
    } finally {
      // Closed already where it went to the worker.
      picture.close();
    }
  }

  /** @param {{state: State, passage: Partial<Passage>}} request */
  async #pose({ state, passage }) {
    const avatar = this.#avatar;
    if (!avatar) return;
    try {
      const frame = await this.#view.pose(avatar, state);
      if (avatar !== this.#avatar) return;
      this.#failures.avatar = 0;
      const { poseMs = 0, sortMs = 0 } = frame;
      this.#view.show(frame, { ...passage, poseMs, sortMs, posed: performance.now() });
    } catch (error) {
      if (avatar === this.#avatar) this.#fail(error, "avatar");
    }
  }

  /**
   * Tells of a failure once.
   * @param {any} error
   * @param {"tracker" | "avatar"} from
   */
  #fail(error, from) {
    this.#failures[from] += 1;
    const isFatal = !(error.code < firstFatalCode);
    const limit = isFatal ? 1 : tolerance;
    if (this.#failures[from] === limit) this.#events.onfailure?.(error, from);
  }
}
