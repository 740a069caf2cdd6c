/** The meshes of what stands in a room, on a stage: those that stay are kept. */
export class FurnitureSet {
  /** @type {import("../../scene/stage-mesh.js").StageMesh[]} */
  meshes = [];
  #stage;
  /** What each mesh was made from, and the mesh. */
  #made = new Map();

  /** @param {import("../../scene/stage.js").Stage} stage */
  constructor(stage) {
    this.#stage = stage;
  }

  /** Has these stand there, and nothing else. @param {object[]} all as for `Stage.addMesh` */
  set(all) {
    const before = this.#made;
    this.#made = new Map(all.map((data) => [data, before.get(data) ?? this.#stage.addMesh(data)]));
    for (const [data, mesh] of before) if (!this.#made.has(data)) mesh.remove();
    this.meshes = [...this.#made.values()];
  }
}
