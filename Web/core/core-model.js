// Single networks of the core: a model file in, then numbers in, numbers out.

/** A network inside a core. */
export class CoreModel {
  #core;
  #number;
  #inputCount;

  /**
   * @param {import('./core.js').Core} core
   * @param {Uint8Array} bytes a `.tflite` file.
   * @throws {CoreError}
   */
  constructor(core, bytes) {
    this.#core = core;
    this.#number = core.call('model_begin');
    try {
      core.send(bytes, (address, length) => {
        core.call('model_append', this.#number, address, length);
      });
      this.#inputCount = core.call('model_prepare', this.#number);
    } catch (error) {
      if (!core.stopped) this.close();
      throw error;
    }
  }

  /** The input, inside the core's memory; valid until the next call. */
  get input() {
    const address = this.#core.address('model_input', this.#number);
    return new Float32Array(this.#core.buffer, address, this.#inputCount);
  }

  /** Computes the outputs. */
  run() {
    this.#core.call('model_run', this.#number);
  }

  /** An output of the last run, inside the core's memory; valid until the next call. */
  output(index) {
    const count = this.#core.call('model_output_count', this.#number, index);
    const address = this.#core.address('model_output', this.#number, index);
    return new Float32Array(this.#core.buffer, address, count);
  }

  /** Gives the memory back. */
  close() {
    this.#core.call('model_close', this.#number);
  }
}
