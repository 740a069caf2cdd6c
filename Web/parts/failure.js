import { element } from "./element.js";

/**
 * What went wrong in one sentence, and ways on; the first is the likeliest.
 *
 * @param {object} options
 * @param {string} options.sentence
 * @param {{words: string, href?: string, onclick?: () => void}[]} options.ways
 * @returns {HTMLElement} announces itself when it is put into the page
 */
export function failure({ sentence, ways }) {
  const buttons = ways.map(({ words, href, onclick }, i) => {
    const look = `button ${i === 0 ? "primary" : ""}`;
    return href
      ? element("a", { class: look, href }, words)
      : element("button", { type: "button", class: look, onclick }, words);
  });
  return element(
    "div", { class: "failure", role: "alert" }, element("p", {}, sentence),
    element("div", { class: "buttons" }, ...buttons));
}
