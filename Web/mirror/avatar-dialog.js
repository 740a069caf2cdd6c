/** The dialog in which an avatar or a recording is chosen. */
import { dialog } from "../parts/dialog.js";
import { element } from "../parts/element.js";
import { listed } from "./avatar-sources.js";
import { forgetAvatar, keptAvatars } from "./kept-avatars.js";

/** @typedef {import("./avatar-sources.js").AvatarSource} AvatarSource */

/**
 * @param {object} options
 * @param {string} options.base
 * @param {(source: AvatarSource) => void} options.onavatar
 * @param {(file: File) => void} options.onfile
 */
export function makeAvatarDialog({ base, onavatar, onfile }) {
  const list = element("ul", { class: "choices" });
  const none = element("p", { class: "muted", hidden: true }, "No avatars are kept here yet.");
  const input = element("input", {
    type: "file", accept: ".avatar,.vvs", class: "unseen", tabindex: -1, "aria-hidden": "true",
    onchange() {
      if (input.files[0]) choose(() => onfile(input.files[0]));
      input.value = "";
    },
  });
  const file = element(
    "button", { type: "button", class: "button primary", onclick: () => input.click() },
    "Choose a file");
  const scan = element(
    "a", { class: "button", href: new URL("scan/", base).href }, "Scan yourself");
  const made = dialog({
    title: "Avatars",
    content: [
      list, none,
      element("div", { class: "buttons" }, file, scan, input),
      element("p", { class: "muted small note" },
        "An .avatar file, or a .vvs recording to play, can also be dropped anywhere on this page."),
    ],
  });

  /** @param {() => void} action */
  function choose(action) {
    made.close();
    action();
  }

  async function fill(/** @type {string} */ current) {
    const [kept, offered] = await Promise.all([keptAvatars(), listed(base)]);
    const rows = [...offered, ...kept].map((source) => {
      const open = element(
        "button",
        {
          type: "button", "aria-current": source.name === current ? "true" : null,
          onclick: () => choose(() => onavatar(source)),
        },
        source.portrait ? element("img", { src: source.portrait, alt: "" }) : null,
        element("span", { class: "name" }, source.name),
        element("span", { class: "muted small" }, source.id ? "kept in this browser" : ""));
      if (!source.id) return element("li", {}, open);
      const forget = element(
        "button",
        {
          type: "button", class: "forget", "aria-label": `Forget ${source.name}`,
          async onclick() {
            await forgetAvatar(source.id);
            await fill(current);
          },
        }, "Forget");
      return element("li", { class: "kept" }, open, forget);
    });
    list.replaceChildren(...rows);
    none.hidden = rows.length > 0;
  }

  return {
    /** @param {string} current the avatar in the mirror */
    show(current) {
      made.showModal();
      fill(current);
    },
    /** Opens the file dialog of the system. */
    pickFile: () => input.click(),
  };
}
