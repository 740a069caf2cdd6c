/**
 * The line to the server: joins, comes back by itself, keeps the room's state, carries packets.
 *
 * Events: "anew" {ice, directLimit} (before a welcome as somebody whom the others do not know yet),
 * "welcome" {participant, role, chat, ice, directLimit, isReturn}, "lobby", "refused" {code, detail}
 * (nothing more comes), "lost" (coming back is tried), "chat", "signal" {from, data}, "packet" {from,
 * kind, payload}.
 */
import { everyone, fromServer, toServer } from "./packets.js";
import { RoomState } from "./room-state.js";

/** Milliseconds before the second, third, … attempt to come back; each is shortened by chance. */
const waits = [200, 400, 800, 1600, 3000, 5000];
/** Milliseconds of silence after which the line is taken for dead. */
const silence = 9000;
/** Milliseconds between pings. */
const pingEvery = 2500;
/** Bytes that may wait to be sent before packets are left out. */
const backlog = 32768;

/** The close code of who leaves for good: the server keeps no seat for them. */
const leaving = 1000;
/** Close codes after which coming back is of no use. */
const finalCodes = new Set([4403, 4404, 4409]);

/** What the server refused: its message is for people. */
export class Refused extends Error {
  /** @param {{code?: string, detail?: string}} answer */
  constructor({ code = "refused", detail = "The server refused that." }) {
    super(detail);
    this.code = code;
  }
}

export class RoomConnection extends EventTarget {
  state = new RoomState();
  /** One's own number; null until welcomed. @type {number | null} */
  participant = null;
  /** "guest", "member" or "moderator". */
  role = "guest";
  /** Milliseconds there and back, median of the last pings; null before the first. */
  roundTrip = /** @type {number | null} */ (null);

  #room;
  #join;
  #makeSocket;
  /** @type {WebSocket | null} */
  #socket = null;
  #secret = "";
  #attempt = 0;
  #isClosed = false;
  /** What came before anybody listened; null once somebody does. @type {any[] | null} */
  #kept = null;
  /** @type {(message: any) => void} */
  #peek = () => {};
  /** Why it ended before anybody listened. @type {any} */
  #ended = null;
  #lastHeard = 0;
  #timers = { ping: 0, retry: 0 };
  #nextId = 1;
  /** @type {Map<number, {resolve: () => void, reject: (error: Error) => void}>} */
  #asked = new Map();
  /** @type {number[]} */
  #trips = [];

  /**
   * @param {string} room
   * @param {() => Promise<object>} join what to join with: token, invite, name, avatar; asked each
   *   time, as tokens end
   * @param {(url: string) => WebSocket} [makeSocket]
   */
  constructor(room, join, makeSocket = defaultSocket) {
    super();
    this.#room = room;
    this.#join = join;
    this.#makeSocket = makeSocket;
  }

  /** Whether one is in the room just now. */
  get isOpen() {
    return this.#socket?.readyState === 1 && this.participant !== null && !this.#isReturning;
  }

  #isReturning = false;
  /** Whether this socket has let one in. */
  #isWelcomed = false;
  /** What the server refused last on this socket, without being asked. @type {any} */
  #refusal = null;

  /**
   * Tells nothing until `listen` is called, so that the line can be opened before the page is there.
   * @param {(message: any) => void} [peek] sees the messages meanwhile
   */
  hold(peek = () => {}) {
    this.#kept = [];
    this.#peek = peek;
  }

