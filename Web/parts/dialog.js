import { element, freshId } from "./element.js";
import { icon } from "./icons.js";

/**
 * A modal dialog with a title and a way to close it: the cross, Escape, or a click beside it.
 *
 * @param {object} options
 * @param {string} options.title
 * @param {(Node | string)[]} options.content
 * @param {() => void} [options.onclose]
 * @returns {HTMLDialogElement} in the page, not shown yet
 */
export function dialog({ title, content, onclose = () => {} }) {
  const id = freshId("dialog");
  const close = element(
    "button", { type: "button", class: "tool", "aria-label": "Close" }, icon("close"));
  const made = element(
    "dialog", { class: "dialog", "aria-labelledby": id },
    element("header", {}, element("h2", { id }, title), close), ...content);
  close.addEventListener("click", () => made.close());
  made.addEventListener("click", (event) => {
    if (event.target !== made) return;
    const box = made.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) made.close();
  });
  made.addEventListener("close", onclose);
  document.body.append(made);
  return made;
}
