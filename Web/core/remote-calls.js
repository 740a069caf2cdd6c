// Calls to a worker, each with one answer.
import { CoreError, code } from './failures.js';

/** Numbers calls, matches answers, and ends them all when the worker ends. */
export class RemoteCalls {
  #worker;
  #pending = new Map();
  #next = 1;
  #ended = null;

  /**
   * @param {Worker} worker
   * @param {string} name what it is, for errors.
   * @param {(message: object) => void} receive gets the messages that answer no call.
   */
  constructor(worker, name, receive = () => {}) {
    this.#worker = worker;
    worker.onmessage = ({ data }) => {
      const call = this.#pending.get(data.id);
      if (!call) return receive(data);
      this.#pending.delete(data.id);
      if (data.type === 'error') call.reject(CoreError.fromMessage(data.error));
      else call.resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.end(new CoreError(`The ${name}'s worker could not run; reload the page.`, code.worker));
    };
  }

  /** Calls without an answer so far. */
  get count() {
    return this.#pending.size;
  }

  /** Why no more calls are possible; null while they are. */
  get ended() {
    return this.#ended;
  }

  /** Posts a message and returns the promise of its answer. */
  call(type, message = {}, transfer = []) {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      try {
        this.#worker.postMessage({ ...message, type, id }, transfer);
      } catch (error) {
        this.#pending.delete(id);
        reject(CoreError.from(error));
      }
    });
  }

  /** Ends the worker; what is pending fails with `reason`. */
  end(reason) {
    if (this.#ended) return;
    this.#ended = reason;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(reason);
    this.#pending.clear();
  }
}
