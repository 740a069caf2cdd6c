import { hasGraphicsProcessor } from "../../scene/graphics.js";
import { FlatPicture } from "./flat-picture.js";
import { GpuPicture } from "./gpu-picture.js";
import { Look } from "./look.js";
import { NameTags } from "./name-tags.js";
import { OwnPlace } from "./own-place.js";
import { People } from "./people.js";
import { Place } from "./place.js";
import { Pointing } from "./pointing.js";
import { Poses } from "./poses.js";
import { ScreenPanel } from "./screen-panel.js";
import { screenOf, viewOf } from "./seats.js";
import { clamp, distance } from "./vectors.js";
import { Viewpoint } from "./viewpoint.js";
import { WalkPad } from "./walk-pad.js";

/** Milliseconds between pictures of surroundings that move. */
const stir = 33;

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
  #poses;
  #look;
  #own;
  #tags;
  #screen;
  #pad;
  #pointing;
  #viewpoint = new Viewpoint();
  #people;
  #place;
  #frame = 0;
  #stirTimer = 0;
  #lastTick = 0;
  #isStopped = false;
  #isChanged = true;
  /** Whether it is known what is seen. */
  #isAimed = false;
  /** What the last picture was a view of. */
  #lastView = "";
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
    this.#picture.addEventListener("repose", () => this.#people.refresh());
    this.#place = new Place(this.#picture);
    this.#place.addEventListener("change", () => this.#wake());
    this.#place.addEventListener("failure", ({ error }) => this.#tell("failure", { error }));
    this.#poses = new Poses(this.#picture, {
      onposed: () => {
        this.#wake();
        this.#takeTurns();
      },
      onfailed: ({ participant }, error) => this.#tell("failure", { participant, error }),
    });
    this.#look = new Look(canvas);
    this.#own = new OwnPlace(this.#look);
    this.#pointing = new Pointing(canvas, this.#viewpoint);
    this.#tags = new NameTags(overlay);
    this.#people = new People(this.#picture, this.#tags, this.#own, this.#place.seating);
    this.#pad = new WalkPad(overlay, (right, ahead) => this.#look.pad(right, ahead));
    this.#screen = new ScreenPanel(overlay);
    this.#screen.hang(screenOf(this.arrangement));
    this.#look.addEventListener("change", () => this.#wake());
    this.#look.addEventListener("standup", () => {
      this.#own.standUp();
      this.#walk();
    });
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
    return this.#own.rest;
  }

  /**
   * Draws what a headset's eyes see, instead of the page's picture until `leaveHeadset`.
   * @param {object} frame of an `Immersion`
   * @param {boolean} [isPassthrough] whether the surroundings are the wearer's own
   */
  drawEyes({ views, target, head, time }, isPassthrough = false) {
    this.#own.headset = head;
    this.#place.isPassthrough = isPassthrough;
    this.#pointing.isAllAround = true;
    this.#furnish();
    this.#aimView();
    this.#picture.drawEyes(views, target, this.#viewpoint.eye, this.boundary, time / 1000);
    for (const person of this.#people.all) person.seen.take(person.shown, time);
    this.#takeTurns();
  }

  /** Where one may walk, metres. @returns {{x: [number, number], z: [number, number]}} */
  get bounds() {
    return this.#place.surroundings.bounds;
  }

  /**
   * Walks somewhere at once, as with a headset's thumbstick, but not out of the place.
   * @param {number[]} place x, y, z, yaw
   * @returns {number[]} x and z of where one has come to
   */
  walkTo([toX, , toZ, yaw]) {
    const x = clamp(toX, ...this.bounds.x), z = clamp(toZ, ...this.bounds.z);
    if (!this.#look.isStanding) this.#own.standUp();
    Object.assign(this.#look, { isStanding: true, place: { x, z, yaw }, yaw: 0 });
    this.#walk();
    return [x, z];
  }

  /** Draws the page's picture again. */
  leaveHeadset() {
    this.#own.headset = null;
    this.#place.isPassthrough = this.#pointing.isAllAround = false;
    this.#wake();
  }

  /** How it is drawn: "gpu" or "processor". */
  get draws() {
    return this.#picture instanceof FlatPicture ? "processor" : "gpu";
  }

  get surroundings() {
    return this.#place.name;
  }

  /** @param {string} name "darkness", "conference", "beach", "meadow" */
  set surroundings(name) {
    this.#place.surround(name);
  }

  /** Whether somebody's scene can be drawn here. */
  get canShowScenery() {
    return this.#picture.canShowScenery;
  }

  /** Somebody's scene instead of the surroundings that have a name; null without one. */
  get scenery() {
    return this.#place.scenery;
  }

  /** @param {import("./surroundings/own.js").PlacedScene | null} placed */
  set scenery(placed) {
    this.#place.scenery = placed;
  }

  /** While bare, faces are all that is drawn: what is around them takes long to prepare. */
  set isBare(on) {
    this.#place.isBare = on;
  }

  get arrangement() {
    return this.#place.seating.arrangement;
  }

  /** @param {import("./seats.js").Arrangement} name */
  set arrangement(name) {
    if (name === this.arrangement) return;
    this.#place.seating.arrange(name);
    this.#screen.hang(screenOf(name));
    this.#look.ahead();
    this.#arrange();
  }

  /**
   * "auto", or the picture's sides as a share of the display's pixels.
   * @param {"auto" | number} to
   */
  set quality(to) {
    this.#picture.quality = to;
  }

  /** The light of the surroundings, for whoever lights faces anew: see surroundings.js. */
  get light() {
    return this.#place.surroundings.light;
  }

  /** Whether one may walk. */
  get canWalk() {
    return this.#look.canWalk;
  }

  set canWalk(on) {
    this.#look.canWalk = on;
    this.#pad.isShown = on;
  }

  /**
   * Moves a seat, or puts it back.
   * @param {number} number
   * @param {import("./seats.js").Seat | null} place
   */
  setSeat(number, place) {
    this.#place.seating.move(number, place);
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
  setPerson(participant, person) {
    this.#people.set(participant, person);
    this.#wake();
  }

  /** @param {number | string} participant */
  removePerson(participant) {
    if (this.#people.remove(participant)) this.#wake();
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

  /** The state that is seen of somebody. @param {number | string} participant @returns {State | null} */
  seen(participant) {
    return this.#people.get(participant)?.seen.state ?? null;
  }

  /**
   * The time, by their clock, that is seen of somebody: in the mean over how long a picture stands.
   * @param {number | string} participant
   * @returns {number | null} seconds
   */
  seenTime(participant) {
    return this.#people.get(participant)?.seen.time(performance.now()) ?? null;
  }

  /** One's own head's pose, which turns one's ears. @param {State | null} state */
  setOwnHead(state) {
    const { person } = this.#own;
    this.#own.state = state;
    if (state) person?.placement.follow(state.head, 1 / 30);
  }

  /** One's own ears. @returns {{position: number[], forward: number[], up: number[]}} */
  get listener() {
    return this.#own.listener;
  }

  /**
   * @returns {{number: number, place: import("./seats.js").Seat, person: number | string | null,
   *   distance: number}[]}
   */
  get seats() {
    return this.#place.seating.list(this.#people.all, this.#own.aim(0).eye);
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
    const person = this.#people.get(participant);
    return person?.isPlaced ? this.#pointing.placeOf(person.eyes) : null;
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
    const isPosed = this.#shown.every((p) => !p.avatar || (!p.isFresh && !p.isPosing));
    return this.#place.isWhole && !this.#isChanged && isPosed && this.#picture.isSettled;
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
    this.#poses.stop();
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
    this.#pad.dispose();
    this.#screen.dispose();
    this.#picture.dispose();
    this.#people.clear();
    this.#place.close();
  }

  /** Seats are others, or elsewhere. */
  #arrange() {
    this.#people.arrange();
    this.#place.change();
  }

  #walk() {
    const place = this.#own.walk();
    this.#own.person?.settle(this.#place.seating.seats);
    this.#tell("walk", { place });
  }

  #wake() {
    this.#isChanged = true;
    if (this.#frame || this.#isStopped) return;
    this.#frame = requestAnimationFrame((now) => this.#tick(now));
  }

  #tick(now) {
    this.#frame = 0;
    // A headset asks for its pictures itself.
    if (this.#isStopped || this.#own.headset) return;
    const seconds = Math.min(0.1, Math.max(0, (now - this.#lastTick) / 1000));
    this.#lastTick = now;
    this.#look.step(seconds);
    this.#furnish();
    this.#aimView();
    this.#isChanged = false;
    if (this.#isVoid) {
      this.#takeTurns();
      return;
    }
    const time = this.#calm?.matches ? 0 : now / 1000;
    const drawn = this.#picture.draw(this.#viewpoint, this.boundary, time);
    const { clientWidth, clientHeight } = this.#overlay;
    const view = this.#viewpoint.view(clientWidth, clientHeight);
    this.#tags.place(view, (person) => person.opacityFrom(this.#viewpoint.eye, this.boundary));
    this.#screen.place(view, clientWidth, clientHeight);
    // Who was posed has been seen: now the next pose.
    const drawnAt = performance.now();
    for (const person of this.#people.all) {
      person.isWaiting = false;
      if (drawn) person.seen.take(person.shown, drawnAt);
    }
    if (drawn) this.dispatchEvent(new Event("picture"));
    this.#takeTurns();
    if (this.#look.isWalking) this.#wake();
    else this.#stir();
  }

  /** Whether there is nothing to draw yet: while bare, faces alone are. */
  get #isVoid() {
    return this.#place.isBare && !this.#people.all.some((p) => p.avatar && p.shown);
  }

  /** Surroundings that move are drawn again and again, where that is cheap. */
  #stir() {
    clearTimeout(this.#stirTimer);
    if (!this.#place.surroundings.isMoving || !this.#picture.isFast || this.#calm?.matches) return;
    this.#stirTimer = setTimeout(() => this.#wake(), stir - 17);
  }

  #furnish() {
    this.#look.bounds = this.bounds;
    this.#place.furnish();
    this.#isAimed = true;
  }

  #aimView() {
    const viewpoint = this.#viewpoint, { clientWidth, clientHeight } = this.#canvas;
    const before = viewpoint.eye;
    const { width, height, pitch: down } = viewOf(this.arrangement);
    Object.assign(viewpoint, this.#own.aim(down), { width, height });
    this.#look.fieldOfView = viewpoint.fieldOfView(clientWidth / (clientHeight || 1));
    // Splats were ordered for another eye, or pictures drawn for another view.
    const key = [viewpoint.yaw, viewpoint.pitch, width, clientWidth, clientHeight].join();
    const isOther = distance(before, viewpoint.eye) > 0.02 ||
      (this.draws === "processor" && key !== this.#lastView);
    this.#lastView = key;
    if (isOther) this.#people.refresh();
    this.#shown = this.#people.all.filter((p) => this.#pointing.sees(p));
  }

  #takeTurns() {
    if (this.#isStopped || !this.#isAimed) return;
    this.#poses.run(this.#people.all, this.#shown, this.#viewpoint);
  }

  #click(event) {
    const { person, seat } = this.#pointing.under(event, this.#people.all, this.seats);
    if (person) this.#tell("person", { participant: person.participant });
    else if (seat !== null) this.#tell("seat", { seat });
  }

  #hover(event) {
    if (event.pointerType !== "mouse" || event.buttons !== 0) return;
    const { person, seat } = this.#pointing.under(event, this.#people.all, this.seats);
    this.#canvas.style.cursor = person || seat !== null ? "pointer" : "";
  }

  /** Says something with what belongs to it, also as `detail`. */
  #tell(name, detail) {
    this.dispatchEvent(Object.assign(new CustomEvent(name, { detail }), detail));
  }
}
