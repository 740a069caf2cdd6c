import { BustFade } from "../../scene/bust.js";
import { multiply, translation, turn } from "../../scene/matrices.js";
import { Placement } from "./placement.js";
import { eyeHeight } from "./seats.js";
import { Seen } from "./seen.js";
import { distance, dot, moved, normalised, smoothstep } from "./vectors.js";

/** Over how many centimetres an avatar fades into the body that carries it. */
const bustHeight = 4.5;
/** Half of a head's width, metres: over which light turns to shade. */
const headRadius = 0.1;

/** Calm colours for those who have no picture. */
const colors = [
  [126, 152, 176], [168, 140, 160], [136, 162, 138], [182, 150, 122], [138, 138, 176],
  [176, 162, 122], [122, 164, 166], [178, 134, 132],
];

/** What the page tells of somebody. */
const settable = new Set([
  "name", "seat", "place", "isSelf", "isMuted", "isVerified", "isConnected",
]);

/** What coding changes of a pose at the most: radians, centimetres. */
const coded = [0.0005, 0.005];

/** @param {ArrayLike<number>} pose @param {ArrayLike<number>} rest */
const isAtRest = (pose, rest) =>
  Array.from(rest).every((v, i) => Math.abs(pose[i] - v) <= coded[i < 3 ? 0 : 1]);

/**
 * Somebody in a room, as the scene knows them.
 */
export class Person {
  participant;
  name = "";
  /** @type {number | null} */
  seat = null;
  /** @type {number[] | null} */
  place = null;
  /** @type {import("../../core/avatar.js").RemoteAvatar | null} */
  avatar = null;
  isSelf = false;
  isMuted = false;
  isVerified = true;
  isConnected = true;
  /** How loud they speak, 0…1. */
  speaking = 0;

  placement = new Placement();
  bust = new BustFade(bustHeight);
  /** The newest state, and the one that is seen. */
  state = null;
  shown = null;
  /** What the newest drawn picture shows of them. */
  seen = new Seen();
  /** Whether the newest state waits to be posed, one is being posed, one waits to be drawn. */
  isFresh = false;
  isPosing = false;
  isWaiting = false;
  /** When a pose was asked for last, milliseconds. */
  asked = -Infinity;
  /** Whether they are anywhere. */
  isPlaced = false;

  #followed = null;

  /** @param {number | string} participant */
  constructor(participant) {
    this.participant = participant;
  }

  /** A colour that is always the same one for a person. */
  get color() {
    let hash = 7;
    for (const c of `${this.participant}`) hash = (hash * 31 + c.charCodeAt(0)) >>> 0;
    return colors[hash % colors.length];
  }

  /** The head's pose that is seen: camera from head. */
  get head() {
    return this.shown?.head ?? this.placement.reference;
  }

  /** Where the eyes are that are seen, in the room. */
  get eyes() {
    return this.placement.worldFromHead(this.head);
  }

  /**
   * Takes what is told of them; what is left out stays as it is.
   * @param {Partial<Person>} traits
   * @param {Person["avatar"]} [avatar]
   * @returns {boolean} whether the avatar is another one
   */
  set(traits, avatar) {
    for (const [key, value] of Object.entries(traits)) {
      if (value !== undefined && settable.has(key)) this[key] = value;
    }
    if (avatar === undefined || avatar === this.avatar) return false;
    this.avatar = avatar;
    const { eyes, yaw } = this.placement;
    this.placement = new Placement(avatar?.info);
    this.placement.moveTo(eyes, yaw);
    this.bust = new BustFade(bustHeight);
    this.shown = null;
    // Before anything moves them they rest.
    this.state ??= avatar?.info.resting ?? null;
    this.isFresh = Boolean(avatar);
    return true;
  }

