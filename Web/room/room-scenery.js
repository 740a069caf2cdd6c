/** Scenes that people bring as surroundings: brought, shown, and put where they fit. */
import { readScene } from "../view/scene-file.js";
import { base64url, sha256 } from "./bytes.js";
import { fitOf } from "./scene/surroundings/fit.js";

/** Milliseconds between places that are sent while one moves a scene. */
const sendEvery = 250;
/** Milliseconds in which the room may not have heard yet where one has put it. */
const ownWay = 1200;

/**
 * Says "change" when there is something else to be told of it.
 */
export class RoomScenery extends EventTarget {
  /** What is being done, in words. */
  status = "";

  #session;
  #people;
  #scene;
  #trouble;
  /** What was loaded last. @type {{id: string, scene: import("../view/scene-file.js").Scene} | null} */
  #loaded = null;
  /** The identifier that the room has asked for. @type {string | null} */
  #wanted = null;
  #movedAt = -Infinity;
  #sentAt = -Infinity;
  #timer = 0;

  /**
   * @param {any} session a `RoomSession`
   * @param {import("./people.js").People} people
   * @param {any} scene a `RoomScene`
   * @param {(error: any) => void} trouble
   */
  constructor(session, people, scene, trouble) {
    super();
    this.#session = session;
    this.#people = people;
    this.#scene = scene;
    this.#trouble = trouble;
    session.addEventListener("room", () => this.#follow());
    this.#follow();
  }

  /** One's own scenes. @returns {Promise<{id: string, name: string}[]>} */
  async mine() {
    const { scenes = [] } = await this.#people.me();
    return scenes;
  }

  /** Takes a file among one's own scenes, and puts it around the room. @param {File} file */
  async bring(file) {
    await this.#work("Bringing the scene …", async () => {
      const name = file.name.replace(/\.[^.]*$/, "").slice(0, 60).trim() || "Scene";
      await this.#surround(await this.#people.addScene(file, name));
    });
  }

  /** Puts one of one's own around the room. @param {any} made as `mine` has it */
  async choose(made) {
    await this.#work("Opening the scene …", () => this.#surround(made));
  }

  /** @param {string} id */
  async remove(id) {
    await this.#work("", () => this.#people.removeScene(id));
  }

  /** Puts the room's scene where it was first. */
  fit() {
    if (this.#loaded && this.#loaded.id === this.#session.room?.scene?.id) {
      this.move(fitOf(this.#loaded.scene));
    }
  }

  /** Puts the room's scene elsewhere: here at once, for the others soon. @param {number[]} place */
  move(place) {
    const id = this.#session.room?.scene?.id;
    if (!id || this.#loaded?.id !== id) return;
    this.#movedAt = performance.now();
    this.#scene.scenery = { scene: this.#loaded.scene, place };
    clearTimeout(this.#timer);
    const wait = Math.max(0, sendEvery - (this.#movedAt - this.#sentAt));
    this.#timer = setTimeout(() => {
      this.#sentAt = performance.now();
      this.#session.say({ t: "surround", scene: id, place });
    }, wait);
  }

  async #surround(/** @type {any} */ made) {
    const scene = await this.#load(made);
    await this.#session.say({ t: "surround", scene: made.id, place: fitOf(scene) });
  }

  /** Shows what the room says. */
  async #follow() {
    const asked = this.#session.room?.scene ?? null;
    this.#wanted = asked?.id ?? null;
    if (!asked) {
      clearTimeout(this.#timer);
      this.#movedAt = -Infinity;
      if (this.#scene.scenery) this.#scene.scenery = null;
      this.#tell();
      return;
    }
    if (this.#loaded?.id === asked.id) {
      const isOnItsWay = performance.now() - this.#movedAt < ownWay;
      if (!this.#scene.scenery || !isOnItsWay) this.#show(this.#loaded.scene, asked.place);
      this.#tell();
      return;
    }
    this.#scene.scenery = null;
    try {
      if (!this.#scene.canShowScenery) throw new Error("this browser draws no 3D.");
      const scene = await this.#load(asked);
      if (this.#wanted === asked.id) this.#show(scene, this.#session.room.scene.place);
    } catch (error) {
      if (this.#wanted !== asked.id) return;
      this.#trouble(new Error(
        `The surroundings cannot be shown here, so it is dark: ${/** @type {Error} */ (error).message}`));
    }
    this.#tell();
  }

  #show(/** @type {any} */ scene, /** @type {number[]} */ place) {
    this.#scene.scenery = { scene, place };
  }

  /** @param {{id: string, sha256: string}} made */
  async #load({ id, sha256: digest }) {
    if (this.#loaded?.id === id) return this.#loaded.scene;
    const bytes = await (await this.#people.scene(id)).arrayBuffer();
    if (base64url(await sha256(new Uint8Array(bytes))) !== digest) {
      throw new Error("The scene has arrived damaged: try again.");
    }
    const scene = readScene(bytes);
    this.#loaded = { id, scene };
    return scene;
  }

  async #work(/** @type {string} */ words, /** @type {() => Promise<any>} */ work) {
    this.status = words;
    this.#tell();
    try {
      await work();
      this.status = "";
    } catch (error) {
      this.status = /** @type {Error} */ (error).message;
    }
    this.#tell();
  }

  #tell() {
    this.dispatchEvent(new Event("change"));
  }
}
