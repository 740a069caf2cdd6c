import { lowerBody, plainHead, upperBody } from "./body.js";

/** What avatars wear of whom nothing is seen below the neck. */
const plainCloth = [52, 56, 64];
const trousers = [40, 42, 48];

/** The meshes that carry a person's head, on a stage. */
export class Bodies {
  /** @type {import("../../scene/stage-mesh.js").StageMesh[]} */
  meshes = [];
  #stage;
  #person;
  #cloth = null;

  /**
   * @param {import("../../scene/stage.js").Stage} stage
   * @param {import("./person.js").Person} person
   */
  constructor(stage, person) {
    this.#stage = stage;
    this.#person = person;
    this.dress();
  }

  /** Makes them anew: with a plain head for who has no avatar, in the colour of their clothes. */
  dress(cloth = null) {
    this.remove();
    const { avatar, color, isStanding } = this.#person;
    this.#cloth = cloth;
    const top = cloth ?? (avatar ? plainCloth : color.map((v) => v * 0.62));
    const add = (data, part) => {
      const mesh = this.#stage.addMesh(data);
      this.meshes.push(mesh);
      mesh.part = part;
    };
    add(upperBody(top), "upper");
    if (!isStanding) add(lowerBody(trousers), "lower");
    if (!avatar) add(plainHead(color), "head");
    this.place();
  }

  /** The colour of their clothes, null while it is not known. */
  get cloth() {
    return this.#cloth;
  }

  /** Goes where the person is. */
  place() {
    const { isSelf, isPlaced } = this.#person, places = this.#person.bodies();
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
 * The colour of clothes: what lies beside the neck, near the lower end.
 * @param {{count: number, centers: Float32Array, colors: Uint8Array}} frame
 * @param {import("./placement.js").Placement} placement
 * @returns {[number, number, number] | null} null when nothing of them is seen
 */
export function clothOf({ count, centers, colors }, { reference, eyesInHead }) {
  const sum = [0, 0, 0];
  let found = 0;
  const down = reference[4] + 13 - eyesInHead[1];
  for (let i = 0; i < count; i += 1) {
    if (Math.abs(centers[3 * i] - reference[3]) < 9 || centers[3 * i + 1] < down) continue;
    if (colors[4 * i + 3] < 100) continue;
    found += 1;
    for (let k = 0; k < 3; k += 1) sum[k] += colors[4 * i + k];
  }
  return found < 40 ? null : sum.map((v) => v / found);
}
