/** The page without a room: one's rooms, and a new one. */
import { element, freshId } from "../parts/element.js";
import { linkTo } from "./link.js";
import { arrangements, surroundings } from "./words.js";

/**
 * @param {HTMLElement} card
 * @param {import("./people.js").People} people
 * @param {{name: string, onname: (name: string) => void, onroom: (room: string) => void}} options
 */
export async function showRooms(card, people, { name, onname, onroom }) {
  const ids = { name: freshId("room"), you: freshId("room"), place: freshId("room"), seats: freshId("room") };
  const select = (/** @type {string} */ id, /** @type {Record<string, string>} */ choices) => element(
    "select", { id },
    ...Object.entries(choices).map(([value, words]) => element("option", { value }, words)));
  const you = element("input", { type: "text", id: ids.you, maxlength: 60, value: name, required: true, autocomplete: "nickname" });
  const title = element("input", { type: "text", id: ids.name, maxlength: 60, value: "Our room", required: true });
  const place = select(ids.place, surroundings), seats = select(ids.seats, arrangements);
  const trouble = element("p", { class: "small", role: "alert" });
  const field = (/** @type {string} */ id, /** @type {string} */ words, /** @type {HTMLElement} */ control) =>
    element("div", { class: "field" }, element("label", { for: id }, words), control);
  const list = element("ul", { class: "choices" });
  const form = element(
    "form", { class: "stack" }, element("h2", {}, "Open a room"),
    field(ids.you, "Your name", you), field(ids.name, "The room's name", title),
    field(ids.place, "Surroundings", place), field(ids.seats, "Seats", seats),
    element("div", { class: "buttons" },
      element("button", { type: "submit", class: "button primary" }, "Open it")), trouble);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    try {
      onname(you.value.trim());
      await people.session(you.value.trim());
      await people.changeMe({ name: you.value.trim(), isGuest: false });
      const { id } = await people.createRoom({
        name: title.value.trim(), surroundings: place.value, arrangement: seats.value,
      });
      onroom(id);
    } catch (error) {
      trouble.textContent = /** @type {Error} */ (error).message;
    }
  });
  card.replaceChildren(form);
  card.hidden = false;
  const { rooms } = await people.rooms().catch(() => ({ rooms: [] }));
  if (rooms.length === 0) return;
  list.append(...rooms.map((/** @type {any} */ room) => element(
    "li", {}, element("button", { type: "button", onclick: () => onroom(room.id) },
      element("span", { class: "name" }, room.name),
      element("span", { class: "muted small" }, linkTo(room.id).split("#")[1].slice(0, 6))))));
  card.prepend(element("h2", {}, "Your rooms"), list);
}
