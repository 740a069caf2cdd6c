/**
 * A room without its page: who is there, what comes and goes. The page gives a scene to show it in.
 *
 *     server ⇄ RoomConnection ─▶ RoomState ─▶ people in the scene
 *     others ⇄ Lines ─▶ Other ─▶ states at their time, voices at their mouths
 *     camera, microphone ─▶ Myself ─▶ Lines
 *
 * Events: "people", "room", "chat" {…}, "status" {status}, "refused" {code, detail}, "trouble"
 * {error}, "screen" {participant, stream}, "faces" (those who were here have appeared).
 */
import { coreModule, loadCore } from "../core/core.js";
import { now, origin } from "./clock.js";
import { Lines } from "./lines.js";
import { Myself } from "./myself.js";
import { Other } from "./other.js";
import { kind, placeBytes, placeOf } from "./packets.js";
import { canRelayVoice, VoiceSender } from "./relay-voice.js";
import { Voices } from "./voices.js";

/** Milliseconds between places sent while walking. */
const placeEvery = 80;
/** Milliseconds between looks at how late sound plays. */
const measureEvery = 2000;
/** Milliseconds for which everything else waits for the faces of who is here. */
const facesFirst = 2500;
/** Milliseconds until a picture that was drawn is seen. */
const facesSeen = 200;

export class RoomSession extends EventTarget {
  connection;
  lines;
  voices;
  me;
  people;
  avatars;
  core;
  /** Whether one's own microphone shall not hear the others. */
  cancelsEcho;
  /** @type {Map<number, Other>} */
  others = new Map();
  roomId;
  /** "joining", "lobby", "here", "returning" or "left". */
  status = "joining";

  #scene;
  #frame = 0;
  #relayVoice;
  #lastPlace = 0;
  #place = [0, 0, 0, 0];
  #placeTimer = 0;
  #isDisposed = false;

  /**
   * @param {object} options
   * @param {import("./people.js").People} options.people
   * @param {string} options.room
   * @param {import("./connection.js").RoomConnection} options.connection held back
   * @param {import("./avatars.js").Avatars} options.avatars
   * @param {any} options.scene a `RoomScene`
   * @param {boolean} [options.isRelayOnly]
   * @param {boolean} [options.cancelsEcho]
   */
  static async open(options) {
    return new RoomSession(options, await loadCore(await coreModule()));
  }

