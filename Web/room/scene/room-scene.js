import { hasGraphicsProcessor } from "../../scene/choose-stage.js";
import { FlatPicture } from "./flat-picture.js";
import { furnish } from "./furnishing.js";
import { GpuPicture } from "./gpu-picture.js";
import { Look } from "./look.js";
import { NameTags } from "./name-tags.js";
import { Person } from "./person.js";
import { personAt, seatAt } from "./picking.js";
import { ScreenPanel } from "./screen-panel.js";
import { eyeHeight, screenOf, seatsOf, viewOf } from "./seats.js";
import { makeSurroundings } from "./surroundings/surroundings.js";
import { nextTurn } from "./turns.js";
import { distance, dot, forwardOf, normalised } from "./vectors.js";
import { projected, rayThrough, Viewpoint } from "./viewpoint.js";

/** Milliseconds between pictures of surroundings that move. */
const stir = 33;
/** Milliseconds in which one's own steps count more than where the room says that one stands. */
const ownWay = 1500;

/**
 * @typedef {import("../../core/core-avatar.js").State} State
 * @typedef {import("../../core/avatar.js").RemoteAvatar} RemoteAvatar
 */

/**
 * The picture of a room, as one of its people sees it.
 *
 *     const scene = new RoomScene(canvas, overlay);
 *     scene.surroundings = "darkness";
 *     scene.arrangement = "facing";
 *     scene.setPerson(1, { name: "Anna", seat: 0, isSelf: true, … });
 *     scene.setPerson(2, { name: "Ben", seat: 1, avatar, … });
 *     scene.show(2, state);                    // whenever a state arrives
 *
 * It says "walk" with a `place` while one walks, "seat" with a `seat` when a free seat is clicked,
 * "person" with a `participant` when a person is, and "picture" when a new picture was drawn.
 * World: metres, y up, see seats.js.
 */
export class RoomScene extends EventTarget {
  /** People who come nearer to one's eye than this fade out, metres; 0: nobody does. */
  boundary = 0.6;

  #canvas;
  #overlay;
  #picture;
  #look;
  #tags;
  #screen;
  #viewpoint = new Viewpoint();
  /** @type {Map<number | string, Person>} */
  #people = new Map();
  #surroundingsName = "darkness";
  #surroundings = makeSurroundings("darkness");
  /** @type {import("./seats.js").Arrangement} */
  #arrangement = "facing";
  /** Seats that somebody moved. @type {Map<number, import("./seats.js").Seat>} */
  #moved = new Map();
  #seats = seatsOf("facing");
  #ownState = null;
  #walkedAt = -Infinity;
  #isFurnished = false;
  /** Where the wearer's head is, while a headset draws. @type {any} */
  #headset = null;
  #frame = 0;
  #timer = 0;
  #stirTimer = 0;
  #lastTick = 0;
  #isStopped = false;
  #isChanged = true;
  #shown = [];
  #listeners = new AbortController();
  #calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

