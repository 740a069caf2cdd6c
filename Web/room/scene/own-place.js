import { eyeHeight } from "./seats.js";
import { dot, forwardOf, normalised } from "./vectors.js";

/** Milliseconds in which a room may not have heard yet that one stood up, or walked on. */
const ownWay = 1500;
/** Metres that one steps out of a chair. */
const step = 0.15;
/** Where one looks on from who is nowhere. */
const onlooker = { eyes: [0, eyeHeight.standing, 3.2], yaw: 0 };

/**
 * Where one is oneself: in a seat, or where one has walked. One's own steps count at once; what
 * the room says of them comes later, and is not to pull one back.
 */
export class OwnPlace {
  /** @type {import("./person.js").Person | null} */
  person = null;
  /** One's own newest state, which turns one's ears. */
  state = null;
  /**
   * Where the head is of who wears a headset; null without one.
   * @type {{position: number[], forward: number[], up: number[]} | null}
   */
  headset = null;

  #look;
  #walkedAt = -Infinity;
  /** The seat that one stood up from. */
  #left = null;

  /** @param {import("./look.js").Look} look */
  constructor(look) {
    this.#look = look;
  }

  /** Takes where the room says that one is, unless one has just gone elsewhere. */
  take(person) {
    const look = this.#look, isOnMyWay = performance.now() - this.#walkedAt < ownWay;
    this.person = person;
    if (person.seat !== null && !(look.isStanding && isOnMyWay && person.seat === this.#left)) {
      look.isStanding = false;
      this.#left = null;
      return;
    }
    if (person.seat === null) this.#left = null;
    person.seat = null;
    if (person.place && !(look.isStanding && isOnMyWay)) {
      const [x, , z, yaw] = person.place;
      Object.assign(look, { isStanding: true, place: { x, z, yaw }, yaw: 0 });
    }
    const { x, z, yaw } = look.place;
    if (look.isStanding) person.place = [x, 0, z, yaw];
  }

  /** Half a step back, out of the chair. */
  standUp() {
    const { eye, yaw } = this.aim(0), ahead = forwardOf(yaw);
    this.#left = this.person?.seat ?? null;
    this.#look.place = { x: eye[0] - step * ahead[0], z: eye[2] - step * ahead[2], yaw };
    this.#look.yaw = 0;
  }

  /** One has walked. @returns {number[]} the place: x, y, z, yaw */
  walk() {
    const { x, z, yaw } = this.#look.place, place = [x, 0, z, yaw];
    this.#walkedAt = performance.now();
    if (this.person) Object.assign(this.person, { seat: null, place });
    return place;
  }

  /** Where one's eyes rest, and where that place faces. @returns {{eye: number[], yaw: number}} */
  get rest() {
    const { isStanding, place: { x, z, yaw } } = this.#look, own = this.person?.placement;
    if (isStanding || !own) return { eye: [x, eyeHeight.standing, z], yaw };
    return { eye: [...own.eyes], yaw: own.yaw };
  }

  /** Where one looks from and to. @param {number} pitch where one looks by oneself while sitting */
  aim(pitch) {
    if (this.headset) {
      const { position, forward: [x, y, z] } = this.headset;
      return { eye: [...position], yaw: Math.atan2(-x, -z), pitch: Math.asin(y) };
    }
    const look = this.#look;
    if (look.isStanding) {
      const { x, z, yaw } = look.place;
      return { eye: [x, eyeHeight.standing, z], yaw, pitch: look.pitch };
    }
    const at = this.person?.isPlaced ? this.person.placement : onlooker;
    return { eye: [...at.eyes], yaw: at.yaw + look.yaw, pitch: look.pitch + pitch };
  }

  /**
   * One's ears: the head turns from where one looks as it does, before the camera, from where the
   * place faces.
   * @returns {{position: number[], forward: number[], up: number[]}}
   */
  get listener() {
    if (this.headset) {
      const { position, forward, up } = this.headset;
      return { position, forward, up };
    }
    const { eye, yaw, pitch } = this.aim(0), head = this.state?.head;
    const forward = forwardOf(yaw, pitch), up = forwardOf(yaw, pitch + Math.PI / 2);
    if (!head || !this.person) return { position: eye, forward, up };
    const own = this.person.placement, facing = forwardOf(own.yaw);
    const side = [-facing[2], 0, facing[0]], across = [Math.cos(yaw), 0, -Math.sin(yaw)];
    const turn = (v) => normalised([0, 1, 2].map((i) =>
      dot(v, facing) * forward[i] + v[1] * up[i] + dot(v, side) * across[i]));
    const away = own.worldFromHead(head).map((v, i) => v - own.eyes[i]);
    return {
      position: eye.map((v, i) => v + away[i]), forward: turn(own.directionOf(head)),
      up: turn(own.directionOf(head, [0, 1, 0])),
    };
  }
}
