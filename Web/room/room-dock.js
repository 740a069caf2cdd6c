/** The row of controls below a room. */
import { element } from "../parts/element.js";
import { icon } from "../parts/icons.js";

/** @type {[string, any, string, "press" | "expand" | "act"][]} */
const controls = [
  ["microphone", "microphone", "Microphone", "press"], ["camera", "camera", "Camera", "press"],
  ["screen", "screen", "Screen", "press"], ["people", "people", "People", "expand"],
  ["chat", "chat", "Chat", "expand"], ["place", "seat", "Place", "expand"],
  ["leave", "leave", "Leave", "act"],
];

/**
 * @param {HTMLElement} dock
 * @param {Record<string, () => void>} actions
 */
export function makeRoomDock(dock, actions) {
  /** @type {Record<string, {button: HTMLButtonElement, words: HTMLElement, kind: string, name: string}>} */
  const all = {};
  for (const [control, picture, name, kind] of controls) {
    const words = element("span", {}, name);
    const button = element(
      "button",
      {
        type: "button", "data-control": control, onclick: actions[control],
        "aria-pressed": kind === "press" ? "false" : null,
        "aria-expanded": kind === "expand" ? "false" : null,
        "aria-controls": kind === "expand" ? "panel" : null,
      },
      icon(picture), words);
    dock.append(button);
    all[control] = { button, words, kind, name };
  }
  return {
    /** @param {string} control @param {boolean} on */
    press(control, on) {
      const { button, kind } = all[control];
      button.setAttribute(kind === "expand" ? "aria-expanded" : "aria-pressed", String(on));
    },
    /** @param {string} control @param {boolean} can */
    enable(control, can) {
      all[control].button.disabled = !can;
    },
    /** @param {string} control @param {number} level 0…1, as a bar below the name */
    measure(control, level) {
      all[control].button.style.setProperty("--level", level.toFixed(2));
    },
    /** @param {string} control @param {number} number shown beside the name */
    count(control, number) {
      const { words, name } = all[control];
      words.textContent = number > 0 ? `${name} ${number}` : name;
    },
  };
}
