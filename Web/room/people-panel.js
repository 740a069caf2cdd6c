/** Who is in the room, what they may, and what one can do about them. */
import { element } from "../parts/element.js";
import { roles } from "./words.js";

/**
 * @param {HTMLElement} panel
 * @param {any} session a `RoomSession`
 * @returns {{refresh: () => void}}
 */
export function makePeoplePanel(panel, session) {
  const list = element("ul", { class: "roster" });
  const knocks = element("ul", { class: "roster" });
  const blocked = element("ul", { class: "roster" });
  const lock = switchRow("Lock the room", (on) => session.say({ t: "lock", on }));
  const lobby = switchRow("Guests knock first", (on) => session.say({ t: "lobby", on }));
  const knocking = element(
    "section", { hidden: true }, element("h3", {}, "At the door"), knocks);
  const rules = element(
    "section", { hidden: true }, element("h3", {}, "For moderators"), lock.row, lobby.row);
  panel.append(
    knocking, element("section", {}, element("h3", {}, "In the room"), list), rules,
    element("section", { hidden: true, class: "blocked" }, element("h3", {}, "Blocked"), blocked));
  /** Whom one blocked while here: they vanish, and can be let back. @type {Map<string, string>} */
  const hidden = new Map();

  const act = (/** @type {string} */ words, /** @type {any} */ message, name = "") => element(
    "button",
    { type: "button", class: "chip", "aria-label": name ? `${words}: ${name}` : null,
      onclick: () => session.say(message) }, words);

  function row(/** @type {any} */ person) {
    const { participant, name, role, isGuest, isMuted, hasVoice, isConnected } = person;
    const other = session.others.get(participant);
    const marks = [
      participant === session.connection.participant ? "you" : null,
      role === "moderator" ? roles.moderator : isGuest ? roles.guest : null,
      isMuted ? "muted by a moderator" : hasVoice ? null : "microphone off",
      isConnected === false ? "away" : null,
      other?.trust === "unverified" ? "not verified" : null,
      other?.trust === "verified" ? "verified" : null,
    ].filter(Boolean);
    const buttons = [];
    if (other) {
      buttons.push(element(
        "button",
        {
          type: "button", class: "chip", "aria-label": `Block: ${name}`,
          async onclick() {
            hidden.set(person.person, name);
            await session.say({ t: "block", person: person.person, on: true });
            refresh();
          },
        }, "Block"));
      if (session.isModerator) {
        buttons.push(
          act(isMuted ? "Unmute" : "Mute", { t: "mute", participant, on: !isMuted }, name),
          act("Remove", { t: "remove", participant }, name));
        if (role !== "moderator") {
          buttons.push(act("Make moderator", { t: "role", participant, role: "moderator" }, name));
        }
      }
    }
    return element(
      "li", { "data-participant": participant },
      element("span", { class: "who" }, element("strong", {}, name),
        element("span", { class: "muted small" }, marks.join(", "))),
      element("span", { class: "chips" }, ...buttons));
  }

  function refresh() {
    const { state } = session.connection;
    const people = session.roster.toSorted(
      (/** @type {any} */ a, /** @type {any} */ b) => a.participant - b.participant);
    list.replaceChildren(...people.map(row));
    const waiting = state.numbered("knock/");
    knocking.hidden = waiting.length === 0;
    knocks.replaceChildren(...waiting.map((/** @type {[number, any]} */ [knock, { name }]) => element(
      "li", {}, element("strong", {}, name),
      element("span", { class: "chips" },
        act("Let in", { t: "admit", knock }, name), act("Not now", { t: "deny", knock }, name)))));
    rules.hidden = !session.isModerator;
    const room = state.get("room");
    lock.set(room?.isLocked === true);
    lobby.set(room?.hasLobby === true);
    blocked.parentElement.hidden = hidden.size === 0;
    blocked.replaceChildren(...[...hidden].map(([person, name]) => element(
      "li", {}, element("strong", {}, name), element("span", { class: "chips" }, element(
        "button",
        {
          type: "button", class: "chip", "aria-label": `Unblock: ${name}`,
          async onclick() {
            if (await session.say({ t: "block", person, on: false })) hidden.delete(person);
            refresh();
          },
        }, "Unblock")))));
  }
  return { refresh };
}

/** @param {string} name @param {(on: boolean) => void} onchange */
function switchRow(name, onchange) {
  const row = element(
    "button", { type: "button", class: "toggle", role: "switch", "aria-checked": "false" },
    element("span", {}, name), element("span", { class: "track", "aria-hidden": "true" }));
  row.addEventListener("click", () => onchange(row.getAttribute("aria-checked") !== "true"));
  return {
    row,
    /** @param {boolean} on */
    set(on) { row.setAttribute("aria-checked", String(on)); },
  };
}
