/** The card over the lower stage: progress, welcome, failures, one at a time. */
import { element } from "../parts/element.js";
import { failure, wayButtons } from "../parts/failure.js";

/** @typedef {{words: string, href?: string, onclick?: () => void}} Way */

/** @param {HTMLElement} card */
export function makeNotice(card) {
  /**
   * @param {string} look
   * @param {...Node} content
   */
  const put = (look, ...content) => {
    card.className = `notice card ${look}`;
    card.replaceChildren(...content);
    card.hidden = false;
  };
  const bar = element("progress", { max: 1, "aria-label": "Progress" });
  const words = element("p", { class: "muted" });
  const progress = element("div", { class: "progress" }, words, bar);
  const running = element("div", { class: "running" });

  return {
    hide() {
      card.hidden = true;
      card.replaceChildren();
    },
    /**
     * @param {string} text
     * @param {number | null} share 0…1, or null where it is not known
     */
    showProgress(text, share) {
      words.textContent = text;
      if (share === null) bar.removeAttribute("value");
      else bar.value = share;
      if (progress.parentNode !== card || card.hidden) put("bare", progress);
    },
    /**
     * Something goes on until it is stopped.
     * @param {string} text
     * @param {number} share 0…1
     * @param {{words: string, onclick: () => void}} end
     */
    showRunning(text, share, end) {
      words.textContent = text;
      bar.value = share;
      if (running.parentNode === card && !card.hidden) return;
      running.replaceChildren(progress, ...wayButtons([end]));
      put("bare", running);
    },
    /**
     * @param {string} title
     * @param {string} text
     * @param {Way[]} ways
     */
    showWelcome(title, text, ways) {
      const buttons = wayButtons(ways);
      put("", element("h2", {}, title), element("p", { class: "muted" }, text),
        element("div", { class: "buttons" }, ...buttons));
    },
    /**
     * @param {string} sentence
     * @param {Way[]} ways
     */
    showFailure(sentence, ways) {
      put("failing", failure({ sentence, ways }));
    },
  };
}
