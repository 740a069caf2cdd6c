/**
 * Whether a stream is driven by whom it says: signatures of their key, over the states as they are
 * shown, made for this room and lately.
 *
 * "unknown" at first; "verified" while signatures come that hold; "unverified" when one does not, or
 * when states are shown for longer than signatures take without any.
 */
import { loadSigning, StreamVerifier } from "../core/core-signing.js";

/** Milliseconds that states may be shown before a signature has vouched for them. */
const patience = 15000;
/** Milliseconds that a signature's time may be from the room's. */
const freshness = 120000;

export class DriverCheck {
  /** "unknown", "verified" or "unverified". */
  verdict = "unknown";

  #onchange;
  #terms;
  #core = /** @type {any} */ (null);
  #verifier = /** @type {StreamVerifier | null} */ (null);
  /** When the first state came that nothing has vouched for. @type {number | null} */
  #since = null;
  #isClosed = false;

  /**
   * @param {object} terms
   * @param {Uint8Array} terms.key of the person, 32 bytes
   * @param {string} terms.room
   * @param {() => number} terms.time the room's, milliseconds since 1970
   * @param {() => void} onchange the verdict is another one
   */
  constructor(terms, onchange) {
    this.#terms = terms;
    this.#onchange = onchange;
    loadSigning().then((core) => { this.#core = core; }, () => {});
  }

  /** Takes what a receiver's last packet added. @param {import("../core/core-stream.js").CoreReceiver} receiver */
  addFrom(receiver) {
    const { time, key, room } = this.#terms;
    this.#since ??= time();
    if (this.verdict !== "unverified" && time() - this.#since > patience) this.#say("unverified");
    if (!this.#core) return;
    this.#verifier ??= new StreamVerifier(this.#core, {
      configuration: receiver.configuration, context: room, key, freshness,
    });
    this.#take(this.#verifier.addFrom(receiver));
  }

  /** @param {Uint8Array} datagram */
  addSignature(datagram) {
    this.#verifier?.addSignature(datagram, this.#terms.time()).then(
      (verdicts) => this.#take(verdicts),
      () => { if (!this.#isClosed) this.#say("unverified"); });
  }

  close() {
    this.#isClosed = true;
    this.#verifier?.close();
    this.#verifier = null;
  }

  #take(/** @type {import("../core/core-signing.js").Verdict[]} */ verdicts) {
    for (const { verdict } of verdicts) {
      if (verdict === "verified") {
        this.#since = this.#terms.time();
        this.#say("verified");
      } else if (verdict === "refused") {
        this.#say("unverified");
      }
    }
  }

  #say(/** @type {string} */ verdict) {
    if (verdict === this.verdict) return;
    this.verdict = verdict;
    this.#onchange();
  }
}
