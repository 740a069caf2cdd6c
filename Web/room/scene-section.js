/** A moderator's own scenes as surroundings: chosen, brought, and put where they fit. */
import { element } from "../parts/element.js";
import { slider } from "../parts/slider.js";
import { distanceWords } from "./words.js";

/** The sliders: which number of a place each has. Sizes are steps of a tenth of a power of ten. */
const sliders = [
  {
    k: 3, name: "Turn", least: -180, most: 180, step: 1, words: (/** @type {number} */ v) => `${v}°`,
    from: (/** @type {number} */ v) => Math.round((v * 180) / Math.PI),
    to: (/** @type {number} */ v) => (v * Math.PI) / 180,
  },
  {
    k: 4, name: "Size", least: -2, most: 2, step: 0.02,
    words: (/** @type {number} */ v) => `${(10 ** v).toPrecision(3)} ×`,
    from: (/** @type {number} */ v) => Math.log10(v), to: (/** @type {number} */ v) => 10 ** v,
  },
  { k: 1, name: "Height", least: -6, most: 6, step: 0.02 },
  { k: 0, name: "Sideways", least: -20, most: 20, step: 0.05 },
  { k: 2, name: "Lengthways", least: -20, most: 20, step: 0.05 },
];

/**
 * @param {any} session a `RoomSession`
 * @param {import("./room-scenery.js").RoomScenery} scenery
 * @returns {{element: HTMLElement, refresh: () => void}}
 */
export function makeSceneSection(session, scenery) {
  const list = element("ul", { class: "roster seats" });
  const status = element("p", { class: "muted small", role: "status" });
  const file = /** @type {HTMLInputElement} */ (element("input", {
    type: "file", accept: ".ply,.spz,.glb,.scene", class: "unseen", tabindex: -1, "aria-hidden": "true",
    async onchange() {
      const [chosen] = file.files;
      file.value = "";
      if (!chosen) return;
      await scenery.bring(chosen);
      fill();
    },
  }));
  const button = (/** @type {string} */ words, /** @type {() => void} */ onclick, label = words) =>
    element("button", { type: "button", class: "chip", onclick, "aria-label": label }, words);
  let place = [0, 0, 0, 0, 1];
  const all = sliders.map(({ k, from = same, to = same, words = distanceWords, ...rest }) => {
    const made = slider({
      ...rest, words, value: from(place[k]),
      onchange(value) {
        place = place.map((v, i) => (i === k ? to(value) : v));
        scenery.move(place);
      },
    });
    return { made, set: () => { made.value = from(place[k]); } };
  });
  const fitting = element(
    "div", { class: "stack", role: "group", "aria-label": "Where the scene stands", hidden: true },
    ...all.map(({ made }) => made.element),
    element("div", { class: "chips" }, button("Fit it to the room", () => {
      scenery.fit();
      heldUntil = 0;
    })));
  const section = element(
    "section", { hidden: true }, element("h3", {}, "Scenes of yours"), list,
    element("div", { class: "chips" }, button("Bring a scene", () => file.click()), file), status, fitting);
  let heldUntil = 0, shown = "";
  fitting.addEventListener("input", () => { heldUntil = performance.now() + 1500; });
  scenery.addEventListener("change", refresh);
  fill();

  async function fill() {
    const mine = await scenery.mine().catch(() => []);
    list.replaceChildren(...mine.map((scene) => element(
      "li", {}, element("strong", {}, scene.name),
      element("span", { class: "chips" },
        button("Show here", () => scenery.choose(scene), `Show ${scene.name} here`),
        button("Delete", async () => {
          await scenery.remove(scene.id);
          fill();
        }, `Delete ${scene.name}`)))));
    list.hidden = mine.length === 0;
  }

  function refresh() {
    section.hidden = !session.isModerator;
    if (status.textContent !== scenery.status) status.textContent = scenery.status;
    const scene = session.room?.scene ?? null;
    fitting.hidden = scene === null;
    // Nobody's slider moves under their finger.
    if (!scene || (scene.id === shown && performance.now() < heldUntil)) return;
    shown = scene.id;
    place = [...scene.place];
    for (const { set } of all) set();
  }

  return { element: section, refresh };
}

const same = (/** @type {number} */ value) => value;
