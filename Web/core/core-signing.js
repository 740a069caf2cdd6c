// Signatures of streams: the core knows what is signed, the browser signs and checks (Ed25519). See
// docs/stream-format.md; keys stay where they are and never enter the core.
import { loadCore } from './core.js';
import { CoreError, code } from './failures.js';
import { SigningEnd } from './signing-end.js';
import './signing-failures.js';

/** Where the core lies that signs and checks. */
export const signingURL = new URL('../core/signing.wasm', import.meta.url);

let loading = null;

/** That core, loaded once. @returns {Promise<import('./core.js').Core>} */
export function loadSigning() {
  loading ??= loadCore(signingURL).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/** Whether a datagram is a signature (kind 3). */
export const isSignature = (datagram) => (datagram[0] & 0xf0) === 0x70;

/** `sign` for a private key of WebCrypto, which need not be extractable. */
export const signWith = (privateKey) => async (message) =>
  new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, privateKey, message));

/** `verify` by WebCrypto. @returns {Promise<boolean>} */
export async function verifyInBrowser(key, signature, message) {
  const algorithm = { name: 'Ed25519' };
  let imported;
  try {
    imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['verify']);
  } catch (error) {
    if (error.name === 'DataError') return false; // 32 bytes that are no key
    throw error;
  }
  return crypto.subtle.verify(algorithm, imported, signature, message);
}

/** Signs the states that a sender sends, in runs of some seconds. */
export class StreamSigner extends SigningEnd {
  #sign;

  /** A signer of the shared core, or of `core`; for the options see the constructor. */
  static async create({ core, ...options }) {
    return new StreamSigner(core ?? await loadSigning(), options);
  }

