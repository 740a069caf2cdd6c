/** Where one sits, how near the others are, and what surrounds all. */
import { element, freshId } from "../parts/element.js";
import { toggle } from "../parts/toggle.js";
import { boundaries } from "./preferences.js";
import { arrangements, distanceWords, surroundings } from "./words.js";

/** Metres that a press moves a seat. */
const stride = 0.25;

/**
 * @param {HTMLElement} panel
 * @param {any} session a `RoomSession`
 * @param {any} scene a `RoomScene`
 * @param {import("./preferences.js").Preferences} preferences
 * @param {() => void} onchange they were changed
 * @param {() => Promise<import("./room-scenery.js").RoomScenery>} scenery for moderators, who may bring scenes
 * @returns {{refresh: () => void}}
 */
export function makePlacePanel(panel, session, scene, preferences, onchange, scenery) {
  const seats = element("ul", { class: "roster seats" });
  const nearer = element("div", { class: "chips" });
  const choose = (/** @type {string} */ name, /** @type {Record<string, string>} */ choices, /** @type {string} */ t) => {
    const id = freshId("place");
    const select = element(
      "select", { id, onchange: () => session.say({ t, [t === "arrange" ? "arrangement" : "surroundings"]: select.value }) },
      ...Object.entries(choices).map(([value, words]) => element("option", { value }, words)));
    return { select, row: element("div", { class: "field" }, element("label", { for: id }, name), select) };
  };
  const place = choose("Surroundings", surroundings, "surround");
  // Chosen below, not here.
  place.select.append(element("option", { value: "scene", hidden: true }, "A scene"));
  const order = choose("Seats", arrangements, "arrange");
  const mono = toggle({
    name: "Same sound in both ears", on: preferences.isMono,
    onchange(on) {
      preferences.isMono = on;
      onchange();
    },
  });
  const boundaryId = freshId("place");
  const boundary = element(
    "select",
    {
      id: boundaryId,
      onchange() {
        preferences.boundary = Number(boundary.value);
        onchange();
      },
    },
    ...boundaries.map((metres) => element(
      "option", { value: metres, selected: metres === preferences.boundary },
      metres === 0 ? "Nobody fades" : `Nearer than ${distanceWords(metres)} fades`)));
  const around = element(
    "section", {}, element("h3", {}, "The place"), place.row, order.row,
    element("div", { class: "field" }, element("label", { for: boundaryId }, "Personal space"), boundary));
  panel.append(
    element("section", {}, element("h3", {}, "Your seat"), nearer, seats),
    around,
    element("section", {}, element("h3", {}, "Sound"), mono.element));
  /** @type {{refresh: () => void} | null} */
  let scenes = null;
  let isBringing = false;

  async function bringScenes() {
    isBringing = true;
    const [{ makeSceneSection }, made] = await Promise.all([import("./scene-section.js"), scenery()]);
    const section = makeSceneSection(session, made);
    around.after(section.element);
    scenes = section;
    scenes.refresh();
  }

  /** Moves one's seat towards the middle of the others, or away. */
  function move(/** @type {number} */ metres) {
    const all = scene.seats, mine = all.find((/** @type {any} */ s) => s.number === session.self?.seat);
    const others = all.filter((/** @type {any} */ s) => s !== mine && s.person !== null);
    if (!mine) return;
    const goal = others.length > 0 ? others : all.filter((/** @type {any} */ s) => s !== mine);
    const middle = [0, 1].map((k) =>
      goal.reduce((/** @type {number} */ sum, /** @type {any} */ s) => sum + s.place[k], 0) / goal.length);
    const [x, z, yaw] = mine.place;
    const away = [middle[0] - x, middle[1] - z], length = Math.hypot(...away);
    if (length - metres < 0.5) return;
    session.say({
      t: "seat", seat: mine.number,
      place: [x + (away[0] / length) * metres, z + (away[1] / length) * metres, yaw],
    });
  }

  const button = (/** @type {string} */ words, /** @type {() => void} */ onclick, label = words) =>
    element("button", { type: "button", class: "chip", onclick, "aria-label": label }, words);

  function refresh() {
    const { room, self } = session;
    if (!room || !self) return;
    place.select.value = room.scene ? "scene" : room.surroundings;
    if (session.isModerator && !isBringing) bringScenes().catch(() => { isBringing = false; });
    scenes?.refresh();
    order.select.value = room.arrangement;
    place.select.disabled = order.select.disabled = !session.isModerator;
    nearer.replaceChildren(...(self.seat === null ? [] : [
      button("Nearer", () => move(stride)), button("Further", () => move(-stride)),
      button("Back to its place", () => session.say({ t: "seat", seat: self.seat, place: null })),
    ]));
    seats.replaceChildren(...scene.seats.map((/** @type {any} */ seat) => {
      const isMine = seat.number === self.seat;
      const owner = seat.person === null ? null
        : session.connection.state.get(`person/${seat.person}`);
      const far = isMine ? "" : distanceWords(seat.distance);
      return element(
        "li", { "data-seat": seat.number },
        element("span", { class: "who" },
          element("strong", {}, isMine ? "You" : owner?.name ?? `Seat ${seat.number + 1}`),
          element("span", { class: "muted small digits" }, far)),
        owner || isMine ? null : button(
          "Sit here", () => session.say({ t: "sit", seat: seat.number }),
          `Sit on seat ${seat.number + 1}`));
    }));
  }
  return { refresh };
}
