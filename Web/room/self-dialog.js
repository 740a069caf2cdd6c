/** Oneself: name, avatar, who may see it, and what the server keeps. */
import { dialog } from "../parts/dialog.js";
import { element, freshId } from "../parts/element.js";
import { toast } from "../parts/toast.js";
import { nameFrom } from "../mirror/avatar-sources.js";
import { saveBlob } from "./save-blob.js";
import { makeDevicesSection } from "./devices.js";

/** Who may have an avatar. */
const accesses = { rooms: "People in my rooms", me: "Only me", everyone: "Everyone here" };

/**
 * @param {object} options
 * @param {import("./people.js").People} options.people
 * @param {import("./wardrobe.js").Wardrobe} options.wardrobe
 * @param {() => string} options.name
 * @param {(name: string) => void} options.onname
 * @param {(worn: import("./wardrobe.js").Worn | null) => void} options.onworn
 * @param {() => void} options.ondeleted
 * @returns {{show: () => void}}
 */
export function makeSelfDialog({ people, wardrobe, name, onname, onworn, ondeleted }) {
  const nameId = freshId("self");
  const input = element("input", {
    type: "text", id: nameId, maxlength: 60, autocomplete: "nickname",
    onchange() { if (input.value.trim()) onname(input.value.trim()); },
  });
  const choices = element("ul", { class: "choices" });
  const file = element("input", {
    type: "file", accept: ".avatar", class: "unseen", tabindex: -1, "aria-hidden": "true",
    onchange() {
      const [chosen] = file.files;
      file.value = "";
      if (chosen) put(() => wardrobe.bring({ name: nameFrom(chosen.name), file: chosen }));
    },
  });
  const status = element("p", { class: "muted small", role: "status" });
  const devices = makeDevicesSection(people);
  const made = dialog({
    title: "You",
    content: [
      element("div", { class: "stack" },
        element("div", { class: "field" }, element("label", { for: nameId }, "Name"), input),
        element("h3", {}, "Avatar"), choices, status,
        element("div", { class: "buttons" },
          element("button", { type: "button", class: "button", onclick: () => file.click() }, "Choose a file"),
          element("a", { class: "button", href: "/scan/" }, "Scan yourself"), file),
        devices.element,
        element("h3", {}, "What is kept of you"),
        element("div", { class: "buttons" },
          element("button", { type: "button", class: "button", onclick: takeAll }, "Export everything"),
          element("button", { type: "button", class: "button", onclick: deleteAll }, "Delete everything"))),
    ],
  });

  async function put(/** @type {() => Promise<any>} */ work) {
    status.textContent = "Bringing the avatar …";
    try {
      onworn(await work());
      status.textContent = "";
      await fill();
    } catch (error) {
      status.textContent = /** @type {Error} */ (error).message;
    }
  }

  const choice = (/** @type {string} */ words, /** @type {boolean} */ isWorn, /** @type {() => void} */ onclick, /** @type {string} */ note) =>
    element("button", { type: "button", "aria-current": isWorn ? "true" : null, onclick },
      element("span", { class: "name" }, words), element("span", { class: "muted small" }, note));

  async function fill() {
    const { mine, others } = await wardrobe.choices();
    const worn = wardrobe.worn?.id;
    const rows = mine.map((avatar) => {
      const access = element(
        "select",
        {
          "aria-label": `Who may see ${avatar.name}`,
          onchange: () => people.changeAvatar(avatar.id, { access: access.value })
            .catch((error) => toast(error.message, { kind: "warning" })),
        },
        ...Object.entries(accesses).map(([value, words]) => element("option", { value }, words)));
      access.value = avatar.access;
      const forget = element("button", {
        type: "button", class: "forget", "aria-label": `Delete ${avatar.name}`,
        async onclick() {
          await people.removeAvatar(avatar.id);
          if (avatar.id === worn) {
            wardrobe.takeOff();
            onworn(null);
          }
          await fill();
        },
      }, "Delete");
      return element("li", { class: "kept" },
        choice(avatar.name, avatar.id === worn, () => put(() => wardrobe.wear(avatar)), ""), access, forget);
    });
    rows.push(...others.map((source) => element("li", {}, choice(
      source.name, false, () => put(() => wardrobe.bring(source)),
      source.id ? "kept in this browser" : "on this machine"))));
    rows.push(element("li", {}, choice("No avatar", !worn, () => {
      wardrobe.takeOff();
      onworn(null);
      fill();
    }, "a plain figure")));
    choices.replaceChildren(...rows);
  }

  async function takeAll() {
    try {
      saveBlob(await people.export(), "visavis-me.tar");
    } catch (error) {
      toast(/** @type {Error} */ (error).message, { kind: "warning" });
    }
  }

  async function deleteAll() {
    const question = "Delete your name, avatars, scenes, rooms, messages and key, here and on the server? " +
      "This cannot be undone.";
    if (!confirm(question)) return;
    try {
      await people.deleteMe();
      ondeleted();
    } catch (error) {
      toast(/** @type {Error} */ (error).message, { kind: "warning" });
    }
  }

  return {
    show() {
      input.value = name();
      made.showModal();
      fill().catch((error) => { status.textContent = error.message; });
      devices.refresh();
    },
  };
}
