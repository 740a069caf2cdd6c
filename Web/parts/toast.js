import { element } from "./element.js";

/** @type {HTMLElement | null} */
let area = null;

/**
 * Short news at the lower edge, which is also read aloud.
 *
 * @param {string} words
 * @param {object} [options]
 * @param {"news" | "warning"} [options.kind]
 * @param {number} [options.seconds]
 */
export function toast(words, { kind = "news", seconds = 4 } = {}) {
  if (!area) {
    area = element("div", { class: "toasts", role: "status", "aria-live": "polite" });
    document.body.append(area);
  }
  area.replaceChildren();
  const made = element("p", { class: `toast ${kind}` }, words);
  area.append(made);
  setTimeout(() => made.remove(), seconds * 1000);
}
