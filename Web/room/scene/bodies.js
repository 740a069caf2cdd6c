import { hands, lowerBody, neck, plainHead, shoes, upperBody } from "./body.js";
import { clamp, moved } from "./vectors.js";

/** What avatars wear of whom nothing is seen below the neck, and their skin while it is unknown. */
const plainCloth = [58, 62, 70], plainSkin = [190, 150, 128];
const trousers = [44, 46, 54], leather = [38, 32, 30];
/** How far below the eyes the body's shoulders are, 14 cm from the middle, metres. */
const bodyShoulders = 0.168;

/**
 * @typedef {object} Looks colours, sRGB-coded bytes
 * @property {number[] | null} cloth null when nothing of it is seen
 * @property {number[] | null} skin
 * @property {number} rise how much higher their shoulders are than the body's, metres
 */

/** The meshes that carry a person's head, on a stage: none while nothing is shaped. */
export class Bodies {
  /** @type {import("../../scene/stage-mesh.js").StageMesh[]} */
  meshes = [];
  /** What their avatar looks like; null while it is not known. @type {Looks | null} */
  looks = null;
  #stage;
  #person;
  #shapes;

  /**
   * @param {import("../../scene/stage.js").Stage} stage
   * @param {import("./person.js").Person} person
   * @param {import("./body.js").BodyShapes | null} shapes
   */
  constructor(stage, person, shapes) {
    this.#stage = stage;
    this.#person = person;
    this.#shapes = shapes;
    this.dress();
  }

  /** @param {import("./body.js").BodyShapes | null} shapes */
  set shapes(shapes) {
    if (shapes === this.#shapes) return;
    this.#shapes = shapes;
    this.dress(this.looks);
  }

  /**
   * Makes them anew: with a plain head for who has no avatar.
   * @param {Looks | null} [looks]
   */
  dress(looks = null) {
    this.remove();
    this.looks = looks;
    const shapes = this.#shapes;
    if (!shapes) return;
    const { avatar, color, isStanding } = this.#person;
    const skin = avatar ? looks?.skin ?? plainSkin : color;
    const top = avatar ? looks?.cloth ?? plainCloth : color.map((v) => v * 0.55);
    const add = (part, ...data) => {
      for (const mesh of data.map((d) => this.#stage.addMesh(d))) {
        mesh.part = part;
        this.meshes.push(mesh);
      }
    };
    add("upper", upperBody(shapes, top), hands(shapes, skin));
    add("lower", lowerBody(shapes, trousers, isStanding), shoes(shapes, leather, isStanding));
    if (avatar) add("upper", neck(shapes, skin));
    else add("head", plainHead(shapes, color));
    this.place();
  }

  /** Goes where the person is. */
  place() {
    const { isSelf, isPlaced } = this.#person, places = this.#person.bodies();
    places.upper[13] += this.looks?.rise ?? 0;
    for (const mesh of this.meshes) {
      mesh.worldFromModel = places[mesh.part];
      mesh.visible = !isSelf && isPlaced;
    }
  }

  remove() {
    for (const mesh of this.meshes) mesh.remove();
    this.meshes = [];
  }
}

/**
 * What an avatar's skin and clothes look like: the cheeks, and what lies beside the neck.
 * @param {{count: number, centers: Float32Array, colors: Uint8Array}} frame
 * @param {import("./placement.js").Placement} placement
 * @returns {Looks}
 */
export function looksOf({ count, centers, colors }, { reference, eyesInHead }) {
  const eyes = moved(reference, eyesInHead), cloth = new Mean(40), skin = new Mean(40);
  const shoulders = [];
  for (let i = 0; i < count; i += 1) {
    if (colors[4 * i + 3] < 100) continue;
    const x = Math.abs(centers[3 * i] - eyes[0]), y = centers[3 * i + 1] - eyes[1];
    const z = centers[3 * i + 2] - eyes[2];
    if (y > 13 && x > 9) cloth.add(colors, 4 * i);
    if (y > 9 && x > 12 && x < 16) shoulders.push(y / 100);
    if (y > 2.5 && y < 6 && x > 2 && x < 5 && z < 1) skin.add(colors, 4 * i);
  }
  return looks(cloth, skin, shoulders);
}

/**
 * The same from a picture.
 * @param {Uint8ClampedArray} pixels straight alpha
 * @param {number} width
 * @param {{x: number, y: number}} eyes
 * @param {number} metre its length in pixels
 * @returns {Looks}
 */
export function looksIn(pixels, width, eyes, metre) {
  const cloth = new Mean(20), skin = new Mean(10), shoulders = [];
  for (let i = 0, at = 0; at < pixels.length; i += 1, at += 4) {
    if (pixels[at + 3] < 200) continue;
    const x = Math.abs((i % width) - eyes.x) / metre;
    const y = (Math.floor(i / width) - eyes.y) / metre;
    if (y > 0.13 && x > 0.09) cloth.add(pixels, at);
    if (y > 0.09 && x > 0.12 && x < 0.16) shoulders.push(y);
    if (y > 0.025 && y < 0.06 && x > 0.02 && x < 0.05) skin.add(pixels, at);
  }
  return looks(cloth, skin, shoulders);
}

function looks({ color: cloth }, { color: skin }, shoulders) {
  // Bare shoulders, or the neck's back: no word about clothes.
  const isBare = cloth && isLikeSkin(cloth, skin ?? plainSkin);
  return { cloth: isBare ? null : cloth, skin, rise: riseOf(shoulders) };
}

/** Whether two colours differ by little but how bright they are. */
const isLikeSkin = ([r, g, b], [red, green, blue]) =>
  r > 60 && Math.abs(r / g - red / green) < 0.16 && Math.abs(b / g - blue / green) < 0.16;

/** How much higher than the body's shoulders those are that are seen so far below the eyes. */
function riseOf(places) {
  if (places.length < 40) return 0;
  const top = places.sort((a, b) => a - b)[Math.floor(places.length / 10)];
  return clamp(bodyShoulders - top, -0.02, 0.045);
}

/** The mean of colours, if there are enough. */
class Mean {
  #sum = [0, 0, 0];
  #count = 0;
  #least;

  constructor(least) {
    this.#least = least;
  }

  add(colors, at) {
    this.#count += 1;
    for (let k = 0; k < 3; k += 1) this.#sum[k] += colors[at + k];
  }

  get color() {
    return this.#count < this.#least ? null : this.#sum.map((v) => v / this.#count);
  }
}
