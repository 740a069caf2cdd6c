/** Pixels from the pad's middle at which one walks as fast as one can. */
const reach = 44;

/**
 * A pad to walk by touch: from its middle, where to. Those who have keys have W, A, S and D.
 */
export class WalkPad {
  #pad = document.createElement("div");
  #knob = document.createElement("div");
  #pointer = null;
  #onwalk;

  /**
   * @param {HTMLElement} overlay
   * @param {(right: number, ahead: number) => void} onwalk
   */
  constructor(overlay, onwalk) {
    this.#onwalk = onwalk;
    this.#pad.className = "room-pad";
    this.#pad.setAttribute("aria-hidden", "true");
    this.#knob.className = "room-pad-knob";
    this.#pad.append(this.#knob);
    this.#pad.hidden = true;
    overlay.append(this.#pad);
    this.#pad.addEventListener("pointerdown", (event) => {
      this.#pointer = event.pointerId;
      this.#pad.setPointerCapture(event.pointerId);
      this.#follow(event);
    });
    this.#pad.addEventListener("pointermove", (event) => this.#follow(event));
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
      this.#pad.addEventListener(name, () => this.#letGo());
    }
  }

  /** @param {boolean} on */
  set isShown(on) {
    this.#pad.hidden = !on;
    if (!on) this.#letGo();
  }

  dispose() {
    this.#letGo();
    this.#pad.remove();
  }

  #follow({ pointerId, clientX, clientY }) {
    if (pointerId !== this.#pointer) return;
    const { left, top, width, height } = this.#pad.getBoundingClientRect();
    const x = clientX - left - width / 2, y = clientY - top - height / 2;
    const share = 1 / Math.max(reach, Math.hypot(x, y));
    this.#knob.style.transform = `translate(${reach * x * share}px, ${reach * y * share}px)`;
    this.#onwalk(x * share, -y * share);
  }

  #letGo() {
    if (this.#pointer === null) return;
    this.#pointer = null;
    this.#knob.style.transform = "";
    this.#onwalk(0, 0);
  }
}
