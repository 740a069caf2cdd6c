// What the recording worker does, without the worker: messages in, messages out.
import { CoreError, loadCore } from './core.js';
import { CoreRecording } from './core-recording.js';

/** So many states are read of a file: over two hours at 30 a second. */
const mostStates = 250_000;

/** Reads recordings; answers `read`. */
export class RecordingService {
  #post;

  /** @param {(message: object, transfer?: Transferable[]) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /** Answers a message. */
  async handle({ id, source, core }) {
    try {
      const [instance, bytes] = await Promise.all([loadCore(core), bytesOf(source)]);
      const recording = new CoreRecording(instance, bytes);
      const states = [];
      for (let state; states.length < mostStates && (state = recording.next());) {
        states.push(state);
      }
      const { camera, isDamaged } = recording;
      recording.close();
      this.#post({ type: 'recording', id, recording: { states, camera, isDamaged } });
    } catch (error) {
      this.#post({ type: 'error', id, error: CoreError.from(error).toMessage() });
    }
  }
}

async function bytesOf(source) {
  if (ArrayBuffer.isView(source)) return source;
  return new Uint8Array(source instanceof ArrayBuffer ? source : await source.arrayBuffer());
}
