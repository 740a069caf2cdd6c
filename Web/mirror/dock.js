/** The row of controls below the stage. */
import { element } from "../parts/element.js";
import { icon } from "../parts/icons.js";

/** @typedef {"camera" | "mirror" | "freeze" | "still" | "clip" | "tune"} Control */

/** @type {[Control, string, "press" | "expand" | "act"][]} */
const controls = [
  ["camera", "Camera", "press"], ["mirror", "Mirror", "press"], ["freeze", "Freeze", "press"],
  ["still", "Still", "act"], ["clip", "Clip", "press"], ["tune", "Tune", "expand"],
];

/** @type {Record<Control, string>} */
const titles = {
  camera: "Turn the camera on or off (C)",
  mirror: "Left and right as in a mirror, or as others see you (M)",
  freeze: "Hold still, and walk around (F)",
  still: "Save a picture (S)",
  clip: "Record a clip (R)",
  tune: "Expressiveness, smoothing and camera (T)",
};

/**
 * Fills the dock.
 * @param {HTMLElement} dock
 * @param {Record<Control, () => void>} actions
 */
export function makeDock(dock, actions) {
  const buttons = /** @type {Record<Control, HTMLButtonElement>} */ ({});
  for (const [name, words, kind] of controls) {
    buttons[name] = element(
      "button",
      {
        type: "button", title: titles[name], "data-control": name, onclick: actions[name],
        "aria-pressed": kind === "press" ? "false" : null,
        "aria-expanded": kind === "expand" ? "false" : null,
        "aria-controls": kind === "expand" ? "panel" : null,
      },
      icon(name), element("span", {}, words));
    dock.append(buttons[name]);
  }
  return {
    buttons,
    /**
     * @param {Control} name
     * @param {boolean} on
     */
    press(name, on) {
      const attribute = name === "tune" ? "aria-expanded" : "aria-pressed";
      buttons[name].setAttribute(attribute, String(on));
    },
    /**
     * @param {Control} name
     * @param {boolean} can
     */
    enable(name, can) {
      buttons[name].disabled = !can;
    },
  };
}
