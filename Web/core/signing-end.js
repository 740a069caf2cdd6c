// What signers and verifiers share: a room for bytes, and work that others do in their own time.
import { StreamEnd, roomLength } from './core-stream.js';
import { CoreError, code } from './failures.js';

/** What both have: terms that signatures are bound to, and work of which one piece is under way. */
export class SigningEnd extends StreamEnd {
  #turn = Promise.resolve();
  #isClosed = false;
  /** Pieces of work that have not ended. */
  waiting = 0;

  /** Puts bytes into the room where there is place; returns how many. */
  put(bytes) {
    if (bytes.length > roomLength) throw this.core.failure(-80);
    return super.put(bytes);
  }

  /** Puts key, configuration and context into the room; returns their lengths. */
  putTerms(key, configuration, context) {
    const name = typeof context === 'string' ? new TextEncoder().encode(context) : context;
    const bytes = new Uint8Array(key.length + configuration.length + name.length);
    bytes.set(key);
    bytes.set(configuration, key.length);
    bytes.set(name, key.length + configuration.length);
    this.put(bytes);
    return [key.length, configuration.length, name.length];
  }

  /** Does work after all that was begun before it. */
  async inTurn(work) {
    this.waiting += 1;
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.waiting -= 1;
    }
  }

  /** What a promise gives; fails where this end was closed meanwhile. */
  async whileOpen(promise) {
    const value = await promise;
    this.checkOpen();
    return value;
  }

  checkOpen() {
    if (this.#isClosed) throw new CoreError('This stream has ended.', code.closed);
  }

  /** Gives the memory back; what is under way fails. */
  close() {
    this.checkOpen();
    this.#isClosed = true;
    super.close();
  }
}
