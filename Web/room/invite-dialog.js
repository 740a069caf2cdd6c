/** Links that open the room: made, copied, revoked. */
import { dialog } from "../parts/dialog.js";
import { element, freshId } from "../parts/element.js";
import { toast } from "../parts/toast.js";
import { linkTo } from "./link.js";

/** How long a link holds, in seconds; "" for ever. */
const spans = { "": "for good", 3600: "an hour", 86400: "a day", 604800: "a week" };

/**
 * @param {import("./people.js").People} people
 * @param {() => string} room
 * @returns {{show: () => void}}
 */
export function makeInviteDialog(people, room) {
  const selectId = freshId("invite"), spanId = freshId("invite"), linkId = freshId("invite");
  const role = element(
    "select", { id: selectId },
    element("option", { value: "guest" }, "Guests: for this link only"),
    element("option", { value: "member" }, "Members: they find the room again"),
    element("option", { value: "moderator" }, "Moderators"));
  const span = element("select", { id: spanId }, ...Object.entries(spans).map(
    ([value, words]) => element("option", { value }, words)));
  const link = element("input", { type: "text", id: linkId, readonly: true });
  const made = element(
    "div", { class: "field", hidden: true }, element("label", { for: linkId }, "Whoever has this link can come in"),
    link);
  const list = element("ul", { class: "roster" });
  const make = element("button", { type: "button", class: "button primary", onclick: create }, "Make a link");
  const shown = dialog({
    title: "Invite",
    content: [element(
      "div", { class: "stack" },
      element("div", { class: "field" }, element("label", { for: selectId }, "For"), role),
      element("div", { class: "field" }, element("label", { for: spanId }, "Holds"), span),
      element("div", { class: "buttons" }, make), made, list)],
  });

  async function create() {
    make.disabled = true;
    try {
      const seconds = span.value ? { seconds: Number(span.value) } : {};
      const { secret } = await people.createInvite(room(), { role: role.value, ...seconds });
      link.value = linkTo(room(), secret);
      made.hidden = false;
      link.select();
      await navigator.clipboard?.writeText(link.value).then(
        () => toast("The link is on the clipboard."), () => {});
      await fill();
    } catch (error) {
      toast(/** @type {Error} */ (error).message, { kind: "warning" });
    } finally {
      make.disabled = false;
    }
  }

  async function fill() {
    const { invites } = await people.invites(room());
    list.replaceChildren(...invites.map((/** @type {any} */ invite) => element(
      "li", {},
      element("span", { class: "who" }, element("strong", {}, invite.role),
        element("span", { class: "muted small" },
          invite.expires ? `until ${new Date(invite.expires).toLocaleString()}` : "for good")),
      element("button", {
        type: "button", class: "chip", "aria-label": `Revoke the link for a ${invite.role}`,
        async onclick() {
          await people.revokeInvite(room(), invite.id);
          await fill();
        },
      }, "Revoke"))));
  }

  return {
    show() {
      made.hidden = true;
      shown.showModal();
      fill().catch((error) => toast(error.message, { kind: "warning" }));
    },
  };
}
