/** Hands of 25 joints and controllers, as meshes on a stage. */
import { multiply } from "../scene/matrices.js";
import { controllerMesh, jointMesh } from "./hand-shapes.js";

/** The joints of a hand in WebXR's order (WebXR Hand Input, Skeleton Joints). */
export const jointNames = Object.freeze([
  "wrist", ...["thumb"].flatMap((f) => ["metacarpal", "phalanx-proximal", "phalanx-distal", "tip"].map((j) => `${f}-${j}`)),
  ...["index-finger", "middle-finger", "ring-finger", "pinky-finger"].flatMap((f) =>
    ["metacarpal", "phalanx-proximal", "phalanx-intermediate", "phalanx-distal", "tip"].map((j) => `${f}-${j}`)),
]);

/** Metres: what a joint measures where the device does not say. */
const usualRadius = 0.008;

export class InputMeshes {
  #stage;
  #metre;
  /** @type {Map<string, any>} */
  #meshes = new Map();
  #used = new Set();

  /** @param {import("../scene/stage.js").Stage} stage @param {number} metre */
  constructor(stage, metre) {
    this.#stage = stage;
    this.#metre = metre;
  }

  /**
   * Shows what the wearer holds, or their hands.
   * @param {any} session
   * @param {any} frame
   * @param {any} space
   * @param {Float32Array} worldFromSpace with the world's scale
   */
  update(session, frame, space, worldFromSpace) {
    this.#used.clear();
    for (const [k, source] of [...session.inputSources].entries()) {
      const name = `${source.handedness || "none"}-${k}`;
      if (source.hand) {
        for (const joint of jointNames) {
          const jointSpace = source.hand.get(joint);
          const pose = jointSpace && frame.getJointPose(jointSpace, space);
          if (!pose) continue;
          const radius = pose.radius || usualRadius;
          this.#show(`${name}-${joint}`, jointMesh, pose.transform.matrix, worldFromSpace, radius);
        }
      } else if (source.gripSpace) {
        const pose = frame.getPose(source.gripSpace, space);
        if (pose) this.#show(`${name}-grip`, controllerMesh, pose.transform.matrix, worldFromSpace, 1);
      }
    }
    for (const [name, mesh] of this.#meshes) mesh.visible = this.#used.has(name);
  }

  hide() {
    for (const mesh of this.#meshes.values()) mesh.visible = false;
  }

  /** How many are shown. */
  get count() {
    return this.#used.size;
  }

  #show(
    /** @type {string} */ name, /** @type {() => any} */ shape, /** @type {Float32Array} */ spaceFrom,
    /** @type {Float32Array} */ worldFromSpace, /** @type {number} */ size,
  ) {
    let mesh = this.#meshes.get(name);
    if (!mesh) {
      mesh = this.#stage.addMesh(shape());
      this.#meshes.set(name, mesh);
    }
    this.#used.add(name);
    const m = multiply(worldFromSpace, spaceFrom);
    for (let i = 0; i < 12; i += 1) if (i % 4 < 3) m[i] *= size;
    mesh.worldFromModel = m;
  }
}
