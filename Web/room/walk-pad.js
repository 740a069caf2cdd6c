/** A pad for walking by touch, where there is no keyboard. */
import { element } from "../parts/element.js";

/**
 * @param {HTMLElement} place where it is put
 * @param {any} scene a `RoomScene`
 */
export function makeWalkPad(place, scene) {
  if (!matchMedia("(pointer: coarse)").matches) return;
  const knob = element("span", { class: "knob" });
  const pad = element("div", { class: "walk-pad", role: "img", "aria-label": "Drag here to walk" }, knob);
  let finger = /** @type {number | null} */ (null);

  function move(/** @type {PointerEvent} */ event) {
    if (event.pointerId !== finger) return;
    const box = pad.getBoundingClientRect();
    const reach = box.width / 2;
    let x = (event.clientX - box.left - reach) / reach, y = (event.clientY - box.top - reach) / reach;
    const length = Math.max(1, Math.hypot(x, y));
    x /= length;
    y /= length;
    knob.style.transform = `translate(${40 * x}%, ${40 * y}%)`;
    scene.walk(x, -y);
  }
  pad.addEventListener("pointerdown", (event) => {
    finger = event.pointerId;
    pad.setPointerCapture(finger);
    move(event);
  });
  pad.addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel"]) {
    pad.addEventListener(name, () => {
      finger = null;
      knob.style.transform = "";
      scene.walk(0, 0);
    });
  }
  place.append(pad);
}
