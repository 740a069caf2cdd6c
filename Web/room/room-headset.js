/** A room through a headset: one sits in one's seat, and the others see one's head move. */
import { headFromHeadset } from "../xr/head-pose.js";
import { Immersion } from "../xr/immersion.js";

export class RoomHeadset {
  #immersion;
  #scene;
  #session;

  /** @param {any} scene a `RoomScene` that a graphics processor draws @param {any} session a `RoomSession` */
  constructor(scene, session) {
    this.#scene = scene;
    this.#session = session;
    this.#immersion = new Immersion(scene.stage, { metre: 1 });
    this.#immersion.addEventListener("frame", ({ detail }) => this.#draw(detail));
    this.#immersion.addEventListener("end", () => {
      session.me.takeOffHeadset();
      scene.leaveHeadset();
    });
  }

  get isOn() {
    return this.#immersion.mode !== null;
  }

  modes() {
    return Immersion.modes();
  }

  /** @param {"immersive-vr" | "immersive-ar"} mode @throws {Error} one clear sentence */
  async enter(mode) {
    await this.#immersion.enter(mode);
    this.sit();
  }

  exit() {
    return this.#immersion.exit();
  }

  /** Puts the wearer into their seat: also when they have taken another one. */
  sit() {
    const { eye, yaw } = this.#scene.ownPlace;
    this.#immersion.place(eye, yaw);
  }

  #draw(/** @type {any} */ frame) {
    const { me } = this.#session;
    this.#scene.drawEyes(frame, this.#immersion.mode === "immersive-ar");
    const { head: { matrix } } = frame, place = this.#scene.ownPlace;
    me.wearHeadset((/** @type {any} */ { reference, eyeCenters: [left, right] }) => headFromHeadset(
      matrix, place, reference, left.map((/** @type {number} */ v, /** @type {number} */ i) => (v + right[i]) / 2)));
    this.#session.show();
  }
}
