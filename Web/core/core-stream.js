// Streams of the core: states in, packets out, and back. See docs/stream-format.md.
import { readState, stateLength, writeState } from './core-avatar.js';

/** One end of a stream: a room for bytes inside the core's memory, and a state. */
export class StreamEnd {
  #kind;
  #roomAddress;

  constructor(core, kind) {
    this.core = core;
    this.#kind = kind;
    this.number = core.call(`${kind}_begin`);
    this.#roomAddress = core.address(`${kind}_room`, this.number);
  }

  /** Calls one of this end's exports. */
  call(name, ...values) {
    return this.core.call(`${this.#kind}_${name}`, this.number, ...values);
  }

  /** Puts bytes into the room; returns how many. */
  put(bytes) {
    new Uint8Array(this.core.buffer, this.#roomAddress, bytes.length).set(bytes);
    return bytes.length;
  }

  /** A copy of what lies in the room; null for nothing. */
  take(length) {
    if (length === 0) return null;
    return new Uint8Array(this.core.buffer, this.#roomAddress, length).slice();
  }

  /** A state as signatures cover it, from the room; null for nothing. @returns {Coded | null} */
  takeCoded(length) {
    const bytes = this.take(length);
    if (!bytes) return null;
    const number = new DataView(bytes.buffer).getUint32(0, true);
    return { number, epoch: bytes[4], canonical: bytes.subarray(8) };
  }

  /** The floats of the state. */
  get floats() {
    const length = stateLength + this.call('correction_count');
    const address = this.core.address(`${this.#kind}_state`, this.number);
    return new Float32Array(this.core.buffer, address, length);
  }

  /** Gives the memory back. */
  close() {
    this.call('close');
  }
}

/** Room for bytes at either end: more are refused here. */
export const roomLength = 1 << 17;

/**
 * @typedef {object} Coded a state as signatures cover it; see core-signing.js.
 * @property {number} number
 * @property {number} epoch
 * @property {Uint8Array} canonical the same bytes at both ends.
 */

/** Sends states as packets. */
export class CoreSender extends StreamEnd {
  /**
   * The configuration that describes streams of an avatar: both ends must know it, and receivers
   * ask for it where they do not.
   *
   * @param {import('./core-avatar.js').CoreAvatar} avatar an avatar of the same core.
   * @param {object} camera the camera that sees the person.
   * @returns {Uint8Array}
   * @throws {CoreError} for an avatar that does not say how it is streamed.
   */
  static describe(core, avatar, { width, height, focalLength, quality = 40, rate = 30 }) {
    const sender = new CoreSender(core);
    try {
      const interval = Math.round(90000 / rate);
      const length = sender.call(
        'describe', avatar.number, quality, interval, width, height, focalLength);
      return sender.take(length);
    } finally {
      sender.close();
    }
  }

  /**
   * @param {import('./core.js').Core} core
   * @param {Uint8Array} [configuration]
   * @param {object} [options]
   * @param {boolean} [options.isBroadcast] whether nothing comes back.
   * @param {number} [options.repeats] states that a packet repeats at most.
   * @param {number} [options.statesPerPacket] states gathered before there is a packet.
   * @param {number} [options.epoch] another one than this sender's last.
   */
  constructor(core, configuration, {
    isBroadcast = false, repeats = 5, statesPerPacket = 1, epoch = 0,
  } = {}) {
    super(core, 'sender');
    if (!configuration) return;
    if (configuration.length > roomLength) throw core.failure(-50);
    this.call(
      'configure', this.put(configuration), isBroadcast ? 1 : 0, repeats, statesPerPacket, epoch);
  }

  /**
   * Codes a state.
   *
   * @param {import('./core-avatar.js').State} state
   * @returns {Uint8Array | null} the packet to send; null while states are gathered.
   */
  send(state) {
    writeState(state, this.floats);
    return this.take(this.call('send', state.time));
  }

  /** The state sent last, as signatures cover it; null before the first. @returns {Coded | null} */
  get coded() {
    return this.takeCoded(this.call('coded'));
  }

  /** Takes what a receiver answered. @throws {CoreError} for what is no answer. */
  receive(acknowledgement, receiver, now) {
    if (acknowledgement.length > roomLength) throw this.core.failure(-51);
    this.call('receive', this.put(acknowledgement), receiver, now);
  }

  /** The next packet with a part of the configuration that a receiver lacks; or null. */
  missingConfiguration(now) {
    return this.take(this.call('missing_configuration', now));
  }
}

/**
 * @typedef {object} Shown what a receiver shows at a moment.
 * @property {import('./core-avatar.js').State} state
 * @property {number} delay seconds behind the fastest packets.
 * @property {number} concealed seconds since the newest state, where movement is continued; else 0.
 * @property {boolean} isRejoining whether what is shown is on its way back to what arrives.
 */

/** Receives packets and shows states at the display's times. All times in seconds. */
export class CoreReceiver extends StreamEnd {
  /** @param {import('./core.js').Core} core @param {Uint8Array} [configuration] where it is known. */
  constructor(core, configuration) {
    super(core, 'receiver');
    if (!configuration) return;
    if (configuration.length > roomLength) throw core.failure(-50);
    this.call('configure', this.put(configuration));
  }

  /**
   * Takes a packet.
   *
   * @returns {number} how many states it added: none of a signature.
   * @throws {CoreError} for what cannot be used; the receiver goes on.
   */
  receive(packet, now) {
    if (packet.length > roomLength) throw this.core.failure(-51);
    return this.call('receive', this.put(packet), now);
  }

  /** The states that the last packet added, as signatures cover them. @returns {Coded[]} */
  get accepted() {
    const states = [];
    for (let state; (state = this.takeCoded(this.call('coded', states.length)));) {
      states.push(state);
    }
    return states;
  }

  /** The bytes of the configuration, given or received; null before it is known. */
  get configuration() {
    return this.take(this.call('configuration'));
  }

  /** What to show now; null before the first state. @returns {Shown | null} */
  show(now) {
    if (this.call('show', now) === 0) return null;
    const address = this.core.address('receiver_facts', this.number);
    const facts = new Float64Array(this.core.buffer, address, 4);
    return {
      state: readState(this.floats, facts[0]),
      delay: facts[1],
      concealed: facts[2],
      isRejoining: facts[3] !== 0,
    };
  }

  /** The answer to send back now, or null while none is due. */
  acknowledgement(now) {
    return this.take(this.call('acknowledgement', now));
  }
}
