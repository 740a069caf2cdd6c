// What the avatar worker does, without the worker: messages in, messages out.
import { CoreError, get, loadCore } from './core.js';
import { createArrays } from './core-avatar.js';

/** Bytes that are taken in at once. */
const pieceLength = 1 << 18;
/** Bytes between words of progress. */
const progressStep = 1 << 15;

/** Keeps one avatar; answers `open`, `pose` and `close`. */
export class AvatarService {
  #post;
  #avatar = null;
  #spare = [];

  /** @param {(message: object, transfer?: Transferable[]) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /** Answers a message. */
  async handle(message) {
    try {
      if (message.type === 'open') await this.#open(message);
      else if (message.type === 'pose') this.#pose(message);
      else if (message.type === 'draw') this.#draw(message);
    } catch (error) {
      this.#post({ type: 'error', id: message.id, error: CoreError.from(error).toMessage() });
    }
  }

  async #open({ id, source, headers, core }) {
    this.#post({ type: 'started' });
    // Both are on their way at once.
    const [instance, pieces] = await Promise.all([loadCore(core), begin(source, headers)]);
    this.#avatar = instance.createAvatar();
    let received = 0, told = 0;
    for await (const whole of pieces) {
      for (let i = 0; i < whole.length; i += pieceLength) {
        const piece = whole.subarray(i, i + pieceLength);
        const before = this.#avatar.stage;
        const stage = this.#avatar.append(piece);
        received += piece.length;
        const info = before === 0 && stage > 0 ? this.#avatar.info : null;
        const total = this.#avatar.length;
        // Slow lines bring a thousand bytes at a time.
        if (!info && received - told < progressStep && received < total) continue;
        told = received;
        this.#post({ type: 'progress', received, total, stage, info });
        // Whoever wants to pose the base picture is let in.
        if (stage > 0) await nextTurn();
      }
    }
    this.#avatar.finish();
    this.#post({ type: 'whole', id });
  }

  #pose({ id, state, eye, spare }) {
    if (spare) this.#spare.push(spare);
    const start = performance.now();
    this.#avatar.pose(state);
    const posed = performance.now();
    this.#avatar.sort(eye);
    const sorted = performance.now();
    const arrays = this.#spare.pop() ?? createArrays(this.#avatar.info.splats);
    this.#avatar.copy(arrays);
    this.#post(
      { type: 'frame', id, arrays, poseMs: posed - start, sortMs: sorted - posed },
      Object.values(arrays).map((array) => array.buffer));
  }

  #draw({ id, state, view, spare }) {
    const start = performance.now();
    const drawn = this.#avatar.draw(state, view);
    const pixels = spare?.length === drawn.length ? spare : new Uint8ClampedArray(drawn.length);
    pixels.set(drawn);
    this.#post({ type: 'picture', id, pixels, drawMs: performance.now() - start }, [pixels.buffer]);
  }
}

/** Resolves after the messages that wait; a timer would wait milliseconds. */
function nextTurn() {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** The pieces of a file as they arrive. @returns {Promise<AsyncIterable<Uint8Array>>} */
async function begin(source, headers) {
  if (source instanceof ArrayBuffer) return [new Uint8Array(source)];
  if (ArrayBuffer.isView(source)) {
    return [new Uint8Array(source.buffer, source.byteOffset, source.byteLength)];
  }
  if (typeof source?.stream === 'function') return pieces(source.stream());
  const response = await get(source, 'The avatar', { headers });
  return pieces(response.body);
}

async function* pieces(stream) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
