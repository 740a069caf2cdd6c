/** One's avatars: those the server keeps for one, those of this machine, files; and the one worn. */
import { keptAvatars } from "../mirror/kept-avatars.js";
import { listed, nameFrom } from "../mirror/avatar-sources.js";
import { base64url, sha256 } from "./bytes.js";
import { keepWorn, wornLast } from "./worn.js";

/** @typedef {import("../mirror/avatar-sources.js").AvatarSource} AvatarSource */
/** @typedef {{id: string, name: string, shape: ArrayBuffer}} Worn */

export class Wardrobe {
  #people;
  /** What is worn. @type {Worn | null} */
  worn = null;

  /** @param {import("./people.js").People} people */
  constructor(people) {
    this.#people = people;
  }

  /** The identifier of what was worn last, before anything is loaded. @returns {string | null} */
  get last() {
    return wornLast();
  }

  /** What can be chosen. @returns {Promise<{mine: any[], others: AvatarSource[]}>} */
  async choices() {
    const [me, offered, kept] = await Promise.all([
      this.#people.me().catch(() => ({ avatars: [] })), listed(new URL("/", location.href).href),
      keptAvatars(),
    ]);
    return { mine: me.avatars ?? [], others: [...offered, ...kept] };
  }

  /** Wears one of one's own. @param {{id: string, name: string}} avatar @returns {Promise<Worn>} */
  async wear({ id, name }) {
    const bytes = await (await this.#people.avatar(id)).arrayBuffer();
    return this.#put({ id, name, shape: bytes });
  }

  /**
   * Takes an avatar from elsewhere among one's own, and wears it. The same bytes are sent once.
   * @param {AvatarSource} source
   * @param {"me" | "rooms" | "everyone"} access
   * @returns {Promise<Worn>}
   */
  async bring(source, access = "rooms") {
    const file = source.file ?? await fetchFile(source.url);
    const bytes = await file.arrayBuffer();
    const digest = base64url(await sha256(new Uint8Array(bytes)));
    const { avatars = [] } = await this.#people.me();
    const name = source.name || nameFrom("avatar");
    const same = avatars.find((/** @type {any} */ each) => each.sha256 === digest);
    const { id } = same ?? await this.#people.addAvatar(new Blob([bytes]), name, access);
    return this.#put({ id, name, shape: bytes });
  }

  /** Wears nothing. */
  takeOff() {
    this.worn = null;
    keepWorn(null);
  }

  #put(/** @type {Worn} */ worn) {
    this.worn = worn;
    keepWorn(worn.id);
    return worn;
  }
}

/** @param {string} url */
async function fetchFile(url) {
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) throw new Error("The avatar could not be fetched: try again in a moment.");
  return response.blob();
}
