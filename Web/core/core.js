// The core: Swift compiled to WebAssembly, with typed methods. No DOM: runs in pages, workers, node.
import { CoreError, code } from './failures.js';
import { CoreAvatar } from './core-avatar.js';

export { CoreError } from './failures.js';
export { CoreAvatar, createState } from './core-avatar.js';

/** Where the core lies that opens avatars and streams. */
export const coreURL = new URL('../core/visavis.wasm', import.meta.url);

/** Where the core lies that follows faces; see `core-tracker.js`. */
export const trackingURL = new URL('../core/tracking.wasm', import.meta.url);

/**
 * Loads a core.
 *
 * @param {Response | Promise<Response> | ArrayBuffer | Uint8Array | WebAssembly.Module | URL | string} source
 * @returns {Promise<Core>}
 * @throws {CoreError}
 */
export async function loadCore(source = coreURL) {
  const module = await compile(source);
  try {
    return new Core(await WebAssembly.instantiate(module, {}), module);
  } catch (error) {
    throw new CoreError(`The core does not start: ${error.message}`, code.badCore);
  }
}

let shared = null;

/** The compiled core, fetched once for a page and its workers. @returns {Promise<WebAssembly.Module>} */
export function coreModule() {
  shared ??= compile(coreURL).catch((error) => {
    shared = null;
    throw error;
  });
  return shared;
}

async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  let bytes = source;
  if (typeof source === 'string' || source instanceof URL) {
    bytes = await get(source, 'The core');
  } else if (typeof source?.then === 'function') {
    bytes = await source;
  }
  try {
    // Browsers compile while it arrives, and keep what they compiled.
    if (bytes?.headers?.get('Content-Type') === 'application/wasm') {
      return await WebAssembly.compileStreaming(bytes);
    }
    if (typeof bytes?.arrayBuffer === 'function') bytes = await bytes.arrayBuffer();
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new CoreError(
      'This browser cannot run the core; a current Chrome, Edge, Firefox or Safari can.',
      code.badCore);
  }
}

/**
 * A good response, or an error with one clear sentence.
 *
 * @param {URL | string} url
 * @param {string} what what is fetched, with a capital letter.
 */
export async function get(url, what, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch {
    throw new CoreError(
      `${what} could not be fetched: there is no connection to the server.`, code.notFetched);
  }
  if (!response.ok) {
    throw new CoreError(
      `${what} could not be fetched: the server answered ${response.status}.`, code.notFetched,
      [response.status]);
  }
  return response;
}

/** One instance of the core; it belongs to one thread. */
export class Core {
  #exports;
  #stopped = false;
  #transfer = 0;

  /** Bytes that go through the core's memory at once. */
  static transferLength = 1 << 16;

  /** @param {WebAssembly.Instance} instance @param {WebAssembly.Module} module */
  constructor(instance, module) {
    this.#exports = instance.exports;
    this.module = module;
  }

  /** Whether a trap has ended this instance; every call fails from then on. */
  get stopped() {
    return this.#stopped;
  }

  /** The core's memory; growth makes another buffer, so views are made anew. */
  get buffer() {
    return this.#exports.memory.buffer;
  }

  /** Bytes in use inside the core. */
  get memoryInUse() {
    return this.run('core_memory_in_use');
  }

  /** Calls an export. A trap becomes an error and marks the instance as ended. */
  run(name, ...values) {
    if (this.#stopped) {
      throw new CoreError('The core has stopped; reload the page.', code.stopped);
    }
    try {
      return this.#exports[name](...values);
    } catch (error) {
      this.#stopped = true;
      throw new CoreError(
        `The core stopped unexpectedly (${error.message}); reload the page.`, code.stopped);
    }
  }

  /** Calls an export that returns a status; negative ones are thrown. */
  call(name, ...values) {
    const status = this.run(name, ...values);
    if (status < 0) throw this.failure(status);
    return status;
  }

  /** Calls an export that returns an address; zero is thrown as `status`. */
  address(name, ...values) {
    const address = this.run(name, ...values);
    if (address === 0) throw this.failure(-2);
    return address >>> 0;
  }

  /** The error of the last call. */
  failure(status) {
    const values = [0, 1, 2].map((i) => this.run('core_failure_value', i));
    return CoreError.of(status, values);
  }

  /**
   * Hands bytes over: `take(address, length)` is called for each piece of at most
   * `transferLength` bytes.
   */
  send(bytes, take) {
    if (this.#transfer === 0) {
      this.#transfer = this.address('malloc', Core.transferLength);
    }
    for (let i = 0; i < bytes.length || i === 0; i += Core.transferLength) {
      const piece = bytes.subarray(i, i + Core.transferLength);
      new Uint8Array(this.buffer, this.#transfer, piece.length).set(piece);
      take(this.#transfer, piece.length);
    }
  }

  /** A new avatar that waits for its bytes. */
  createAvatar() {
    return new CoreAvatar(this);
  }
}
