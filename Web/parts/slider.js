import { element, freshId } from "./element.js";

/**
 * A slider with its name and its value in words. Double-click sets it back to the value it began
 * with.
 *
 * @param {object} options
 * @param {string} options.name
 * @param {number} options.least
 * @param {number} options.most
 * @param {number} options.step
 * @param {number} options.value
 * @param {number} [options.usual] what a double click restores
 * @param {(value: number) => string} options.words the value as read and seen
 * @param {(value: number) => void} options.onchange at each movement
 * @param {string} [options.hint] longer description
 * @returns {{element: HTMLElement, value: number}} `value` can be set, which tells nobody
 */
export function slider({ name, least, most, step, value, usual, words, onchange, hint }) {
  const id = freshId("slider");
  const hintId = hint ? freshId("hint") : null;
  const input = element("input", {
    id, type: "range", min: least, max: most, step, "aria-describedby": hintId,
  });
  const output = element("output", { for: id });
  const show = () => {
    const number = Number(input.value);
    output.value = words(number);
    input.setAttribute("aria-valuetext", words(number));
    input.style.setProperty("--fill", `${(100 * (number - least)) / (most - least)}%`);
  };
  input.addEventListener("input", () => {
    show();
    onchange(Number(input.value));
  });
  input.addEventListener("dblclick", () => {
    if (usual === undefined) return;
    input.value = String(usual);
    show();
    onchange(usual);
  });
  input.value = String(value);
  show();
  return {
    element: element(
      "div", { class: "slider" }, element("label", { for: id }, name), output, input,
      hint ? element("p", { id: hintId, class: "muted small hint" }, hint) : null),
    get value() { return Number(input.value); },
    set value(number) {
      input.value = String(number);
      show();
    },
  };
}
