/** Another participant's states: received, acknowledged, verified, and shown at their time. */
import { isSignature } from "../core/core-signing.js";
import { CoreReceiver } from "../core/core-stream.js";
import { now } from "./clock.js";
import { kind } from "./packets.js";

export class StreamIn {
  #receiver;
  #lines;
  #participant;
  /** Seconds by which this stream is shown later than it could be, so that lips meet the voice. */
  extraDelay = 0;
  /** When the last packet came, in seconds; -Infinity before the first. */
  heard = -Infinity;
  /** Bytes and states that came. */
  bytes = 0;
  states = 0;
  /** Judges who drives, once that is known. @type {import("./driver-check.js").DriverCheck | null} */
  check = null;
  /** What was shown last. @type {import("../core/core-stream.js").Shown | null} */
  shown = null;

  /**
   * @param {import("../core/core.js").Core} core
   * @param {import("./lines.js").Lines} lines
   * @param {number} participant
   */
  constructor(core, lines, participant) {
    this.#receiver = new CoreReceiver(core);
    this.#lines = lines;
    this.#participant = participant;
  }

  /** Takes a datagram. @param {Uint8Array} payload */
  receive(payload) {
    const time = now();
    this.heard = time;
    this.bytes += payload.length;
    try {
      if (isSignature(payload)) {
        this.check?.addSignature(payload);
        return;
      }
      const added = this.#receiver.receive(payload, time);
      this.states += added;
      if (added > 0) this.check?.addFrom(this.#receiver);
    } catch {
      // Late, spoilt, or against a state that never came: the acknowledgement says what is lacking.
    }
    this.answer();
  }

  /** Sends an acknowledgement if one is due. */
  answer() {
    const answer = this.#receiver.acknowledgement(now());
    if (answer) this.#lines.send(this.#participant, kind.acknowledgement, answer);
  }

  /**
   * The state to show now; null before the first.
   * @returns {import("../core/core-avatar.js").State | null}
   */
  show() {
    this.shown = this.#receiver.show(now() - this.extraDelay);
    return this.shown?.state ?? null;
  }

  close() {
    this.check?.close();
    this.#receiver.close();
  }
}
