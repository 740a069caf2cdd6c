/**
 * `<visavis-avatar src="me.avatar" stream="talk.vvs" controls>`: an avatar on anybody's page.
 *
 * docs/element.md says what its attributes, properties, methods and events are.
 */
import { RemoteAvatar } from "../core/avatar.js";
import { readRecording } from "../core/recording.js";
import { MirrorView } from "../mirror/view.js";
import { Newest } from "../mirror/newest.js";
import { ElementControls } from "./element-controls.js";
import { elementStyle } from "./element-style.js";
import { parts } from "./parts.js";
import { Timeline } from "./timeline.js";

export class VisavisAvatar extends HTMLElement {
  static observedAttributes = ["src", "stream", "controls", "loop", "mirrored", "label"];

  #root;
  #canvas;
  #controls;
  /** @type {MirrorView | null} */
  #view = null;
  /** @type {RemoteAvatar | null} */
  #avatar = null;
  /** @type {Timeline | null} */
  #timeline = null;
  #poses = new Newest((state) => this.#pose(state));
  /** @type {import("../core/core-avatar.js").State | null} */
  #state = null;
  #frame = 0;
  #turns = { src: 0, stream: 0 };
  #told = { time: -1, ended: false };

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#canvas = document.createElement("canvas");
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("part", "canvas");
    this.#controls = new ElementControls({
      toggle: () => (this.paused ? this.play() : this.pause()),
      seek: (seconds) => { this.currentTime = seconds; },
    });
    this.#root.adoptedStyleSheets = [elementStyle()];
    this.#root.append(this.#canvas, this.#controls.element);
  }

  /** What the avatar's file says of itself; null before it is known. */
  get info() {
    return this.#avatar?.info ?? null;
  }

  /** Whether nothing plays. */
  get paused() {
    return this.#timeline?.paused ?? true;
  }

  /** Seconds of the recording; NaN without one. */
  get duration() {
    return this.#timeline?.duration ?? NaN;
  }

  /** Seconds into the recording; can be set. */
  get currentTime() {
    return this.#timeline?.time ?? 0;
  }

  set currentTime(seconds) {
    if (!this.#timeline) return;
    this.#timeline.time = seconds;
    this.#tick();
  }

  /** Plays the recording, from its beginning when it has ended. */
  play() {
    if (!this.#timeline || !this.#timeline.paused) return;
    this.#timeline.play();
    this.#told.ended = false;
    this.#tell("play");
    this.#run();
  }

  /** Holds the recording. */
  pause() {
    if (!this.#timeline || this.#timeline.paused) return;
    this.#timeline.pause();
    this.#tell("pause");
    this.#controls.show(this.#timeline);
  }

  /**
   * Shows a state, as from a call or a camera of the page's own; a recording that plays is held.
   * @param {import("../core/core-avatar.js").State} state
   */
  show(state) {
    this.pause();
    this.#offer(state);
  }

  /** Turns the view to the front. */
  front() {
    this.#view?.front();
  }

  /** What is seen as a PNG. @returns {Promise<Blob>} */
  picture() {
    if (!this.#view || !this.#avatar) return Promise.reject(new Error("There is no avatar yet."));
    return this.#view.still();
  }

  connectedCallback() {
    if (this.#view) return;
    try {
      this.#view = new MirrorView(this.#canvas, {
        onmoved: () => { if (this.#state) this.#poses.offer(this.#state); },
        onshown: (passage, state) => this.#tell("shown", { state }),
        onlost: () => {}, onrestored: () => { if (this.#state) this.#poses.offer(this.#state); },
      });
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#view.mirrored = this.hasAttribute("mirrored");
    this.#canvas.setAttribute("aria-label", this.getAttribute("label") ?? "An avatar");
    this.#controls.element.hidden = !this.hasAttribute("controls");
    this.#open();
    this.#read();
  }

  disconnectedCallback() {
    // Moved within the page it is connected again at once.
    queueMicrotask(() => { if (!this.isConnected) this.#close(); });
  }

  /** @param {string} name @param {string | null} before @param {string | null} value */
  attributeChangedCallback(name, before, value) {
    if (before === value) return;
    if (name === "controls") this.#controls.element.hidden = value === null;
    else if (name === "loop" && this.#timeline) this.#timeline.loop = value !== null;
    else if (name === "label") this.#canvas.setAttribute("aria-label", value ?? "An avatar");
    else if (!this.#view) return;
    else if (name === "mirrored") this.#view.mirrored = value !== null;
    else if (name === "src") this.#open();
    else if (name === "stream") this.#read();
  }

  async #open() {
    const turn = ++this.#turns.src;
    this.#avatar?.close();
    this.#avatar = null;
    const source = this.getAttribute("src");
    if (!source) return;
    try {
      const avatar = await RemoteAvatar.open(new URL(source, document.baseURI), {
        core: await parts.core(), createWorker: () => parts.createWorker("avatar"),
        onProgress: ({ received, total }) => {
          if (turn === this.#turns.src) this.#tell("progress", { received, total });
        },
      });
      if (turn !== this.#turns.src) {
        avatar.close();
        return;
      }
      this.#avatar = avatar;
      this.#view.setAvatar(avatar);
      this.#offer(this.#timeline?.state ?? avatar.info.resting);
      this.#tell("load", { info: avatar.info });
      await avatar.whole;
      if (turn !== this.#turns.src) return;
      if (this.#state) this.#poses.offer(this.#state);
      this.#tell("loaded");
    } catch (error) {
      if (turn === this.#turns.src) this.#fail(error);
    }
  }

  async #read() {
    const turn = ++this.#turns.stream;
    this.pause();
    this.#timeline = null;
    const source = this.getAttribute("stream");
    if (!source) return;
    try {
      const response = await fetch(new URL(source, document.baseURI)).catch(() => null);
      if (!response?.ok) {
        const answer = response ? `the server answered ${response.status}` : "there is no connection to the server";
        throw new Error(`The recording could not be fetched: ${answer}.`);
      }
      const { states, isDamaged } = await readRecording(await response.blob(), {
        core: await parts.core(), createWorker: () => parts.createWorker("recording"),
      });
      if (turn !== this.#turns.stream) return;
      this.#timeline = new Timeline(states);
      this.#timeline.loop = this.hasAttribute("loop");
      this.#view?.recentre();
      this.#tell("durationchange", { duration: this.duration, isDamaged });
      if (this.hasAttribute("autoplay")) this.play();
      else this.#tick();
    } catch (error) {
      if (turn === this.#turns.stream) this.#fail(error);
    }
  }

  #run() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      if (!this.#timeline || this.#timeline.paused) return;
      this.#tick();
      this.#run();
    });
  }

  /** Shows what is due. */
  #tick() {
    const timeline = this.#timeline;
    if (!timeline) return;
    this.#offer(timeline.state);
    this.#controls.show(timeline);
    if (Math.abs(timeline.time - this.#told.time) >= 0.25) {
      this.#told.time = timeline.time;
      this.#tell("timeupdate");
    }
    if (timeline.ended && !timeline.paused) {
      timeline.pause();
      this.#controls.show(timeline);
      this.#tell("pause");
      this.#tell("ended");
    }
  }

  #offer(/** @type {import("../core/core-avatar.js").State | null} */ state) {
    if (!state || state === this.#state) return;
    this.#state = state;
    this.#poses.offer(state);
  }

  async #pose(/** @type {import("../core/core-avatar.js").State} */ state) {
    const avatar = this.#avatar, view = this.#view;
    if (!avatar || !view) return;
    try {
      const frame = await view.pose(avatar, state);
      if (avatar === this.#avatar) view.show(frame, { follows: true });
    } catch (error) {
      if (avatar === this.#avatar) this.#fail(error);
    }
  }

  #close() {
    this.#turns.src += 1;
    this.#turns.stream += 1;
    cancelAnimationFrame(this.#frame);
    this.#timeline?.pause();
    this.#avatar?.close();
    this.#avatar = null;
    this.#state = null;
    this.#view = null;
    // A canvas that had a context keeps it: the next one is another.
    const canvas = /** @type {HTMLCanvasElement} */ (this.#canvas.cloneNode());
    this.#canvas.replaceWith(canvas);
    this.#canvas = canvas;
  }

  #fail(/** @type {any} */ error) {
    this.#controls.fail(error.message);
    this.#tell("error", { error, message: error.message });
  }

  #tell(/** @type {string} */ name, /** @type {any} */ detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

if (!customElements.get("visavis-avatar")) customElements.define("visavis-avatar", VisavisAvatar);
