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
  return element(
    "div", { class: "failure", role: "alert" }, element("p", {}, sentence),
    element("div", { class: "buttons" }, ...wayButtons(ways)));
}

/**
 * Ways on as buttons and links; the first is the likeliest.
 * @param {{words: string, href?: string, onclick?: () => void}[]} ways
 * @returns {HTMLElement[]}
 */
export function wayButtons(ways) {
  return ways.map(({ words, href, onclick }, i) => {
    const look = i === 0 ? "button primary" : "button";
    return href
      ? element("a", { class: look, href }, words)
      : element("button", { type: "button", class: look, onclick }, words);
  });
}
