/** One's own states on their way out: coded, signed, sent to everyone. */
import { CoreSender } from "../core/core-stream.js";
import { now } from "./clock.js";
import { kind } from "./packets.js";

/** Packets of a configuration that are sent at once to whoever lacks it. */
const burst = 12;

export class StreamOut {
  #core;
  #lines;
  /** @type {CoreSender | null} */
  #sender = null;
  #last = -1;
  /** Bytes of the datagrams made so far. */
  bytes = 0;
  states = 0;

  /**
   * @param {import("../core/core.js").Core} core
   * @param {import("./lines.js").Lines} lines
   */
  constructor(core, lines) {
    this.#core = core;
    this.#lines = lines;
    lines.addEventListener("packet", ({ detail }) => this.#receive(detail));
  }

  /**
   * Begins a stream of an avatar's states.
   * @param {Uint8Array} shape the beginning of the avatar's file, up to its bases
   * @param {{width: number, height: number, focalLength: number}} camera
   */
  start(shape, camera) {
    this.stop();
    const person = this.#core.createAvatar();
    try {
      person.append(shape);
      const configuration = CoreSender.describe(this.#core, person, camera);
      // Another beginning of the same participant must not be taken for the one before.
      const [epoch] = crypto.getRandomValues(new Uint8Array(1));
      this.#sender = new CoreSender(this.#core, configuration, { epoch });
    } finally {
      person.close();
    }
  }

  get isOn() {
    return this.#sender !== null;
  }

  /** @param {import("../core/core-avatar.js").State} state its time is of this page's clock */
  send(state) {
    if (!this.#sender || !(state.time > this.#last)) return;
    this.#last = state.time;
    const packet = this.#sender.send(state);
    if (!packet) return;
    this.bytes += packet.length;
    this.states += 1;
    this.#lines.broadcast(kind.datagram, packet);
  }

  stop() {
    this.#sender?.close();
    this.#sender = null;
  }

  #receive(/** @type {any} */ { from, kind: what, payload }) {
    if (what !== kind.acknowledgement || !this.#sender) return;
    try {
      this.#sender.receive(payload, from, now());
      for (let i = 0; i < burst; i += 1) {
        const part = this.#sender.missingConfiguration(now());
        if (!part) break;
        this.#lines.send(from, kind.datagram, part);
      }
    } catch {
      // An answer that cannot be used: the next one may be.
    }
  }
}