  /**
   * @param {import('./core.js').Core} core see `loadSigning`.
   * @param {object} options
   * @param {Uint8Array} options.configuration the sender's.
   * @param {string | Uint8Array} options.context the room's identifier.
   * @param {number} options.epoch the sender's.
   * @param {Uint8Array} options.publicKey 32 bytes.
   * @param {(message: Uint8Array) => Promise<Uint8Array>} options.sign Ed25519; see `signWith`.
   * @param {number} [options.run] states that a signature covers, 1 to 256.
   * @param {number} [options.group] states that are verified together, 1 to 127.
   * @param {number} [options.keyInterval] every how many signatures the key is carried; 0: never.
   * @param {number} [options.stream] tells streams apart; at random.
   * @throws {CoreError}
   */
  constructor(core, {
    configuration, context, epoch, publicKey, sign, run = 120, group = 30, keyInterval = 8,
    stream = crypto.getRandomValues(new Uint32Array(1))[0],
  }) {
    super(core, 'signer');
    this.#sign = sign;
    try {
      const [key, ...lengths] = this.putTerms(publicKey, configuration, context);
      if (key !== 32) throw core.failure(-80);
      this.call('configure', ...lengths, run, group, keyInterval, epoch, stream);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Takes the next state that was sent; see `CoreSender.coded`.
   *
   * @param {Uint8Array} canonical
   * @param {number} number
   * @param {number} [wallClock] milliseconds since 1970.
   * @returns {Promise<Uint8Array[]>} datagrams to send: mostly none. Where signing fails, its error,
   *   and the run stays unsigned.
   */
  async add(canonical, number, wallClock = Date.now()) {
    this.checkOpen();
    return this.#signed(this.call('add', this.put(canonical), number, wallClock));
  }

  /** Signs what is left. @returns {Promise<Uint8Array[]>} */
  async finish() {
    this.checkOpen();
    return this.#signed(this.call('finish'));
  }

  #signed(count) {
    if (count === 0) return [];
    return this.inTurn(async () => {
      const datagrams = [];
      for (let message; (message = this.#message());) datagrams.push(await this.#datagram(message));
      return datagrams;
    });
  }

  #message() {
    this.checkOpen();
    return this.take(this.call('message'));
  }

  async #datagram(message) {
    try {
      const signature = new Uint8Array(await this.whileOpen(this.#sign(message)));
      return this.take(this.call('sign', this.put(signature)));
    } catch (error) {
      this.checkOpen();
      this.call('drop');
      throw error;
    }
  }
}

/**
 * @typedef {object} Verdict what is known about a group of states.
 * @property {number} first
 * @property {number} last
 * @property {'verified' | 'incomplete' | 'refused'} verdict
 * @property {number} [wallClock] of a verified one: about when it was signed, ms since 1970.
 * @property {number} [missing] of an incomplete one: how many of its states did not arrive.
 * @property {string} [reason] of a refused one: a sentence.
 * @property {number} [code] of a refused one: the failure's.
 */

/** Checks that an avatar's owner drives it. */
export class StreamVerifier extends SigningEnd {
  #verify;
  #context;
  #epoch = null;

  /** Signatures that may wait to be checked; a stream has one in four seconds. */
  static mostWaiting = 32;

  /** A verifier of the shared core, or of `core`; for the options see the constructor. */
  static async create({ core, ...options }) {
    return new StreamVerifier(core ?? await loadSigning(), options);
  }

  /**
   * @param {import('./core.js').Core} core see `loadSigning`.
   * @param {object} options
   * @param {Uint8Array} options.configuration the stream's; see `CoreReceiver.configuration`.
   * @param {string | Uint8Array} options.context the room's identifier.
   * @param {Uint8Array | null} [options.key] the owner's 32 bytes; null to learn who signed, which
   *   proves that one and the same key did.
   * @param {(key: Uint8Array, signature: Uint8Array, message: Uint8Array) => Promise<boolean>}
   *   [options.verify] Ed25519.
   * @param {number | null} [options.freshness] milliseconds that a signature's time may be from now.
   * @throws {CoreError}
   */
  constructor(core, {
    configuration, context, key = null, verify = verifyInBrowser, freshness = null,
  }) {
    super(core, 'verifier');
    this.#verify = verify;
    this.#context = context;
    try {
      const lengths = this.putTerms(key ?? new Uint8Array(0), configuration, context);
      this.call('configure', ...lengths, freshness ?? -1);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The owner's key, given or learnt; null where it is not known. */
  get key() {
    return this.take(this.call('key'));
  }

  /**
   * Takes states as they are shown.
   *
   * @param {Iterable<import('./core-stream.js').Coded>} states
   * @returns {Verdict[]} groups that they decide.
   */
  addStates(states) {
    const verdicts = [];
    for (const { number, epoch, canonical } of states) {
      verdicts.push(...this.#verdicts(this.call('add', this.put(canonical), number, epoch)));
    }
    return verdicts;
  }

  /**
   * Takes what a receiver's last packet added. A new epoch may have another configuration.
   *
   * @param {import('./core-stream.js').CoreReceiver} receiver
   * @returns {Verdict[]}
   */
  addFrom(receiver) {
    const states = receiver.accepted;
    if (states.length === 0) return [];
    const { epoch } = states[0];
    if (this.#epoch !== null && this.#epoch !== epoch) this.continueWith(receiver.configuration);
    this.#epoch = epoch;
    return this.addStates(states);
  }

  /** Goes on under another configuration. @param {Uint8Array} configuration */
  continueWith(configuration) {
    const [, ...lengths] = this.putTerms(new Uint8Array(0), configuration, this.#context);
    this.call('continue', ...lengths);
  }

  /**
   * Takes a datagram of kind 3. Several may be under way: they are judged in the order in which they
   * came.
   *
   * @param {Uint8Array} datagram
   * @param {number | null} [now] milliseconds since 1970; null where no clock is to be believed.
   * @returns {Promise<Verdict[]>} groups that it decides, and those of an old signature that nothing
   *   will.
   * @throws {CoreError} for a signature that is refused (codes 70 to 78), or where `mostWaiting` are
   *   under way.
   */
  async addSignature(datagram, now = Date.now()) {
    this.checkOpen();
    if (this.waiting >= StreamVerifier.mostWaiting) {
      throw new CoreError('Too many signatures arrive at once.', code.manySignatures);
    }
    const bytes = datagram.slice();
    return this.inTurn(() => this.#check(bytes, now));
  }

  async #check(datagram, now) {
    this.checkOpen();
    const all = this.take(this.call('candidate', this.put(datagram), now ?? -1));
    if (!all) return [];
    const isValid = await this.whileOpen(
      this.#verify(all.slice(0, 32), all.slice(32, 96), all.slice(96)));
    return this.#verdicts(this.call('accept', isValid ? 1 : 0));
  }

  /** Ends the stream. @returns {Promise<Verdict[]>} the groups that stay incomplete. */
  async finish() {
    return this.inTurn(() => {
      this.checkOpen();
      return this.#verdicts(this.call('finish'));
    });
  }

  #verdicts(count) {
    if (count === 0) return [];
    const address = this.core.address('verifier_verdicts', this.number);
    const numbers = new Float64Array(this.core.buffer, address, 4 * count);
    return Array.from({ length: count }, (_, i) => verdictOf(...numbers.subarray(4 * i, 4 * i + 4)));
  }
}

/** @returns {Verdict} */
function verdictOf(first, last, kind, value) {
  if (kind === 0) return { first, last, verdict: 'verified', wallClock: value };
  if (kind === 1) return { first, last, verdict: 'incomplete', missing: value };
  const { message, code } = CoreError.of(-value, [first, last]);
  return { first, last, verdict: 'refused', reason: message, code };
}
