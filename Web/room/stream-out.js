/** One's own states on their way out: coded, signed, sent to everyone. */
import { loadSigning, StreamSigner } from "../core/core-signing.js";
import { CoreSender } from "../core/core-stream.js";
import { now } from "./clock.js";
import { kind } from "./packets.js";

/** Packets of a configuration that are sent at once to whoever lacks it. */
const burst = 12;

export class StreamOut {
  #core;
  #lines;
  #signing;
  /** @type {CoreSender | null} */
  #sender = null;
  /** @type {StreamSigner | null} */
  #signer = null;
  #last = -1;
  /** Bytes of the datagrams made so far. */
  bytes = 0;
  states = 0;

  /**
   * @param {import("../core/core.js").Core} core
   * @param {import("./lines.js").Lines} lines
   * @param {{key: import("./device-key.js").DeviceKey, room: string, time: () => number}} signing
   *   what signs, what it is bound to, and the room's time, milliseconds since 1970
   */
  constructor(core, lines, signing) {
    this.#core = core;
    this.#lines = lines;
    this.#signing = signing;
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
      this.#sign(this.#sender, configuration, epoch);
    } finally {
      person.close();
    }
  }

  /** Signs what this sender sends, as soon as the core that signs is there. */
  async #sign(/** @type {CoreSender} */ sender, /** @type {Uint8Array} */ configuration, /** @type {number} */ epoch) {
    const { key, room } = this.#signing;
    const core = await loadSigning().catch(() => null);
    if (!core || sender !== this.#sender) return;
    this.#signer = new StreamSigner(core, {
      configuration, context: room, epoch, publicKey: key.raw, sign: (message) => key.sign(message),
    });
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
    this.#addSigned();
  }

  stop() {
    this.#sender?.close();
    this.#sender = null;
    this.#signer?.close();
    this.#signer = null;
  }

  #addSigned() {
    const signer = this.#signer;
    if (!signer) return;
    const { canonical, number } = this.#sender.coded;
    signer.add(canonical, number, this.#signing.time()).then((datagrams) => {
      for (const datagram of datagrams) this.#lines.broadcast(kind.datagram, datagram);
    }, () => {
      // That run stays unsigned; the next is signed again.
    });
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
