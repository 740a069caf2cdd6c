// Recordings of the core: a file's bytes in, states out. See docs/stream-format.md.
import { readState, stateLength } from './core-avatar.js';

/** A recording inside a core. */
export class CoreRecording {
  #core;
  #number;

  /**
   * @param {import('./core.js').Core} core
   * @param {Uint8Array} bytes the whole file
   * @throws {CoreError} for what is no recording.
   */
  constructor(core, bytes) {
    this.#core = core;
    this.#number = core.call('recording_begin');
    try {
      core.send(bytes, (address, length) => {
        core.call('recording_append', this.#number, address, length);
      });
      core.call('recording_open', this.#number);
    } catch (error) {
      if (!core.stopped) this.close();
      throw error;
    }
  }

  /** The next state; null at the end. @returns {import('./core-avatar.js').State | null} */
  next() {
    if (this.#core.call('recording_next', this.#number) === 0) return null;
    const length = stateLength + this.#core.call('recording_correction_count', this.#number);
    const address = this.#core.address('recording_state', this.#number);
    return readState(new Float32Array(this.#core.buffer, address, length), this.#facts[0]);
  }

  /** What signatures cover of the state read last. */
  get canonical() {
    const length = this.#core.call('recording_canonical', this.#number);
    const address = this.#core.address('recording_room', this.#number);
    return new Uint8Array(this.#core.buffer, address, length).slice();
  }

  /** States in the file, as far as that is known before they have been read. */
  get stateCount() {
    return this.#facts[1];
  }

  /** Whether something was passed over so far that could not be read. */
  get isDamaged() {
    const [, , records, states, bytes] = this.#facts;
    return records + states + bytes > 0;
  }

  /** The camera that saw the person; pixels. */
  get camera() {
    const [, , , , , width, height, focalLength] = this.#facts;
    return { width, height, focalLength };
  }

  /** Gives the memory back. */
  close() {
    this.#core.call('recording_close', this.#number);
  }

  get #facts() {
    const address = this.#core.address('recording_facts', this.#number);
    return new Float64Array(this.#core.buffer, address, 8);
  }
}
