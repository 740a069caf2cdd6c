/** The panel at the side, which shows one part at a time. */
import { element } from "../parts/element.js";

export class Sidebar {
  #panel;
  #parts = /** @type {Record<string, {box: HTMLElement, part: any}>} */ ({});
  #shown = "";
  #onchange;

  /**
   * @param {HTMLElement} panel
   * @param {Record<string, (box: HTMLElement) => any>} makers
   * @param {(name: string, isOpen: boolean) => void} onchange
   */
  constructor(panel, makers, onchange) {
    this.#panel = panel;
    this.#onchange = onchange;
    for (const [name, make] of Object.entries(makers)) {
      // Its sections have headings, so it has one as well.
      const box = element(
        "div", { class: "part", hidden: true, "data-part": name },
        element("h2", { class: "unseen" }, name[0].toUpperCase() + name.slice(1)));
      this.#parts[name] = { box, part: make(box) };
      panel.append(box);
    }
    panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.toggle(this.#shown);
    });
  }

  /** @param {string} name */
  part(name) {
    return this.#parts[name].part;
  }

  /** @param {string} name */
  isShown(name) {
    return this.#shown === name;
  }

  /** @param {string} name */
  toggle(name) {
    if (this.#shown === name) this.#show("");
    else this.open(name);
  }

  /** @param {string} name */
  open(name) {
    this.#show(name);
    this.#parts[name].part.refresh?.();
    this.#parts[name].part.focus?.();
  }

  /** Brings what is shown up to date. */
  refresh() {
    if (this.#shown) this.#parts[this.#shown].part.refresh?.();
  }

  #show(/** @type {string} */ name) {
    for (const [each, { box }] of Object.entries(this.#parts)) {
      box.hidden = each !== name;
      this.#onchange(each, each === name);
    }
    this.#panel.hidden = name === "";
    this.#panel.setAttribute("aria-label", name);
    this.#shown = name;
  }
}
