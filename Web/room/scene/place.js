import { furnish } from "./furnishing.js";
import { Seating } from "./seating.js";
import { Shapes } from "./shapes.js";
import { own } from "./surroundings/own.js";
import { makeSurroundings } from "./surroundings/surroundings.js";

/** What is around faces before anything is shaped. */
const nowhere = makeSurroundings("darkness");

/**
 * Where a room's people are: surroundings or somebody's scene, seats, and furniture. Says "change"
 * when `furnish` has something to do, "failure" {error} when something cannot be shaped.
 */
export class Place extends EventTarget {
  seating = new Seating("facing");
  surroundings = makeSurroundings("darkness");
  name = "darkness";

  #picture;
  #shapes;
  #scenery = /** @type {import("./surroundings/own.js").PlacedScene | null} */ (null);
  #isBare = false;
  #isPassthrough = false;
  #isChanged = true;
  /** What stands in the picture is what should. */
  #isWhole = false;
  /** Something stands in the picture. */
  #isFurnished = false;

  /** @param {import("./gpu-picture.js").GpuPicture | import("./flat-picture.js").FlatPicture} picture */
  constructor(picture) {
    super();
    this.#picture = picture;
    this.#shapes = new Shapes({
      onready: () => this.change(),
      onfailed: (error) =>
        this.dispatchEvent(Object.assign(new Event("failure"), { error })),
    });
  }

  /** @param {string} name "darkness", "conference", "beach", "meadow" */
  surround(name) {
    if (name === this.name) return;
    // An unknown name is refused before anything changes.
    const surroundings = makeSurroundings(name);
    this.name = name;
    if (!this.#scenery) this.surroundings = surroundings;
    this.change();
  }

  get scenery() {
    return this.#scenery;
  }

  /** Somebody's scene instead of the surroundings that have a name; null without one. */
  set scenery(placed) {
    this.#scenery = placed;
    this.surroundings = placed ? own(placed) : makeSurroundings(this.name);
    this.change();
  }

  /** While bare, faces are all that is drawn. */
  set isBare(on) {
    if (on !== this.#isBare) this.change();
    this.#isBare = on;
  }

  get isBare() {
    return this.#isBare;
  }

  /** Whether a headset shows the wearer's own room around. */
  set isPassthrough(on) {
    if (on !== this.#isPassthrough) this.change();
    this.#isPassthrough = on;
  }

  get isPassthrough() {
    return this.#isPassthrough;
  }

  /** Whether what stands in the picture is what should. */
  get isWhole() {
    return this.#isWhole && !this.#isChanged;
  }

  /** Has `furnish` look again. */
  change() {
    this.#isChanged = true;
    this.dispatchEvent(new Event("change"));
  }

  /** Puts what stands here into the picture, as far as it has been shaped; the rest says "change". */
  furnish() {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const all = this.surroundings, { arrangement, seats } = this.seating;
    if (this.#isBare) {
      this.#furnishNothing();
      this.#isWhole = true;
      return;
    }
    const bodies = this.#shapes.bodies();
    const furniture = this.#shapes.furniture(arrangement, seats.length, all);
    const meshes = this.#scenery ? [] : this.#shapes.surroundings(this.name);
    this.#isWhole = bodies !== null && furniture !== null && meshes !== null;
    if (!this.#isWhole) {
      // What stood here before stays until the next is there.
      if (!this.#isFurnished) this.#furnishNothing();
      return;
    }
    this.#isFurnished = true;
    // Where the wearer's own room shows through, nothing stands in for it.
    const around = this.#isPassthrough ? { ...all, background: null, scenery: null } : all;
    this.#picture.furnish(
      [...(this.#isPassthrough ? [] : meshes), ...furnish(arrangement, seats, furniture)], around,
      bodies);
  }

  /** Darkness, but where the wearer's own room shows through. */
  #furnishNothing() {
    this.#picture.furnish(null, this.#isPassthrough ? { ...nowhere, background: null } : nowhere, null);
  }

  close() {
    this.#shapes.close();
  }
}
