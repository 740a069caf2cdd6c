import { lookAt } from "./matrices.js";

/** How far a press of an arrow key turns, and how much nearer + comes. */
const keyTurn = Math.PI / 24, keyZoom = 1.1;

/**
 * A camera that circles a point: drag to turn, wheel or pinch to come nearer, two fingers or the
 * shift key to move the point; arrow keys turn, + and − come nearer, Home goes back.
 *
 * It listens to one element, which it makes focusable, and says by "change" when to draw. Motion
 * glides to its end, unless the person asked their system for less motion.
 */
export class Orbit extends EventTarget {
  /** The point, in the world. @type {[number, number, number]} */
  target;
  /** Radians to the right of the point's front (+z), and upwards. */
  yaw;
  pitch;
  /** From the point to the eye, in the world's unit. */
  distance;

  /** What can be reached. */
  limits;
  /**
   * Where `reset` goes.
   * @type {{target: number[], yaw: number, pitch: number, distance: number}}
   */
  home;

  #element;
  #pointers = new Map();
  #listeners = new AbortController();
  #speed = { yaw: 0, pitch: 0 };
  #gliding = 0;

  /**
   * @param {HTMLElement} element that people drag on
   * @param {object} [options]
   * @param {[number, number, number]} [options.target]
   * @param {number} [options.yaw]
   * @param {number} [options.pitch]
   * @param {number} [options.distance]
   * @param {{yaw?: [number, number], pitch?: [number, number], distance?: [number, number],
   *   reach?: number}} [options.limits] ranges; `reach` is how far the point may be moved
   * @param {() => void} [options.onchange] hears "change"
   */
  constructor(element, {
    target = [0, 0, 0], yaw = 0, pitch = 0, distance = 100, limits = {}, onchange = undefined,
  } = {}) {
    super();
    this.#element = element;
    this.limits = {
      yaw: [-Infinity, Infinity], pitch: [-1.4, 1.4], distance: [distance / 4, distance * 4],
      reach: distance / 2, ...limits,
    };
    this.home = { target: [...target], yaw, pitch, distance };
    Object.assign(this, { ...this.home, target: [...target] });
    if (onchange) this.addEventListener("change", onchange);
    if (element.tabIndex < 0) element.tabIndex = 0;
    element.style.touchAction = "none";
    const { signal } = this.#listeners;
    const listen = (name, handler, options = {}) =>
      element.addEventListener(name, handler.bind(this), { signal, ...options });
    listen("pointerdown", this.#press);
    listen("pointermove", this.#drag);
    listen("pointerup", this.#release);
    listen("pointercancel", this.#release);
    listen("wheel", this.#wheel, { passive: false });
    listen("keydown", this.#key);
  }

  /** Where the eye is, in the world. */
  get eye() {
    const { target: [x, y, z], yaw, pitch, distance } = this;
    const level = distance * Math.cos(pitch);
    return [
      x + level * Math.sin(yaw), y + distance * Math.sin(pitch), z + level * Math.cos(yaw),
    ];
  }

  /** @returns {Float32Array} for a stage's view */
  get viewFromWorld() {
    return lookAt(this.eye, this.target);
  }

  /** Turns, radians, within the limits. */
  turn(yaw, pitch) {
    this.#set({ yaw: this.yaw + yaw, pitch: this.pitch + pitch });
  }

  /** Comes nearer by a factor above 1, or goes away. */
  zoom(factor) {
    this.#set({ distance: this.distance / factor });
  }

  /** Moves the point along the picture, as shares of the distance. */
  pan(right, up) {
    const m = this.viewFromWorld, d = this.distance;
    const target = this.target.map((v, i) => v + d * (right * m[4 * i] + up * m[4 * i + 1]));
    const home = this.home.target;
    const away = Math.hypot(...target.map((v, i) => v - home[i]));
    const keep = away > this.limits.reach ? this.limits.reach / away : 1;
    this.#set({ target: target.map((v, i) => home[i] + (v - home[i]) * keep) });
  }

  /** Goes back to where it began. */
  reset() {
    this.#stop();
    this.#set({ ...this.home, target: [...this.home.target] });
  }

  /** Listens no more. */
  dispose() {
    this.#stop();
    this.#listeners.abort();
  }

  #set({ target = this.target, yaw = this.yaw, pitch = this.pitch, distance = this.distance }) {
    const within = (v, [low, high]) => Math.min(high, Math.max(low, v));
    this.target = target;
    this.yaw = within(yaw, this.limits.yaw);
    this.pitch = within(pitch, this.limits.pitch);
    this.distance = within(distance, this.limits.distance);
    this.dispatchEvent(new Event("change"));
  }

  #press(event) {
    if (event.pointerType === "mouse" && event.button > 2) return;
    this.#stop();
    // Fails when the pointer is gone already.
    try { this.#element.setPointerCapture(event.pointerId); } catch { return; }
    this.#pointers.set(
      event.pointerId, { x: event.clientX, y: event.clientY, time: event.timeStamp });
    this.#speed = { yaw: 0, pitch: 0 };
  }

  #drag(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    const now = { x: event.clientX, y: event.clientY, time: event.timeStamp };
    const size = this.#element.clientHeight || 1;
    const dx = (now.x - last.x) / size, dy = (now.y - last.y) / size;
    if (this.#pointers.size >= 2) {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)[1];
      const before = Math.hypot(last.x - other.x, last.y - other.y);
      const after = Math.hypot(now.x - other.x, now.y - other.y);
      if (before > 0 && after > 0) this.zoom(after / before);
      this.pan(-dx / 2, dy / 2);
    } else if (event.shiftKey || event.buttons === 2) {
      this.pan(-dx, dy);
    } else {
      // A drag over the whole height turns half around.
      const yaw = -dx * Math.PI, pitch = dy * Math.PI;
      const elapsed = Math.max(now.time - last.time, 1);
      this.#speed = { yaw: yaw / elapsed, pitch: pitch / elapsed };
      this.turn(yaw, pitch);
    }
    this.#pointers.set(event.pointerId, now);
  }

  #release(event) {
    const last = this.#pointers.get(event.pointerId);
    if (!last) return;
    this.#pointers.delete(event.pointerId);
    // Held still before letting go: no glide.
    if (this.#pointers.size === 0 && event.timeStamp - last.time < 60) this.#glide();
  }

  #wheel(event) {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    this.zoom(Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) / 500));
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const actions = {
      ArrowLeft: () => this.turn(-keyTurn, 0), ArrowRight: () => this.turn(keyTurn, 0),
      ArrowUp: () => this.turn(0, keyTurn), ArrowDown: () => this.turn(0, -keyTurn),
      "+": () => this.zoom(keyZoom), "=": () => this.zoom(keyZoom),
      "-": () => this.zoom(1 / keyZoom), Home: () => this.reset(),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    this.#stop();
    action();
  }

  #glide() {
    if (globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches) return;
    let last = performance.now();
    const step = (now) => {
      const elapsed = Math.min(Math.max(now - last, 0), 50);
      last = now;
      const slower = Math.exp(-elapsed / 120);
      this.turn(this.#speed.yaw * elapsed, this.#speed.pitch * elapsed);
      this.#speed = { yaw: this.#speed.yaw * slower, pitch: this.#speed.pitch * slower };
      const isMoving = Math.hypot(this.#speed.yaw, this.#speed.pitch) > 2e-5;
      this.#gliding = isMoving ? requestAnimationFrame(step) : 0;
    };
    this.#gliding = requestAnimationFrame(step);
  }

  #stop() {
    if (this.#gliding) cancelAnimationFrame(this.#gliding);
    this.#gliding = 0;
  }
}
