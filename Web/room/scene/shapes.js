import { RemoteCalls } from "../../core/remote-calls.js";

/**
 * Shapes of what stands in rooms, made by a worker when they are first asked for, and kept: to make
 * them holds a thread for up to a second.
 */
export class Shapes {
  #calls = /** @type {RemoteCalls | null} */ (null);
  #kept = new Map();
  #onready;
  #onfailed;

  /** @param {{onready: () => void, onfailed: (error: unknown) => void}} events */
  constructor({ onready, onfailed }) {
    this.#onready = onready;
    this.#onfailed = onfailed;
  }

  /**
   * What surroundings are made of; null while it is made.
   * @param {string} name
   * @returns {import("../../scene/stage-mesh.js").MeshData[] | null}
   */
  surroundings(name) {
    return this.#find("surroundings", name);
  }

  /**
   * What an arrangement's furniture is made of; null while it is made.
   * @param {import("./seats.js").Arrangement} arrangement
   * @param {number} count of seats
   * @param {import("./surroundings/surroundings.js").Surroundings} surroundings
   * @returns {import("./furniture-shapes.js").FurnitureShapes | null}
   */
  furniture(arrangement, count, { palette, hasArmchairs, tableSurface }) {
    const look = { palette, hasArmchairs, tableSurface };
    return this.#find("furniture", arrangement, count, look);
  }

  /** What people's bodies are made of; null while it is made. @returns {import("./body.js").BodyShapes | null} */
  bodies() {
    return this.#find("bodies");
  }

  close() {
    this.#calls?.end(new Error("The room has been closed."));
    this.#onready = this.#onfailed = () => {};
  }

  #find(kind, ...asked) {
    const key = JSON.stringify([kind, ...asked]);
    if (!this.#kept.has(key)) {
      this.#kept.set(key, null);
      this.#make(key, { kind, asked });
    }
    return this.#kept.get(key);
  }

  async #make(key, asked) {
    this.#calls ??= new RemoteCalls(
      new Worker(new URL("../../room/scene/shapes-worker.js", import.meta.url), { type: "module" }),
      "surroundings");
    try {
      const { shapes } = await this.#calls.call("shape", asked);
      this.#kept.set(key, shapes);
      this.#onready();
    } catch (error) {
      this.#onfailed(error);
    }
  }
}
