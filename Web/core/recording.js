// Recordings, read in a worker of their own.
import { CoreError, code } from './failures.js';
import { RemoteCalls } from './remote-calls.js';

/**
 * @typedef {object} Recording
 * @property {import('./core-avatar.js').State[]} states in order of time; at least one.
 * @property {{width: number, height: number, focalLength: number}} camera that saw the person.
 * @property {boolean} isDamaged whether some of the file could not be read and is left out.
 */

/**
 * Reads a recording from end to end.
 *
 * @param {Blob | ArrayBuffer | Uint8Array} source
 * @param {object} [options]
 * @param {WebAssembly.Module | URL | string} [options.core] the core, if it lies elsewhere.
 * @param {() => Worker} [options.createWorker]
 * @returns {Promise<Recording>}
 * @throws {CoreError} one clear sentence.
 */
export async function readRecording(source, { core, createWorker } = {}) {
  const worker = createWorker?.() ??
    new Worker(new URL('../core/recording-worker.js', import.meta.url), { type: 'module' });
  const calls = new RemoteCalls(worker, 'recording');
  try {
    const { recording } = await calls.call('read', { source, core });
    if (recording.states.length === 0) {
      throw new CoreError('The recording holds nothing that can be shown.', code.emptyRecording);
    }
    return recording;
  } finally {
    calls.end(new CoreError('The recording has been read.', code.closed));
  }
}
