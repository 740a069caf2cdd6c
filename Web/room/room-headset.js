/** A room through a headset: one sits in one's seat, and the others see one's head move. */
import { headFromHeadset } from "../xr/head-pose.js";
import { Immersion } from "../xr/immersion.js";

/** Metres a second. */
const walkSpeed = 1.4;

/** What of a step is made, when only a part of it may be. */
const towards = (/** @type {number} */ made, /** @type {number} */ wanted) =>
  wanted > 0 ? Math.min(wanted, Math.max(0, made)) : Math.max(wanted, Math.min(0, made));

export class RoomHeadset {
  #immersion;
  #last = 0;
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

  /** Walks as the thumbs say, where the head looks. */
  #walk(/** @type {any} */ { time, head: { position, forward } }) {
    const seconds = Math.min(0.1, Math.max(0, (time - this.#last) / 1000));
    this.#last = time;
    const [right, ahead] = this.#immersion.sticks;
    if (right === 0 && ahead === 0) return;
    const yaw = Math.atan2(-forward[0], -forward[2]), c = Math.cos(yaw), s = Math.sin(yaw);
    const step = walkSpeed * seconds;
    const x = step * (right * c - ahead * s), z = step * (-right * s - ahead * c);
    // The place has an end; who leans out of it is not pushed back.
    const [toX, toZ] = this.#scene.walkTo([position[0] + x, 0, position[2] + z, yaw]);
    this.#immersion.move(towards(toX - position[0], x), towards(toZ - position[2], z));
  }

  #draw(/** @type {any} */ frame) {
    const { me } = this.#session;
    this.#walk(frame);
    this.#scene.drawEyes(frame, this.#immersion.mode === "immersive-ar");
    const { head: { matrix } } = frame, place = this.#scene.ownPlace;
    me.wearHeadset((/** @type {any} */ { reference, eyeCenters: [left, right] }) => headFromHeadset(
      matrix, place, reference, left.map((/** @type {number} */ v, /** @type {number} */ i) => (v + right[i]) / 2)));
    this.#session.show();
  }
}