  /** Tells what was held back, and what comes from now on. */
  listen() {
    const kept = this.#kept ?? [];
    this.#kept = null;
    for (const data of kept) this.#take(data);
    if (this.#ended) this.dispatchEvent(new CustomEvent("refused", { detail: this.#ended }));
  }

  /** Joins; answers come as events. */
  open() {
    this.#isClosed = false;
    this.#connect();
  }

  /** Leaves for good. */
  close() {
    this.#isClosed = true;
    this.#drop(leaving);
    for (const { reject } of this.#asked.values()) reject(new Error("The room was left."));
    this.#asked.clear();
  }

  /** The network is back, or the page is shown again: do not wait. */
  hurry() {
    if (this.#isClosed || this.#socket) return;
    this.#attempt = 0;
    this.#connect();
  }

  /**
   * Says something to the server.
   * @param {{t: string, [name: string]: any}} message
   * @returns {Promise<void>} done
   * @throws {Refused}
   */
  say(message) {
    if (this.#socket?.readyState !== 1) {
      return Promise.reject(new Error("There is no connection to the room just now."));
    }
    const id = this.#nextId++;
    this.#socket.send(JSON.stringify({ ...message, id }));
    return new Promise((resolve, reject) => { this.#asked.set(id, { resolve, reject }); });
  }

  /** Says something that needs no answer, if there is a line. @param {{t: string, [name: string]: any}} message */
  tell(message) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  /**
   * Sends a packet through the server. One that would wait behind others is left out.
   * @param {number} kind
   * @param {Uint8Array} payload
   * @param {number} [to]
   * @returns {boolean} whether it went
   */
  send(kind, payload, to = everyone) {
    if (!this.isOpen || this.#socket.bufferedAmount > backlog) return false;
    this.#socket.send(toServer(kind, to, payload));
    return true;
  }

  #connect() {
    clearTimeout(this.#timers.retry);
    // The line opens while the token is on its way.
    const joining = this.#join();
    joining.catch(() => {});
    const address = new URL(`/api/rooms/${this.#room}/socket`, globalThis.location?.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = this.#makeSocket(address.href);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#isWelcomed = false;
    this.#refusal = null;
    this.#lastHeard = performance.now();
    socket.onopen = () => this.#enter(socket, joining);
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      this.#lastHeard = performance.now();
      if (!this.#kept) {
        this.#take(data);
        return;
      }
      const message = typeof data === "string" ? JSON.parse(data) : null;
      if (message?.t === "refused") this.#hear(message);
      else this.#kept.push(data);
      if (message) this.#peek(message);
    };
    socket.onclose = ({ code }) => {
      if (socket === this.#socket) this.#lose(finalCodes.has(code));
    };
    clearInterval(this.#timers.ping);
    this.#timers.ping = setInterval(() => this.#ping(), pingEvery);
  }

  async #enter(/** @type {WebSocket} */ socket, /** @type {Promise<object>} */ joining) {
    let join;
    try {
      join = await joining;
    } catch (error) {
      if (socket !== this.#socket) return;
      // Without the server there is no token either.
      if (/** @type {any} */ (error).status > 0) {
        this.#end({ code: "not-proven", detail: /** @type {Error} */ (error).message });
      } else {
        this.#lose(false);
      }
      return;
    }
    if (socket !== this.#socket) return;
    const resume = this.participant === null ? undefined
      : { participant: this.participant, secret: this.#secret, version: this.state.version };
    socket.send(JSON.stringify({ t: "join", ...join, resume }));
  }

  #take(/** @type {any} */ data) {
    if (typeof data === "string") {
      this.#hear(JSON.parse(data));
      return;
    }
    fromServer(data, (from, kind, payload) => {
      this.dispatchEvent(new CustomEvent("packet", { detail: { from, kind, payload } }));
    });
  }

  #hear(/** @type {any} */ message) {
    const { t } = message;
    if (t === "change") {
      if (!this.state.apply(message)) this.tell({ t: "sync", v: this.state.version });
    } else if (t === "state") {
      this.state.replace(message.version, message.state);
    } else if (t === "welcome") {
      this.#welcome(message);
    } else if (t === "refused" && message.id === undefined) {
      // Before the welcome it is the door's answer; later it may be about something small that was
      // said, unless the server closes behind it.
      this.#refusal = message;
      if (!this.#isWelcomed) this.#end(message);
    } else if (t === "done" || t === "refused") {
      const asked = this.#asked.get(message.id);
      this.#asked.delete(message.id);
      if (t === "done") asked?.resolve();
      else asked?.reject(new Refused(message));
    } else if (t === "pong") {
      this.#trips = [...this.#trips.slice(-8), performance.now() - message.time];
      this.roundTrip = this.#trips.toSorted((a, b) => a - b)[this.#trips.length >> 1];
    } else {
      this.dispatchEvent(new CustomEvent(t, { detail: message }));
    }
  }

  #welcome(/** @type {any} */ message) {
    this.#isWelcomed = true;
    // The same number after a loss is a return; after another number others know nothing of us.
    const isReturn = this.participant === message.participant;
    if (!isReturn) this.dispatchEvent(new CustomEvent("anew", { detail: message }));
    this.participant = message.participant;
    this.role = message.role;
    this.#secret = message.secret;
    this.#attempt = 0;
    this.#isReturning = false;
    this.state.replace(message.version, message.state);
    this.dispatchEvent(new CustomEvent("welcome", { detail: { ...message, isReturn } }));
    this.#ping();
  }

  #ping() {
    if (performance.now() - this.#lastHeard > silence) this.#lose(false);
    else this.tell({ t: "ping", time: performance.now() });
  }

  #lose(/** @type {boolean} */ isFinal) {
    this.#drop();
    if (this.#isClosed) return;
    for (const { reject } of this.#asked.values()) {
      reject(new Error("The connection to the room was lost before the answer came."));
    }
    this.#asked.clear();
    if (isFinal) {
      this.#end(this.#refusal ?? { code: "closed", detail: "The room has closed this connection." });
      return;
    }
    this.#isReturning = true;
    this.dispatchEvent(new CustomEvent("lost"));
    this.#retry();
  }

  #retry() {
    if (this.#isClosed) return;
    const wait = waits[Math.min(this.#attempt, waits.length - 1)] * (0.6 + 0.4 * Math.random());
    this.#attempt += 1;
    clearTimeout(this.#timers.retry);
    this.#timers.retry = setTimeout(() => this.#connect(), wait);
  }

  #end(/** @type {any} */ reason) {
    if (this.#isClosed) return;
    this.close();
    if (this.#kept) this.#ended = reason;
    else this.dispatchEvent(new CustomEvent("refused", { detail: reason }));
  }

  #drop(code = undefined) {
    clearInterval(this.#timers.ping);
    clearTimeout(this.#timers.retry);
    const socket = this.#socket;
    this.#socket = null;
    // What a line said that is gone is said again by the next one.
    if (this.#kept) this.#kept = [];
    if (!socket) return;
    socket.onclose = socket.onmessage = null;
    socket.close(code);
  }
}

/** @param {string} url */
function defaultSocket(url) {
  return new WebSocket(url, "visavis.room.1");
}
