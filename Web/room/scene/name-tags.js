import { projected } from "./viewpoint.js";

/** Metres from between the eyes up to where a tag hangs. */
const height = 0.2;
/** Pixels that tags keep from the overlay's rim. */
const margin = 6;

/**
 * People's names over the picture. What screen readers read is the page's list of people: tags
 * are hidden from them.
 */
export class NameTags {
  #overlay;
  /** @type {Map<import("./person.js").Person, {tag: HTMLElement, text: string, size: number[]}>} */
  #tags = new Map();

  /** @param {HTMLElement} overlay */
  constructor(overlay) {
    this.#overlay = overlay;
  }

  /** @param {import("./person.js").Person} person whose name or marks are others */
  change(person) {
    // Nobody needs to be told their own name.
    if (person.isSelf) {
      this.remove(person);
      return;
    }
    let held = this.#tags.get(person);
    if (!held) {
      const tag = document.createElement("div");
      tag.className = "room-tag";
      tag.setAttribute("aria-hidden", "true");
      tag.append(part("room-tag-name"));
      this.#overlay.append(tag);
      held = { tag, text: "", size: [0, 0] };
      this.#tags.set(person, held);
    }
    const { tag } = held;
    const marks = [
      person.isMuted && "muted", !person.isVerified && "unverified",
      !person.isConnected && "away",
    ].filter(Boolean);
    const text = `${person.name}|${marks}`;
    if (text === held.text) return;
    held.text = text;
    held.size = [0, 0];
    tag.querySelector(".room-tag-name").textContent = person.name;
    for (const mark of tag.querySelectorAll(".room-tag-mark")) mark.remove();
    for (const mark of marks) {
      const sign = part("room-tag-mark");
      sign.dataset.mark = mark;
      tag.append(sign);
    }
    tag.classList.toggle("is-away", !person.isConnected);
  }

  /** @param {import("./person.js").Person} person */
  speaks(person) {
    this.#tags.get(person)?.tag.style.setProperty("--speaking", person.speaking.toFixed(2));
  }

  /** @param {import("./person.js").Person} person */
  remove(person) {
    this.#tags.get(person)?.tag.remove();
    this.#tags.delete(person);
  }

  /**
   * Puts tags over their heads.
   * @param {import("../../scene/stage.js").View} view
   * @param {(person: import("./person.js").Person) => number} opacityOf
   */
  place(view, opacityOf) {
    const { clientWidth: width, clientHeight: tall } = this.#overlay;
    for (const [person, held] of this.#tags) {
      const { tag } = held;
      const at = !person.isPlaced ? null : tagPlace(person, view, width, tall);
      const opacity = at ? opacityOf(person) : 0;
      tag.hidden = opacity < 0.05;
      if (tag.hidden) continue;
      if (held.size[0] === 0) held.size = [tag.offsetWidth, tag.offsetHeight];
      const [w, h] = held.size;
      const x = Math.min(width - margin - w, Math.max(margin, at.x - w / 2));
      const y = Math.min(tall - margin - h, Math.max(margin, at.y - h));
      tag.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px)`;
      tag.style.opacity = opacity.toFixed(2);
      tag.style.zIndex = String(Math.round(1000 - 10 * Math.min(at.depth, 90)));
    }
  }

  dispose() {
    for (const { tag } of this.#tags.values()) tag.remove();
    this.#tags.clear();
  }
}

/**
 * Where somebody's tag points to.
 * @param {{eyes: number[]}} person
 * @param {import("../../scene/stage.js").View} view
 * @param {number} width of the overlay
 * @param {number} tall
 * @returns {{x: number, y: number, depth: number} | null} null when it is not in the picture
 */
export function tagPlace({ eyes: [x, y, z] }, view, width, tall) {
  const head = projected(view, [x, y, z], width, tall);
  if (!head || head.x < 0 || head.x > width || head.y < 0 || head.y > tall) return null;
  const top = projected(view, [x, y + height, z], width, tall);
  return top && { x: top.x, y: top.y, depth: head.depth };
}

function part(name) {
  const span = document.createElement("span");
  span.className = name;
  return span;
}
