import { clamp, forwardOf, wrapped } from "./vectors.js";

/** How far one turns one's head while sitting, radians. */
const limits = { yaw: 1.9, pitch: [-0.9, 0.7] };
/** Radians that a press of an arrow key turns while sitting, and a second while walking. */
const keyTurn = Math.PI / 24, turnSpeed = 1.6;
/** Metres a second; how quickly one comes to full speed. */
const walkSpeed = 1.6, briskness = 9;

const walkKeys = {
  w: [0, 1], W: [0, 1], s: [0, -1], S: [0, -1], a: [-1, 0], A: [-1, 0], d: [1, 0], D: [1, 0],
};
const arrows = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Looking around and walking, by drags and keys.
 *
 * Sitting: a drag or the arrow keys turn the head within what is comfortable, Home looks ahead
 * again. Where one may walk: W, A, S, D walk (and get up); while standing, arrows walk and turn.
 * Says "change" when the view is another one, "walk" while one walks, and "click" for a press
 * without a drag.
 */
export class Look extends EventTarget {
  /** Added to where the place faces. */
  yaw = 0;
  pitch = 0;
  canWalk = false;
  isStanding = false;
  /** Where one stands, while standing: x, z and where the body faces. */
  place = { x: 0, z: 0, yaw: 0 };

  #element;
  #listeners = new AbortController();
  #drag = null;
  #keys = new Map();
  /** What a pad asks for: to the right and ahead, −1…1. */
  #pad = [0, 0];
  #velocity = [0, 0];

  /** @param {HTMLElement} element that people drag on, and that takes keys */
  constructor(element) {
    super();
    this.#element = element;
    if (element.tabIndex < 0) element.tabIndex = 0;
    element.style.touchAction = "none";
    const { signal } = this.#listeners;
    const listen = (name, handler) =>
      element.addEventListener(name, handler.bind(this), { signal });
    listen("pointerdown", this.#press);
    listen("pointermove", this.#move);
    listen("pointerup", this.#release);
    listen("pointercancel", () => { this.#drag = null; });
    listen("keydown", this.#keyDown);
    listen("keyup", ({ key }) => this.#keys.delete(key));
    listen("blur", () => this.#keys.clear());
  }

  /** Whether somebody is on the move, so that `step` is to be called for each frame. */
  get isWalking() {
    return this.isStanding && (this.#wanted().some((v) => v !== 0) ||
      Math.hypot(...this.#velocity) > 0.01 || this.#turning() !== 0);
  }

  /** Where one may walk, metres. */
  bounds = { x: [-6, 6], z: [-6, 6] };
  /** Radians that a drag over the whole height turns: as much as the picture shows. */
  fieldOfView = 0.7;

  /** What a pad asks for. @param {number} right −1…1 @param {number} ahead −1…1 */
  pad(right, ahead) {
    if (!this.canWalk) return;
    if ((right || ahead) && !this.isStanding) this.#getUp();
    this.#pad = [right, ahead];
    this.dispatchEvent(new Event("change"));
  }

  /** Looks where the place faces. */
  ahead() {
    this.#set(0, 0);
  }

  /**
   * Walks on.
   * @param {number} seconds since the last step
   * @returns {boolean} whether anything moved
   */
  step(seconds) {
    if (!this.isWalking) return false;
    const t = clamp(seconds, 0, 0.1), share = 1 - Math.exp(-briskness * t);
    const wanted = this.#wanted();
    const length = Math.max(1, Math.hypot(...wanted));
    this.#velocity = this.#velocity.map((v, i) =>
      v + share * ((walkSpeed * wanted[i]) / length - v));
    this.place.yaw = wrapped(this.place.yaw + turnSpeed * t * this.#turning());
    const ahead = forwardOf(this.place.yaw + this.yaw), [right, on] = this.#velocity;
    const x = this.place.x + t * (on * ahead[0] - right * ahead[2]);
    const z = this.place.z + t * (on * ahead[2] + right * ahead[0]);
    this.place.x = clamp(x, ...this.bounds.x);
    this.place.z = clamp(z, ...this.bounds.z);
    this.dispatchEvent(new Event("walk"));
    this.dispatchEvent(new Event("change"));
    return true;
  }

  /** Listens no more. */
  dispose() {
    this.#listeners.abort();
  }

  #getUp() {
    this.isStanding = true;
    this.dispatchEvent(new Event("standup"));
  }

  #wanted() {
    const sum = [...this.#pad];
    for (const [right, ahead] of this.#keys.values()) {
      sum[0] += right;
      sum[1] += ahead;
    }
    return sum;
  }

  #turning() {
    return Number(this.#keys.has("ArrowLeft")) - Number(this.#keys.has("ArrowRight"));
  }

  #set(yaw, pitch) {
    this.pitch = clamp(pitch, ...limits.pitch);
    if (this.isStanding) {
      // Standing, one turns as a whole.
      this.place.yaw = wrapped(this.place.yaw + yaw - this.yaw);
      this.dispatchEvent(new Event("walk"));
    } else {
      this.yaw = clamp(yaw, -limits.yaw, limits.yaw);
    }
    this.dispatchEvent(new Event("change"));
  }

  #press(event) {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    if (this.#drag) return;
    try { this.#element.setPointerCapture(event.pointerId); } catch { return; }
    this.#drag = { id: event.pointerId, x: event.clientX, y: event.clientY, length: 0 };
  }

  #move({ pointerId, clientX, clientY }) {
    const drag = this.#drag;
    if (!drag || drag.id !== pointerId) return;
    const dx = clientX - drag.x, dy = clientY - drag.y;
    drag.length += Math.hypot(dx, dy);
    drag.x = clientX;
    drag.y = clientY;
    if (drag.length < 5) return;
    // What is under the finger stays there.
    const perPixel = this.fieldOfView / (this.#element.clientHeight || 1);
    this.#set(this.yaw + dx * perPixel, this.pitch + dy * perPixel);
  }

  #release({ pointerId, clientX, clientY }) {
    const drag = this.#drag;
    if (!drag || drag.id !== pointerId) return;
    this.#drag = null;
    if (drag.length >= 5) return;
    this.dispatchEvent(Object.assign(new Event("click"), { clientX, clientY }));
  }

  #keyDown(event) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Home") {
      this.ahead();
    } else if (this.canWalk && Object.hasOwn(walkKeys, key)) {
      if (!this.isStanding) this.#getUp();
      this.#keys.set(key, walkKeys[key]);
      this.dispatchEvent(new Event("change"));
    } else if (Object.hasOwn(arrows, key)) {
      const [turn, up] = arrows[key];
      if (this.isStanding && this.canWalk) this.#keys.set(key, [0, up]);
      else this.#set(this.yaw + turn * keyTurn, this.pitch + up * keyTurn);
      this.dispatchEvent(new Event("change"));
    } else {
      return;
    }
    event.preventDefault();
  }
}
