/** What the server keeps of this person: shown, taken along, removed. */
import { dialog } from "../parts/dialog.js";
import { element } from "../parts/element.js";
import { toast } from "../parts/toast.js";
import { api, ask, listAvatars, removeEverything } from "./server.js";
import { saveSession } from "./session.js";
import { clearRecording } from "./recording-store.js";

/** @returns {{element: HTMLElement}} hidden while there is nothing, or no server */
export function dataCard() {
  const list = element("ul", { class: "avatars" });
  const card = element(
    "section", { class: "card stack", "aria-labelledby": "data-title", hidden: true },
    element("h2", { id: "data-title" }, "Kept on this server"), list,
    element(
      "div", { class: "buttons" },
      element("a", { class: "button", href: `${api.href}/data`, download: "visavis.tar" },
        "Take everything along"),
      element("button", { type: "button", class: "button quiet", onclick: confirmRemoval },
        "Remove everything…")));

  async function refresh() {
    const avatars = await listAvatars().catch(() => []);
    card.hidden = avatars.length === 0;
    list.replaceChildren(...avatars.map((avatar) => element(
      "li", {},
      avatar.links.portrait
        ? element("img", { src: avatar.links.portrait, alt: "", width: 56, height: 56, loading: "lazy" })
        : element("span", { class: "no-portrait", "aria-hidden": "true" }),
      element("a", { href: avatar.links.mirror }, avatar.name),
      element("span", { class: "muted small" }, `${(avatar.bytes / 1e6).toFixed(1)} MB`),
      element(
        "button", {
          type: "button", class: "button quiet", "aria-label": `Remove the avatar of ${avatar.name}`,
          onclick: () => remove(avatar),
        }, "Remove"))));
  }

  async function remove(avatar) {
    try {
      await ask(`/avatars/${encodeURIComponent(avatar.id)}`, { method: "DELETE" });
      toast(`The avatar of ${avatar.name} is gone.`);
    } catch (error) {
      toast(error.message, { kind: "warning" });
    }
    await refresh();
  }

  function confirmRemoval() {
    const made = dialog({
      title: "Remove everything?",
      content: [
        element("p", {}, "All avatars, reports and videos on this server, and what this browser keeps "
          + "of a recording, will be gone for good."),
        element(
          "div", { class: "buttons dialog-end" },
          element("button", {
            type: "button", class: "button primary", onclick: async () => {
              made.close();
              try {
                await removeEverything();
                await clearRecording().catch(() => {});
                saveSession(null);
                toast("Everything is gone.");
              } catch (error) {
                toast(error.message, { kind: "warning" });
              }
              await refresh();
            },
          }, "Remove everything"),
          element("button", { type: "button", class: "button", onclick: () => made.close() }, "Keep")),
      ],
      onclose: () => made.remove(),
    });
    made.showModal();
  }

  refresh();
  return { element: card };
}