  /**
   * Where they are: in a seat, or at a place.
   * @param {import("./seats.js").Seat[]} seats
   * @returns {boolean} whether that is elsewhere than before
   */
  settle(seats) {
    const at = this.seat === null ? null : seats[this.seat];
    const [x, y, z, yaw] = this.place && !at
      ? [this.place[0], this.place[1] + eyeHeight.standing, this.place[2], this.place[3]]
      : at ? [at[0], eyeHeight.sitting, at[1], at[2]] : [0, 0, 0, 0];
    this.isPlaced = Boolean(at || this.place);
    const { eyes, yaw: before } = this.placement;
    if (!this.isPlaced || (distance(eyes, [x, y, z]) < 1e-6 && before === yaw)) return false;
    this.placement.moveTo([x, y, z], yaw);
    return true;
  }

  /** What their body is like, to be compared. */
  get kind() {
    return this.isSelf ? "self" : this.isStanding ? "standing" : "sitting";
  }

  /** Whether they stand. */
  get isStanding() {
    return this.seat === null && this.place !== null;
  }

  /** Takes the newest state. @param {import("../../core/core-avatar.js").State} state */
  take(state, now) {
    const seconds = this.#followed === null ? 0 : (now - this.#followed) / 1000;
    // Who was gone for a while may sit elsewhere.
    if (seconds > 5) this.placement.reset();
    // A headset's wearer keeps their torso at rest; before a camera nobody's is, to the millimetre.
    const isHeld = this.avatar && isAtRest(state.torso, this.avatar.info.resting.torso);
    if (isHeld) this.placement.stay(seconds);
    else this.placement.follow(state.head, seconds);
    this.#followed = now;
    this.state = state;
    this.isFresh = true;
    if (!this.avatar) this.shown = state;
  }

  /**
   * How much of them is seen: nobody gets too near.
   * @param {number[]} eye
   * @param {number} boundary metres
   */
  opacityFrom(eye, boundary) {
    const away = distance(eye, this.eyes);
    return boundary > 0 ? smoothstep(0.55 * boundary, boundary, away) : 1;
  }

  /**
   * Where the bodies' meshes stand: the upper one leans with the torso.
   * @returns {{upper: Float32Array, lower: Float32Array, head: Float32Array}}
   */
  bodies() {
    const { eyes, yaw } = this.placement;
    const rest = multiply(translation(...eyes), turn(yaw + Math.PI));
    const lean = this.#lean();
    const upper = rest.slice();
    for (let i = 0; i < 3; i += 1) upper[12 + i] += lean[i];
    return { upper, lower: rest, head: this.#headMatrix() };
  }

  /**
   * How light falls on the face: see `SplatLayer.light`.
   * @param {import("./surroundings/surroundings.js").Surroundings} surroundings
   */
  light({ light: { direction }, faces }) {
    const d = normalised(direction), m = this.placement.worldFromCamera;
    const middle = this.placement.worldFromHead(this.head, [0, -2, -7]);
    const k = 0.5 / headRadius;
    return {
      ...faces,
      plane: [
        ...[0, 1, 2].map((c) => k * dot(d, [m[4 * c], m[4 * c + 1], m[4 * c + 2]])),
        0.5 + k * (dot(d, [m[12], m[13], m[14]]) - dot(d, middle)),
      ],
    };
  }

  /** How far the torso is from where it rests, in the room. */
  #lean() {
    const state = this.shown;
    if (!state) return [0, 0, 0];
    // A point at the height of the collar, of the head at rest and of the torso as it is.
    const collar = [0, -15, -7];
    const now = this.#world(moved(state.torso, collar));
    const head = this.placement.cameraFromWorld(this.placement.eyes);
    const reference = this.placement.reference;
    const eyes = moved(reference, this.placement.eyesInHead);
    const rest = this.#world(moved(reference, collar).map((v, i) => v + head[i] - eyes[i]));
    const away = now.map((v, i) => v - rest[i]);
    return away.every(Number.isFinite) ? away : [0, 0, 0];
  }

  #world([x, y, z]) {
    const m = this.placement.worldFromCamera;
    return [0, 1, 2].map((r) => m[r] * x + m[4 + r] * y + m[8 + r] * z + m[12 + r]);
  }

  #headMatrix() {
    const { placement, head } = this;
    const axes = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map((a) => placement.directionOf(head, a));
    const at = placement.worldFromHead(head);
    return new Float32Array([
      ...axes[0], 0, ...axes[1], 0, ...axes[2], 0, ...at, 1,
    ]);
  }
}
