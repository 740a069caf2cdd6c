import { element } from "./element.js";

/**
 * A switch with its words.
 *
 * @param {object} options
 * @param {string} options.name
 * @param {boolean} options.on
 * @param {(on: boolean) => void} options.onchange
 * @returns {{element: HTMLButtonElement, on: boolean}} `on` can be set, which tells nobody
 */
export function toggle({ name, on, onchange }) {
  const button = element(
    "button", { type: "button", class: "toggle", role: "switch", "aria-checked": String(on) },
    element("span", {}, name), element("span", { class: "track", "aria-hidden": "true" }));
  const isOn = () => button.getAttribute("aria-checked") === "true";
  button.addEventListener("click", () => {
    button.setAttribute("aria-checked", String(!isOn()));
    onchange(isOn());
  });
  return {
    element: button,
    get on() { return isOn(); },
    set on(value) { button.setAttribute("aria-checked", String(value)); },
  };
}
