/** Another participant: their avatar, states, voice, and whether they are who they say. */
import { bytesOf } from "./bytes.js";
import { now } from "./clock.js";
import { belongsTo } from "./device-key.js";
import { DriverCheck } from "./driver-check.js";
import { LipSync, playedTime } from "./lip-sync.js";
import { kind } from "./packets.js";
import { canRelayVoice, VoiceReceiver } from "./relay-voice.js";
import { StreamIn } from "./stream-in.js";

/** Seconds until a picture that was drawn is seen: a display's frame. */
const displayTime = 0.016;
/** Milliseconds between looks at lips and voice. */
const lookEvery = 500;

export class Other extends EventTarget {
  /** What the room says of them. @type {any} */
  person;
  /** @type {import("../core/avatar.js").RemoteAvatar | null} */
  avatar = null;
  stream;
  lips = new LipSync();

  #session;
  #voice;
  #avatarId = "";
  #key = "";
  #isForeign = false;
  #receiver = /** @type {RTCRtpReceiver | null} */ (null);
  #directStream = /** @type {MediaStream | null} */ (null);
  #relay = /** @type {VoiceReceiver | null} */ (null);
  #openingRelay = /** @type {Promise<any> | null} */ (null);
  #isDirect = false;
  /** When their clock was zero, in milliseconds since 1970. @type {number | null} */
  #origin = null;
  #looking = 0;

  /**
   * @param {any} session a `RoomSession`
   * @param {any} person
   */
  constructor(session, person) {
    super();
    this.#session = session;
    this.person = person;
    this.stream = new StreamIn(session.core, session.lines, person.participant);
    this.#voice = session.voices.voice(person.participant);
    this.update(person);
    this.#looking = setInterval(() => this.#look(), lookEvery);
  }

  /** Takes what the room says now. @param {any} person */
  update(person) {
    this.person = person;
    // One's own other device brings a face, not itself.
    const id = person.isCompanion ? "" : person.avatar?.id ?? "";
    if (id !== this.#avatarId) this.#open(id, person.avatar);
    if (person.key !== this.#key) this.#identify(person);
    this.#voice.volume = person.isMuted || !person.hasVoice || person.isCompanion ? 0 : 1;
  }

  /** @param {any} packet */
  receive({ kind: what, payload, isDirect }) {
    if (what === kind.datagram) this.stream.receive(payload);
    else if (what === kind.voice && !isDirect) this.#hear(payload);
  }

  /** What their page says of itself. @param {any} data */
  greet({ origin }) {
    if (Number.isFinite(origin)) this.#origin = origin;
  }

  /** A voice over a direct path. @param {MediaStream} stream @param {RTCRtpReceiver} receiver */
  setVoice(stream, receiver) {
    this.#directStream = stream;
    this.#receiver = receiver;
    if (this.#isDirect) this.#useDirect();
  }

  /** Whether there is a direct path. */
  set isDirect(on) {
    if (on === this.#isDirect) return;
    this.#isDirect = on;
    if (on && this.#directStream) this.#useDirect();
    else if (!on && this.#relay) this.#useRelay();
  }

  get isDirect() {
    return this.#isDirect;
  }

  /** Whether their voice has found its way, if they speak at all. */
  get canBeHeard() {
    if (!this.person.hasVoice || this.person.isMuted) return true;
    return this.#isDirect ? this.#directStream !== null : (this.#relay?.playing ?? null) !== null;
  }

  /** How loud they are, 0…1. */
  get level() {
    return this.#voice.level;
  }

  /** How loud they are just now, unsmoothed. */
  get loudness() {
    return this.#voice.loudness;
  }

  /** @param {{position: number[], forward: number[]}} mouth */
  place(mouth) {
    this.#voice.place(mouth);
  }

  close() {
    clearInterval(this.#looking);
    this.#key = "";
    this.stream.close();
    this.avatar?.close();
    this.#relay?.close();
    this.#session.voices.remove(this.person.participant);
  }

  /** "unknown", "verified", or "unverified": somebody else may drive. */
  get trust() {
    return this.#isForeign ? "unverified" : this.stream.check?.verdict ?? "unknown";
  }

  /** Looks whether a key is this person's, and has their states judged by it. */
  async #identify(/** @type {any} */ { person, key, devices = [] }) {
    this.#key = key;
    const changed = () => this.dispatchEvent(new Event("trust"));
    const isTheirs = await belongsTo(person, key, devices).catch(() => false);
    if (key !== this.#key) return;
    this.#isForeign = !isTheirs;
    this.stream.check?.close();
    this.stream.check = isTheirs ? new DriverCheck({
      key: bytesOf(key), room: this.#session.roomId, time: () => this.#session.time,
    }, changed) : null;
    changed();
  }

  async #open(/** @type {string} */ id, /** @type {any} */ reference) {
    this.#avatarId = id;
    this.avatar?.close();
    this.avatar = null;
    this.dispatchEvent(new Event("avatar"));
    if (!id) return;
    try {
      const avatar = await this.#session.avatars.open(reference);
      if (id !== this.#avatarId) {
        avatar.close();
        return;
      }
      this.avatar = avatar;
      this.dispatchEvent(new Event("avatar"));
      avatar.whole.then(() => this.dispatchEvent(new Event("whole")), () => {});
    } catch (error) {
      if (id === this.#avatarId) {
        this.dispatchEvent(new CustomEvent("trouble", { detail: { error } }));
      }
    }
  }

  async #hear(/** @type {Uint8Array} */ payload) {
    if (!canRelayVoice) return;
    if (!this.#relay) {
      this.#openingRelay ??= VoiceReceiver.open(this.#session.voices.context);
      this.#relay = await this.#openingRelay;
      if (!this.#isDirect || !this.#directStream) this.#useRelay();
    }
    this.#relay.receive(payload);
  }

  #useDirect() {
    this.#voice.setStream(this.#directStream);
  }

  #useRelay() {
    this.#voice.setStream(null);
    this.#voice.setSource(this.#relay.source);
  }

  /** The sender's time of what is heard now, in seconds of their clock. */
  #heard() {
    const { voices } = this.#session;
    const late = this.#voice.delay + voices.latency;
    if (this.#isDirect && this.#receiver && this.#origin !== null) {
      const time = playedTime(this.#receiver, this.#origin);
      return time === null ? null : time - late;
    }
    const relay = this.#relay;
    if (!relay || relay.playing === null) return null;
    return relay.playing + (voices.context.currentTime - relay.playingAt) - late;
  }

  #look() {
    const { shown } = this.stream;
    const isMoving = shown && shown.concealed < 0.3 && now() - this.stream.heard < 1;
    const seen = this.#session.seenTime(this.person.participant);
    this.lips.look(this.#heard(), isMoving && seen !== null ? seen - displayTime : null);
    this.#voice.approachDelay(this.lips.voiceDelay);
    this.stream.extraDelay = this.lips.pictureDelay;
  }
}
