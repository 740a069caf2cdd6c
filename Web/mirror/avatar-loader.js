/** Opens avatars one after another; the last one asked for wins. */
import { open } from "./early.js";
import { keepAvatar } from "./kept-avatars.js";

/** @typedef {import("./avatar-sources.js").AvatarSource} AvatarSource */

/** Milliseconds of quiet before progress is shown. */
const patience = 400;

/** The core's code for what could not be fetched. */
const notFetched = 1001;

export class AvatarLoader {
  #notice;
  #turn = 0;
  /** @type {any} */
  #current = null;
  /** @type {AvatarSource | null} */
  #source = null;

  /** @param {any} notice */
  constructor(notice) {
    this.#notice = notice;
  }

  /**
   * Opens an avatar and closes the one before, once the first picture can be posed.
   *
   * @param {AvatarSource} source
   * @param {object} events
   * @param {(sentence: string, again: boolean) => void} events.onfailure `again`: another try
   *   may help
   * @param {() => void} events.onwhole all bases are there
   * @param {import("./early.js").Opening} [opening] where it is on its way already
   * @returns {Promise<{avatar: any, id: string, source: AvatarSource} | null>} null if it
   *   failed, or
   *   another was asked for meanwhile
   */
  async open(source, { onfailure, onwhole }, opening = open(source)) {
    this.#turn += 1;
    const turn = this.#turn;
    const began = performance.now();
    const fail = (/** @type {any} */ error) => {
      if (turn === this.#turn) onfailure(error.message, error.code === notFetched);
    };
    opening.onprogress = ({ received, total, stage }) => {
      if (turn !== this.#turn || stage > 0 || performance.now() - began < patience) return;
      this.#notice.showProgress(`Fetching ${source.name} …`, total > 0 ? received / total : null);
    };
    let avatar;
    try {
      avatar = await opening.avatar;
    } catch (error) {
      fail(error);
      return null;
    }
    if (turn !== this.#turn) {
      avatar.close();
      return null;
    }
    this.#current?.close();
    this.#current = avatar;
    this.#source = source;
    const id = identityOf(avatar.info);
    avatar.whole.then(() => {
      if (turn !== this.#turn) return;
      if (source.file) keepAvatar({ id, name: source.name, file: source.file });
      onwhole();
    }, (/** @type {any} */ error) => {
      if (avatar === this.#current) fail(error);
    });
    return { avatar, id, source: source.file ? { ...source, id } : source };
  }

  /**
   * The beginning of the file of the avatar shown, from which a tracker learns the person's shape.
   * @returns {Promise<ArrayBuffer | null>} null where it cannot be had
   */
  async shape() {
    const source = this.#source;
    if (!source) return null;
    const length = this.#current.info.baseLength;
    if (source.file) return source.file.slice(0, length).arrayBuffer();
    try {
      const response = await fetch(source.url, { headers: { Range: `bytes=0-${length - 1}` } });
      if (!response.ok) return null;
      // Servers may send the whole.
      return (await response.arrayBuffer()).slice(0, length);
    } catch {
      return null;
    }
  }
}

/**
 * One and the same for a file wherever it lies: when it was made, and its measures.
 * @param {any} info
 */
export function identityOf(info) {
  return [Number(info.created), info.splats, info.length, info.steps].join("-");
}
