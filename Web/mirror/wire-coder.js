/** Codes states as they would go over a line that loses nothing, to say how many bits that takes. */
import { loadCore } from "../core/core.js";
import { CoreReceiver, CoreSender } from "../core/core-stream.js";

/** @typedef {import("./state.js").State} State */

/** What the receiver is called in what it answers. */
const receiverNumber = 1;

export class WireCoder {
  #sender;
  #receiver;

  /**
   * @param {object} options
   * @param {ArrayBuffer} options.avatar the beginning of its file, up to its bases
   * @param {{width: number, height: number, focalLength: number}} options.camera
   * @param {any} [options.core] where the core is, or its bytes
   * @returns {Promise<WireCoder>}
   * @throws {Error} `CoreError` for an avatar that does not say how it is streamed
   */
  static async start({ avatar, camera, core }) {
    const instance = await loadCore(core);
    const person = instance.createAvatar();
    person.append(new Uint8Array(avatar));
    const configuration = CoreSender.describe(instance, person, camera);
    person.close();
    return new WireCoder(instance, configuration);
  }

  /** Use `start`. @param {any} core @param {Uint8Array} configuration */
  constructor(core, configuration) {
    this.#sender = new CoreSender(core, configuration);
    this.#receiver = new CoreReceiver(core, configuration);
  }

  /**
   * @param {State} state later than the last one
   * @returns {number} bytes of its packet
   */
  send(state) {
    const packet = this.#sender.send(state);
    this.#receiver.receive(packet, state.time);
    const answer = this.#receiver.acknowledgement(state.time);
    if (answer) this.#sender.receive(answer, receiverNumber, state.time);
    return packet.length;
  }
}
