/**
 * All lines to the others in a room: direct ones where there are, the server's relay for the rest.
 *
 * Until a direct path is found, and where none is, packets go through the server: nobody waits for a
 * path. Events: "packet" {from, kind, payload, isDirect}, "voice" {participant, stream, receiver},
 * "screen" {participant, stream}, "path" {participant, isDirect}.
 */
import { Pair } from "./pair.js";

export class Lines extends EventTarget {
  #connection;
  /** @type {Map<number, Pair>} */
  #pairs = new Map();
  /** @type {RTCIceServer[]} */
  #ice = [];
  #limit = 8;
  #voice = /** @type {MediaStreamTrack | null} */ (null);
  #screen = /** @type {MediaStreamTrack | null} */ (null);
  #isRelayOnly;

  /**
   * @param {import("./connection.js").RoomConnection} connection
   * @param {{isRelayOnly?: boolean}} [options]
   */
  constructor(connection, { isRelayOnly = false } = {}) {
    super();
    this.#connection = connection;
    this.#isRelayOnly = isRelayOnly || !("RTCPeerConnection" in globalThis);
    connection.addEventListener("anew", ({ detail }) => {
      this.#closeAll();
      this.#configure(detail);
    });
    connection.addEventListener("welcome", ({ detail }) => {
      this.#configure(detail);
      // A server that was restarted knows of no direct paths.
      this.#said = "";
      this.#update();
    });
    connection.addEventListener("packet", ({ detail }) => {
      this.#tell("packet", { ...detail, isDirect: false });
    });
    connection.addEventListener("signal", ({ detail: { from, data } }) => {
      if (typeof data?.session === "string") this.#pairFor(from, data.session)?.receive(data);
    });
    connection.state.addEventListener("change", ({ detail: { key } }) => {
      if (key.startsWith("person/")) this.#update();
    });
  }

  #configure(/** @type {any} */ { ice = [], directLimit = 8 }) {
    this.#ice = ice;
    this.#limit = directLimit;
  }

  /** The pair with a participant, if there is one. @param {number} participant */
  pair(participant) {
    return this.#pairs.get(participant);
  }

  /** Whether packets to a participant go directly. @param {number} participant */
  isDirect(participant) {
    return this.#pairs.get(participant)?.isDirect ?? false;
  }

  /** How many people are reached only through the server. */
  get relayed() {
    return this.#others().filter(({ participant }) => !this.isDirect(participant)).length;
  }

  /** Sends to everyone. @param {number} kind @param {Uint8Array} payload */
  broadcast(kind, payload) {
    for (const pair of this.#pairs.values()) pair.send(kind, payload);
    if (this.relayed > 0) this.#connection.send(kind, payload);
  }

  /** Sends to one. @param {number} participant @param {number} kind @param {Uint8Array} payload */
  send(participant, kind, payload) {
    const pair = this.#pairs.get(participant);
    if (!pair?.send(kind, payload)) this.#connection.send(kind, payload, participant);
  }

  /** @param {MediaStreamTrack | null} track */
  setVoice(track) {
    this.#voice = track;
    for (const pair of this.#pairs.values()) pair.setVoice(track);
  }

  /** @param {MediaStreamTrack | null} track */
  setScreen(track) {
    this.#screen = track;
    for (const pair of this.#pairs.values()) pair.setScreen(track);
  }

  close() {
    this.#closeAll();
  }

  #others() {
    const me = this.#connection.participant;
    return this.#connection.state.people.filter((person) => person.participant !== me);
  }

  /** Pairs for who is there, none for who is not; none at all in a room that is too large. */
  #update() {
    if (this.#connection.participant === null) return;
    const others = this.#others();
    const wanted = new Set(
      others.length + 1 <= this.#limit ? others.map(({ participant }) => participant) : []);
    for (const participant of [...this.#pairs.keys()]) {
      if (!wanted.has(participant)) this.#drop(participant);
    }
    for (const participant of wanted) {
      if (!this.#pairs.has(participant)) this.#makePair(participant);
    }
    this.#sayDirect();
  }

  /** The pair that a signal belongs to: another one when the other end began anew. */
  #pairFor(/** @type {number} */ participant, /** @type {string} */ session) {
    const pair = this.#pairs.get(participant);
    if (!pair) return this.#makePair(participant);
    if (pair.isFresh || pair.remoteSession === session) return pair;
    this.#drop(participant);
    return this.#makePair(participant);
  }

  #makePair(/** @type {number} */ participant) {
    if (this.#isRelayOnly || this.#connection.participant === null) return null;
    const pair = new Pair({
      ice: this.#ice, isPolite: this.#connection.participant > participant, voice: this.#voice,
    });
    this.#pairs.set(participant, pair);
    pair.addEventListener("signal", ({ detail }) => {
      this.#connection.tell({ t: "signal", to: participant, data: detail });
    });
    pair.addEventListener("packet", ({ detail }) => {
      this.#tell("packet", { from: participant, ...detail, isDirect: true });
    });
    pair.addEventListener("direct", ({ detail }) => {
      this.#sayDirect();
      this.#tell("path", { participant, isDirect: detail.isDirect });
    });
    for (const name of ["voice", "screen"]) {
      pair.addEventListener(name, ({ detail }) => this.#tell(name, { participant, ...detail }));
    }
    if (this.#screen) pair.setScreen(this.#screen);
    pair.greet();
    return pair;
  }

  #said = "";

  /** Tells the server whom it need not relay to. */
  #sayDirect() {
    const to = [...this.#pairs].filter(([, pair]) => pair.isDirect).map(([number]) => number);
    const words = JSON.stringify([this.#connection.state.get("room")?.id, to]);
    if (words === this.#said) return;
    this.#said = words;
    this.#connection.tell({ t: "direct", to });
  }

  #drop(/** @type {number} */ participant) {
    this.#pairs.get(participant)?.close();
    this.#pairs.delete(participant);
    this.#tell("path", { participant, isDirect: false });
  }

  #closeAll() {
    this.#said = "";
    for (const participant of [...this.#pairs.keys()]) this.#drop(participant);
  }

  #tell(/** @type {string} */ name, /** @type {any} */ detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