  /**
   * @param {HTMLCanvasElement} canvas without a context
   * @param {HTMLElement} overlay a positioned element over it, for name tags and the screen
   * @param {{draw?: "gpu" | "processor"}} [options] left out, as `?draw=` in the page's address
   *   says, or what suits the machine
   */
  constructor(canvas, overlay, { draw } = {}) {
    super();
    this.#canvas = canvas;
    this.#overlay = overlay;
    const asked = draw ?? new URLSearchParams(globalThis.location?.search ?? "").get("draw");
    const isFlat = asked === "processor" || (asked !== "gpu" && !hasGraphicsProcessor());
    this.#picture = isFlat ? new FlatPicture(canvas) : new GpuPicture(canvas);
    this.#picture.addEventListener("redraw", () => this.#wake());
    this.#look = new Look(canvas);
    this.#tags = new NameTags(overlay);
    this.#screen = new ScreenPanel(overlay);
    this.#screen.hang(screenOf(this.#arrangement));
    this.#look.addEventListener("change", () => this.#wake());
    this.#look.addEventListener("standup", () => this.#standUp());
    this.#look.addEventListener("walk", () => this.#walk());
    this.#look.addEventListener("click", (event) => this.#click(event));
    const { signal } = this.#listeners;
    canvas.addEventListener("pointermove", (event) => this.#hover(event), { signal });
    document.addEventListener("visibilitychange", () => this.#wake(), { signal });
    this.#wake();
  }

  /** The stage that a headset draws into; null where the processor draws. */
  get stage() {
    return this.#picture instanceof GpuPicture ? this.#picture.stage : null;
  }

  /** Where one's eyes rest, and where that place faces. @returns {{eye: number[], yaw: number}} */
  get ownPlace() {
    const { isStanding, place: { x, z, yaw } } = this.#look, own = this.#self?.placement;
    if (isStanding || !own) return { eye: [x, eyeHeight.standing, z], yaw };
    return { eye: [...own.eyes], yaw: own.yaw };
  }

  /**
   * Draws what a headset's eyes see, instead of the page's picture until `leaveHeadset`.
   * @param {object} frame of an `Immersion`
   * @param {boolean} [isPassthrough] whether the surroundings are the wearer's own
   */
  drawEyes({ views, target, head, time }, isPassthrough = false) {
    if (!this.#headset || this.#headset.isPassthrough !== isPassthrough) this.#isFurnished = false;
    this.#headset = { ...head, isPassthrough };
    if (!this.#isFurnished) this.#furnish();
    this.#aimView();
    this.#picture.drawEyes(views, target, this.#viewpoint.eye, this.boundary, time / 1000);
    this.#takeTurns();
  }

  /** Draws the page's picture again. */
  leaveHeadset() {
    this.#headset = null;
    this.#isFurnished = false;
    this.#wake();
  }

  /** How it is drawn: "gpu" or "processor". */
  get draws() {
    return this.#picture instanceof FlatPicture ? "processor" : "gpu";
  }

  get surroundings() {
    return this.#surroundingsName;
  }

  /** @param {string} name "darkness", "conference", "beach", "meadow" */
  set surroundings(name) {
    if (name === this.#surroundingsName) return;
    this.#surroundings = makeSurroundings(name);
    this.#surroundingsName = name;
    this.#isFurnished = false;
    this.#wake();
  }

  get arrangement() {
    return this.#arrangement;
  }

  /** @param {import("./seats.js").Arrangement} name */
  set arrangement(name) {
    if (name === this.#arrangement) return;
    seatsOf(name);
    this.#arrangement = name;
    this.#moved.clear();
    this.#screen.hang(screenOf(name));
    this.#look.ahead();
    this.#arrange();
  }

  /** The light of the surroundings, for whoever lights faces anew: see surroundings.js. */
  get light() {
    return this.#surroundings.light;
  }

  /** Whether one may walk. */
  get canWalk() {
    return this.#look.canWalk;
  }

  set canWalk(on) {
    this.#look.canWalk = on;
  }

  /**
   * Moves a seat, or puts it back.
   * @param {number} number
   * @param {import("./seats.js").Seat | null} place
   */
  setSeat(number, place) {
    if (place) this.#moved.set(number, [...place]);
    else this.#moved.delete(number);
    this.#arrange();
  }

  /**
   * Tells who somebody is and where; what is left out stays as it is.
   * @param {number | string} participant
   * @param {object} person
   * @param {string} [person.name]
   * @param {number | null} [person.seat]
   * @param {number[] | null} [person.place] x, y, z, yaw of who stands
   * @param {RemoteAvatar | null} [person.avatar]
   * @param {boolean} [person.isSelf]
   * @param {boolean} [person.isMuted]
   * @param {boolean} [person.isVerified]
   * @param {boolean} [person.isConnected]
   */
  setPerson(participant, { avatar, ...rest }) {
    let person = this.#people.get(participant);
    const isNew = !person;
    person ??= new Person(participant);
    this.#people.set(participant, person);
    const { isStanding, isSelf } = person, where = person.where;
    for (const [key, value] of Object.entries(rest)) {
      if (value !== undefined && settable.has(key)) person[key] = value;
    }
    const hasOther = avatar !== undefined && person.setAvatar(avatar);
    if (person.isSelf) this.#placeSelf(person);
    person.settle(this.#seats);
    if (isNew || hasOther || isStanding !== person.isStanding || isSelf !== person.isSelf ||
      where !== person.where) this.#picture.change(person);
    if (hasOther && avatar && !person.state) {
      person.state = avatar.info.resting;
      person.isFresh = true;
    }
    this.#tags.change(person);
    this.#wake();
  }

  /** @param {number | string} participant */
  removePerson(participant) {
    const person = this.#people.get(participant);
    if (!person) return;
    this.#people.delete(participant);
    this.#picture.remove(person);
    this.#tags.remove(person);
    this.#wake();
  }

  /**
   * The newest state of somebody. Poses have one under way each; the newest wins.
   * @param {number | string} participant
   * @param {State} state
   */
  show(participant, state) {
    const person = this.#people.get(participant);
    if (!person) return;
    person.take(state, performance.now());
    if (person.avatar) this.#takeTurns();
    else this.#wake();
  }

  /** @param {number | string} participant @param {number} level 0…1 */
  setSpeaking(participant, level) {
    const person = this.#people.get(participant);
    if (!person) return;
    person.speaking = Math.min(1, Math.max(0, level || 0));
    this.#tags.speaks(person);
  }

  /**
   * Where somebody's voice comes from.
   * @param {number | string} participant
   * @returns {{position: number[], forward: number[]} | null}
   */
  mouthOf(participant) {
    const person = this.#people.get(participant);
    return person?.isPlaced ? person.placement.mouth(person.head) : null;
  }

  /** Whether somebody's avatar has been posed for the picture. @param {number | string} participant */
  isShown(participant) {
    const person = this.#people.get(participant);
    return Boolean(person?.avatar && person.shown);
  }

  /** One's own head's pose, which turns one's ears. @param {State | null} state */
  setOwnHead(state) {
    this.#ownState = state;
    this.#self?.placement.follow(state?.head ?? this.#self.placement.reference, 1 / 30);
  }

  /** One's own ears. @returns {{position: number[], forward: number[], up: number[]}} */
  get listener() {
    if (this.#headset) {
      const { position, forward, up } = this.#headset;
      return { position, forward, up };
    }
    const { eye, yaw, pitch } = this.#aim(), self = this.#self;
    const forward = forwardOf(yaw, pitch), up = forwardOf(yaw, pitch + Math.PI / 2);
    const head = this.#ownState?.head;
    if (!head || !self) return { position: [...eye], forward, up };
    // One's head turns from where one looks, as it does from where the place faces.
    const own = self.placement, facing = forwardOf(own.yaw), side = [-facing[2], 0, facing[0]];
    const across = [Math.cos(yaw), 0, -Math.sin(yaw)];
    const turn = (v) => normalised([0, 1, 2].map((i) =>
      dot(v, facing) * forward[i] + v[1] * up[i] + dot(v, side) * across[i]));
    const away = own.worldFromHead(head).map((v, i) => v - own.eyes[i]);
    return {
      position: eye.map((v, i) => v + away[i]), forward: turn(own.directionOf(head)),
      up: turn(own.directionOf(head, [0, 1, 0])),
    };
  }

  /**
   * @returns {{number: number, place: import("./seats.js").Seat, person: number | string | null,
   *   distance: number}[]}
   */
  get seats() {
    const [x, , z] = this.#aim().eye;
    return this.#seats.map((place, number) => {
      const person = [...this.#people.values()].find((p) => p.seat === number);
      return {
        number, place: [...place], person: person?.participant ?? null,
        distance: Math.hypot(place[0] - x, place[1] - z),
      };
    });
  }

  /** Looks ahead again. */
  lookAhead() {
    this.#look.ahead();
  }

  /**
   * Walks as long as it is asked to, for pads and sticks.
   * @param {number} right −1…1
   * @param {number} ahead −1…1
   */
  walk(right, ahead) {
    this.#look.pad(right, ahead);
  }

  /** A shared screen. @param {HTMLVideoElement | null} video */
  setScreen(video) {
    this.#screen.show(video);
    this.#wake();
  }

  /**
   * Where somebody's eyes are in the picture, CSS pixels from its upper left corner.
   * @param {number | string} participant
   * @returns {{x: number, y: number, depth: number, scale: number} | null} `scale` is a metre
   */
  headInPicture(participant) {
    const person = this.#people.get(participant), { clientWidth, clientHeight } = this.#canvas;
    if (!person?.isPlaced) return null;
    return projected(
      this.#viewpoint.view(clientWidth, clientHeight), person.eyes, clientWidth, clientHeight);
  }

  /**
   * A still of what is seen, without names and screen.
   * @param {number} [ratio] pixels to a CSS pixel
   * @returns {Promise<ImageData | null>} null when there is none just now
   */
  async picture(ratio = globalThis.devicePixelRatio || 1) {
    const { clientWidth, clientHeight } = this.#canvas;
    return this.#picture.picture(
      this.#viewpoint, Math.round(clientWidth * ratio), Math.round(clientHeight * ratio));
  }

  /** Whether all that is around has been drawn, as finely as it will be. */
  get isSettled() {
    return this.#isFurnished && !this.#isChanged && (this.#picture.isSettled ?? true);
  }

  get stats() {
    const { splats, drawMs, framesPerSecond } = this.#picture.stats;
    return {
      splats, drawMs, framesPerSecond, people: this.#shown.length, draws: this.draws,
    };
  }

  /** Draws nothing until `start`. */
  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#stirTimer);
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  start() {
    this.#isStopped = false;
    this.#wake();
  }

  /** Gives everything back but the avatars, which are the page's. */
  dispose() {
    this.stop();
    this.#listeners.abort();
    this.#look.dispose();
    this.#tags.dispose();
    this.#screen.dispose();
    this.#picture.dispose();
    this.#people.clear();
  }

  get #self() {
    for (const person of this.#people.values()) if (person.isSelf) return person;
    return null;
  }

  /** Seats are others, or elsewhere. */
  #arrange() {
    this.#seats = seatsOf(this.#arrangement).map((seat, i) => this.#moved.get(i) ?? seat);
    for (const person of this.#people.values()) {
      person.settle(this.#seats);
      this.#picture.change(person);
      person.isFresh = Boolean(person.state);
    }
    this.#isFurnished = false;
    this.#wake();
  }

  #placeSelf(person) {
    const now = performance.now();
    if (person.seat !== null) {
      if (this.#look.isStanding && now - this.#walkedAt < ownWay) {
        // The room has not heard yet that one stood up.
        person.seat = null;
      } else {
        this.#look.isStanding = false;
        return;
      }
    }
    if (person.place && !(this.#look.isStanding && now - this.#walkedAt < ownWay)) {
      const [x, , z, yaw] = person.place;
      this.#look.isStanding = true;
      this.#look.place = { x, z, yaw };
      this.#look.yaw = 0;
    }
    const { x, z, yaw } = this.#look.place;
    if (this.#look.isStanding) person.place = [x, 0, z, yaw];
  }

  #standUp() {
    const { eye, yaw } = this.#aim(), ahead = forwardOf(yaw);
    // Half a step back, out of the chair.
    this.#look.place = { x: eye[0] - 0.15 * ahead[0], z: eye[2] - 0.15 * ahead[2], yaw };
    this.#look.yaw = 0;
    this.#walk();
  }

  #walk() {
    const { x, z, yaw } = this.#look.place, place = [x, 0, z, yaw];
    this.#walkedAt = performance.now();
    const self = this.#self;
    if (self) {
      self.seat = null;
      self.place = place;
      self.settle(this.#seats);
    }
    this.#tell("walk", { place });
  }

  /** Where one looks from and to. */
  #aim() {
    if (this.#headset) {
      const { position, forward: [x, y, z] } = this.#headset;
      return { eye: [...position], yaw: Math.atan2(-x, -z), pitch: Math.asin(y) };
    }
    const look = this.#look, self = this.#self;
    if (look.isStanding) {
      const { x, z, yaw } = look.place;
      return { eye: [x, eyeHeight.standing, z], yaw, pitch: look.pitch };
    }
    const at = self?.isPlaced ? self.placement : { eyes: [0, eyeHeight.standing, 3.2], yaw: 0 };
    const pitch = look.pitch + viewOf(this.#arrangement).pitch;
    return { eye: [...at.eyes], yaw: at.yaw + look.yaw, pitch };
  }

  #wake() {
    this.#isChanged = true;
    if (this.#frame || this.#isStopped) return;
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now) {
    this.#frame = 0;
    // A headset asks for its pictures itself.
    if (this.#isStopped || this.#headset) return;
    const seconds = Math.min(0.1, Math.max(0, (now - this.#lastTick) / 1000));
    this.#lastTick = now;
    this.#look.step(seconds);
    if (!this.#isFurnished) this.#furnish();
    this.#aimView();
    this.#isChanged = false;
    const drawn = this.#picture.draw(this.#viewpoint, this.boundary, now / 1000);
    const { clientWidth, clientHeight } = this.#overlay;
    const view = this.#viewpoint.view(clientWidth, clientHeight);
    this.#tags.place(view, (person) => person.opacityFrom(this.#viewpoint.eye, this.boundary));
    this.#screen.place(view, clientWidth, clientHeight);
    if (drawn) this.dispatchEvent(new Event("picture"));
    this.#takeTurns();
    if (this.#look.isWalking) this.#wake();
    else this.#stir();
  }

  /** Surroundings that move are drawn again and again, where that is cheap. */
  #stir() {
    clearTimeout(this.#stirTimer);
    if (!this.#surroundings.isMoving || !this.#picture.isFast || this.#calm?.matches) return;
    this.#stirTimer = setTimeout(() => this.#wake(), stir - 17);
  }

  #furnish() {
    this.#isFurnished = true;
    this.#look.bounds = this.#surroundings.bounds;
    // Where the wearer's own room shows through, nothing stands in for it.
    const isPassthrough = this.#headset?.isPassthrough === true;
    const around = isPassthrough ? { ...this.#surroundings, background: null } : this.#surroundings;
    const meshes = isPassthrough ? [] : this.#surroundings.meshes;
    this.#picture.furnish(
      [...meshes, ...furnish(this.#arrangement, this.#seats, this.#surroundings)], around);
  }

  #aimView() {
    const viewpoint = this.#viewpoint, { eye: before, yaw, pitch } = viewpoint;
    const { width, height } = viewOf(this.#arrangement);
    Object.assign(viewpoint, this.#aim(), { width, height });
    const { clientWidth, clientHeight } = this.#canvas;
    this.#look.fieldOfView = viewpoint.fieldOfView(clientWidth / (clientHeight || 1));
    // Splats were ordered, or pictures drawn, for another view.
    const isOther = distance(before, viewpoint.eye) > 0.02 || (this.draws === "processor" &&
      Math.abs(yaw - viewpoint.yaw) + Math.abs(pitch - viewpoint.pitch) > 1e-4);
    if (isOther) for (const p of this.#people.values()) p.isFresh = Boolean(p.state);
    this.#shown = [...this.#people.values()].filter((p) => this.#isSeen(p));
  }

  #isSeen(person) {
    if (person.isSelf || !person.isPlaced) return false;
    if (this.#headset) return true;
    const { clientWidth, clientHeight } = this.#canvas;
    const at = projected(
      this.#viewpoint.view(clientWidth, clientHeight), person.placement.eyes, clientWidth,
      clientHeight);
    if (!at) return false;
    const around = 0.4 * at.scale;
    return at.x > -around && at.x < clientWidth + around && at.y > -around &&
      at.y < clientHeight + around;
  }

  /** Has those posed whose turn it is, while there are slots. */
  #takeTurns() {
    if (this.#isStopped || !this.#isFurnished) return;
    clearTimeout(this.#timer);
    const eye = this.#viewpoint.eye, people = [...this.#people.values()]
      .filter((p) => p.avatar && !p.isSelf && p.isPlaced && p.state);
    let free = this.#picture.slots - people.filter((p) => p.isPosing).length;
    const candidates = people.map((person) => ({
      person, isFresh: person.isFresh, isPosing: person.isPosing, asked: person.asked,
      distance: distance(person.placement.eyes, eye), speaking: person.speaking,
      isSeen: this.#shown.includes(person),
    }));
    while (free > 0) {
      const now = performance.now(), { next, wait } = nextTurn(candidates, now);
      if (!next) {
        if (Number.isFinite(wait)) this.#timer = setTimeout(() => this.#takeTurns(), wait + 1);
        return;
      }
      next.isPosing = true;
      this.#pose(next.person, now);
      free -= 1;
    }
  }

  async #pose(person, now) {
    person.isPosing = true;
    person.isFresh = false;
    person.asked = now;
    try {
      await this.#picture.pose(person, person.state, this.#viewpoint);
    } catch (error) {
      // An avatar that was closed is no longer shown anew; others are told.
      if (this.#people.get(person.participant) === person) {
        this.#tell("failure", { participant: person.participant, error });
      }
    } finally {
      person.isPosing = false;
    }
    if (this.#isStopped) return;
    this.#wake();
    this.#takeTurns();
  }

  #click({ clientX, clientY }) {
    const ray = this.#rayAt(clientX, clientY);
    const person = personAt(ray, [...this.#people.values()]);
    if (person) {
      this.#tell("person", { participant: person.participant });
      return;
    }
    const number = seatAt(ray, this.seats);
    if (number !== null) this.#tell("seat", { seat: number });
  }

  #hover({ clientX, clientY, pointerType, buttons }) {
    if (pointerType !== "mouse" || buttons !== 0) return;
    const ray = this.#rayAt(clientX, clientY);
    const isOver = personAt(ray, [...this.#people.values()]) !== null ||
      seatAt(ray, this.seats) !== null;
    this.#canvas.style.cursor = isOver ? "pointer" : "";
  }

  #rayAt(clientX, clientY) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return rayThrough(
      this.#viewpoint.view(width, height), clientX - left, clientY - top, width, height);
  }

  /** Says something with what belongs to it, also as `detail`. */
  #tell(name, detail) {
    this.dispatchEvent(Object.assign(new CustomEvent(name, { detail }), detail));
  }
}

const settable = new Set([
  "name", "seat", "place", "isSelf", "isMuted", "isVerified", "isConnected",
]);