  /** Use `open`. @param {any} options @param {import("../core/core.js").Core} core */
  constructor({
    people, room, connection, avatars, scene, isRelayOnly = false, cancelsEcho = true,
  }, core) {
    super();
    this.core = core;
    this.roomId = room;
    this.people = people;
    this.avatars = avatars;
    this.connection = connection;
    this.#scene = scene;
    this.lines = new Lines(this.connection, { isRelayOnly });
    this.voices = new Voices();
    this.me = new Myself(this);
    this.#relayVoice = new VoiceSender((payload) => {
      if (this.lines.relayed > 0) this.connection.send(kind.voice, payload);
    });
    this.voices.start().catch((error) => this.#tell("trouble", { error }));
    this.cancelsEcho = cancelsEcho;
    this.#listen();
  }

  /** Takes part: what the room has said so far, and what it says from now on. */
  start() {
    this.#scene.isBare = true;
    this.connection.listen();
    this.#measuring = setInterval(() => this.voices.measure(), measureEvery);
    this.#frame = requestAnimationFrame(() => this.#run());
  }

  #measuring = 0;

  /** Leaves, and gives everything back. */
  async leave() {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#placeTimer);
    clearInterval(this.#measuring);
    this.connection.close();
    this.me.close();
    this.#relayVoice.stop();
    this.lines.close();
    for (const participant of [...this.others.keys()]) this.#remove(participant);
    await this.voices.close();
    this.#setStatus("left");
  }

  /** What the room says of oneself; null before one is in. */
  get self() {
    return this.connection.state.get(`person/${this.connection.participant}`) ?? null;
  }

  /** What the room says of itself. */
  get room() {
    return this.connection.state.get("room") ?? null;
  }

  /** The room's time: the server's clock, milliseconds since 1970. */
  get time() {
    return Date.now() + this.#clockOffset;
  }

  #clockOffset = 0;

  get isModerator() {
    return this.self?.role === "moderator";
  }

  /** Says something to the server; a refusal is told as trouble. @param {any} message */
  async say(message) {
    try {
      await this.connection.say(message);
      return true;
    } catch (error) {
      this.#tell("trouble", { error });
      return false;
    }
  }

  /** The time, by their clock, of the state that is seen of somebody. @param {number} participant */
  seenTime(participant) {
    return this.#scene.seenTime(participant);
  }

  /** One's own walking. @param {number[]} place x, y, z, yaw */
  walk(place) {
    this.#place = place;
    if (this.#placeTimer) return;
    const wait = Math.max(0, placeEvery - (performance.now() - this.#lastPlace));
    this.#placeTimer = setTimeout(() => this.#sendPlace(), wait);
  }

  /** Sends where one is now: the last step of a walk too. */
  #sendPlace() {
    this.#placeTimer = 0;
    this.#lastPlace = performance.now();
    if (this.self && this.self.seat !== null) {
      this.say({ t: "stand", place: this.#place });
      return;
    }
    const bytes = placeBytes(this.#place);
    this.lines.broadcast(kind.place, bytes);
    // Whoever comes later learns it from the server, whoever else it reaches.
    if (this.lines.relayed === 0) this.connection.send(kind.place, bytes);
  }

  /** Shares a screen with everyone, or ends that. @param {MediaStream | null} stream */
  async shareScreen(stream) {
    if (stream && !(await this.say({ t: "screen", on: true }))) {
      for (const track of stream.getTracks()) track.stop();
      return false;
    }
    const [track = null] = stream?.getVideoTracks() ?? [];
    this.lines.setScreen(track);
    if (!stream) this.say({ t: "screen", on: false });
    return true;
  }

  #listen() {
    const { connection, lines, me } = this;
    connection.addEventListener("anew", () => {
      for (const number of [...this.others.keys()]) this.#remove(number);
    });
    connection.addEventListener("welcome", ({ detail }) => {
      if (Number.isFinite(detail.time)) this.#clockOffset = detail.time - Date.now();
      this.#setStatus("here");
      for (const person of connection.state.people) this.#update(person);
      for (const each of detail.chat ?? []) this.#tell("chat", { ...each, isOld: true });
      this.#sayVoice();
      setTimeout(() => this.#showPlace(), facesFirst);
    });
    connection.addEventListener("lobby", () => this.#setStatus("lobby"));
    connection.addEventListener("lost", () => this.#setStatus("returning"));
    connection.addEventListener("refused", ({ detail }) => {
      this.#tell("refused", detail);
      this.leave();
    });
    connection.addEventListener("chat", ({ detail }) => this.#tell("chat", detail));
    connection.addEventListener("signal", ({ detail: { from, data } }) => {
      if (data?.origin !== undefined) this.others.get(from)?.greet(data);
    });
    connection.state.addEventListener("change", ({ detail }) => this.#takeChange(detail));
    lines.addEventListener("packet", ({ detail }) => this.#receive(detail));
    lines.addEventListener("voice", ({ detail: { participant, stream, receiver } }) => {
      this.others.get(participant)?.setVoice(stream, receiver);
    });
    lines.addEventListener("screen", ({ detail }) => this.#tell("screen", detail));
    lines.addEventListener("path", ({ detail: { participant, isDirect } }) => {
      const other = this.others.get(participant);
      if (other) other.isDirect = isDirect;
      this.#relay();
      this.#tell("people");
    });
    me.addEventListener("voice", () => {
      lines.setVoice(me.microphone);
      this.#relayVoice.stop();
      this.#relay();
      this.#sayVoice();
    });
    me.addEventListener("state", ({ detail: { state } }) => this.#scene.setOwnHead?.(state));
    me.addEventListener("trouble", ({ detail }) => this.#tell("trouble", detail));
  }

  #takeChange(/** @type {any} */ { key, value }) {
    if (key === "room") {
      if (!value) return;
      this.#scene.arrangement = value.arrangement;
      this.#dress();
      this.#tell("room");
    } else if (key.startsWith("seat/")) {
      this.#scene.setSeat(Number(key.slice(5)), value ?? null);
      this.#tell("room");
    } else if (key.startsWith("person/")) {
      if (value) this.#update(value);
      else this.#remove(Number(key.slice(7)));
      this.#tell("people");
    } else {
      this.#tell("people");
    }
  }

  /** Surroundings are made after the faces, which people came for. */
  #dress() {
    if (!this.#hasFaces || !this.room) return;
    this.#scene.surroundings = this.room.surroundings;
    this.voices.setSurroundings(this.room.surroundings);
  }

  #hasFaces = false;

  #lookForFaces() {
    if (this.#areFacesPosed || this.status !== "here") return;
    const isAwaited = ([number, other]) => {
      const { avatar, isConnected, isCompanion } = other.person;
      if (isConnected === false || isCompanion) return false;
      return (avatar && !this.#scene.isShown(number)) || !other.canBeHeard;
    };
    if ([...this.others].some(isAwaited)) return;
    this.#areFacesPosed = true;
    // They are seen when the page's thread is free for a moment.
    setTimeout(() => this.#showPlace(), this.others.size > 0 ? facesSeen : 0);
  }

  #areFacesPosed = false;

  #showPlace() {
    if (this.#hasFaces || this.#isDisposed) return;
    this.#hasFaces = true;
    this.#dress();
    this.#scene.isBare = false;
    this.#tell("faces");
  }

  #update(/** @type {any} */ person) {
    const { participant } = person;
    const isSelf = participant === this.connection.participant;
    if (this.connection.participant === null) return;
    if (!isSelf && !this.others.has(participant)) {
      const other = new Other(this, person);
      this.others.set(participant, other);
      other.isDirect = this.lines.isDirect(participant);
      other.addEventListener("avatar", () => this.#stage(participant));
      other.addEventListener("whole", () => this.#stage(participant));
      other.addEventListener("trust", () => this.#stage(participant));
      other.addEventListener("trouble", ({ detail }) => this.#tell("trouble", detail));
      this.connection.tell({ t: "signal", to: participant, data: { origin } });
      this.#relay();
    } else if (!isSelf) {
      this.others.get(participant).update(person);
    }
    if (isSelf) this.connection.role = person.role;
    this.#stage(participant);
  }

  /** Puts a person into the scene as they are now. */
  #stage(/** @type {number} */ participant) {
    const person = this.connection.state.get(`person/${participant}`);
    if (!person || (person.isCompanion && this.others.has(participant))) return;
    // Who has lost the line keeps their seat for a minute, and is no ghost in it.
    if (person.isConnected === false && this.others.has(participant)) {
      this.#scene.removePerson(participant);
      this.#tell("people");
      return;
    }
    const other = this.others.get(participant);
    this.#scene.setPerson(participant, {
      ...person, avatar: other?.avatar ?? null, isSelf: !other,
      isMuted: person.isMuted || !person.hasVoice, isVerified: other?.trust !== "unverified",
    });
    this.#tell("people");
  }

  #remove(/** @type {number} */ participant) {
    this.others.get(participant)?.close();
    this.others.delete(participant);
    this.#scene.removePerson(participant);
    this.#relay();
  }

  #receive(/** @type {any} */ packet) {
    const other = this.others.get(packet.from);
    if (!other) return;
    if (packet.kind === kind.place) {
      const place = placeOf(packet.payload);
      if (place && other.person.seat === null) {
        this.#scene.setPerson(packet.from, { ...other.person, ...this.#marks(other), place });
      }
      return;
    }
    other.receive(packet);
  }

  #marks(/** @type {Other} */ other) {
    return {
      avatar: other.avatar, isSelf: false, isVerified: other.trust !== "unverified",
      isMuted: other.person.isMuted || !other.person.hasVoice,
    };
  }

  /** One's voice goes through the server while somebody has no direct path. */
  #relay() {
    const track = this.me.microphone;
    const isNeeded = track !== null && this.lines.relayed > 0 && canRelayVoice;
    if (isNeeded && !this.#relayVoice.isOn) {
      this.#relayVoice.start(track, this.voices.context)
        .catch((error) => this.#tell("trouble", { error }));
    } else if (!isNeeded && this.#relayVoice.isOn) {
      this.#relayVoice.stop();
    }
  }

  #sayVoice() {
    this.connection.tell({ t: "voice", on: this.me.isMicrophoneOn });
  }

  #run() {
    this.#frame = requestAnimationFrame(() => this.#run());
    this.show();
  }

  /** Once for each picture, of the page or of a headset: states at their time, voices at their mouths. */
  show() {
    for (const [participant, other] of this.others) {
      const state = other.stream.show();
      if (other.person.isCompanion) {
        this.#takeFace(state);
        other.stream.answer();
        continue;
      }
      if (state) this.#scene.show(participant, state);
      const mouth = this.#scene.mouthOf(participant);
      if (mouth) other.place(mouth);
      this.#scene.setSpeaking(participant, other.person.isMuted ? 0 : other.level);
      other.stream.answer();
    }
    this.voices.setListener(this.#scene.listener);
    this.#lookForFaces();
  }

  /** The face that one's other device sees, as if a camera here did; once each. */
  #takeFace(/** @type {any} */ state) {
    if (!state || state.time === this.#faceTime || this.me.isCameraOn) return;
    this.#faceTime = state.time;
    this.me.offerState({ ...state, time: now() });
  }

  #faceTime = -1;

  /** Who is here, without devices that only help. */
  get roster() {
    return this.connection.state.people.filter((person) => !person.isCompanion);
  }

  #setStatus(/** @type {string} */ status) {
    this.status = status;
    this.#tell("status", { status });
  }

  #tell(/** @type {string} */ name, /** @type {any} */ detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
