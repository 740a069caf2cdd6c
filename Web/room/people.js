/** The server's people, avatars and rooms, as docs/room-protocol.md has them. */
import { base64url } from "./bytes.js";

/** Seconds before its end that a token is renewed. */
const margin = 120;

/** An address's query: a space is no plus, which means itself. @param {Record<string, string>} values */
const queryOf = (values) => new URLSearchParams(values).toString().replaceAll("+", "%20");

/** What the server refuses: its message is for people. */
export class PeopleError extends Error {
  /** @param {string} message @param {number} status @param {string} [code] */
  constructor(message, status, code = "") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export class People {
  #base;
  #key;
  /** @type {{token: string, person: string, name: string, isGuest: boolean, expires: number} | null} */
  #session = null;
  /** @type {Promise<any> | null} */
  #renewal = null;
  /** One that was asked for beforehand. @type {Promise<{challenge: string}> | undefined} */
  #challenge;

  /** A challenge, for who has no key yet. @param {string} [base] the page's address */
  static challenge(base = globalThis.location?.href) {
    const challenge = ask(base, "POST", "api/people/challenge", { body: {} });
    // Whoever proves something with it hears of a failure.
    challenge.catch(() => {});
    return challenge;
  }

  /**
   * @param {import("./device-key.js").DeviceKey} key
   * @param {object} [options]
   * @param {string} [options.base] the page's address
   * @param {Promise<{challenge: string}>} [options.challenge] as `challenge` gives it
   */
  constructor(key, { base = globalThis.location?.href, challenge } = {}) {
    this.#key = key;
    this.#base = base;
    this.#challenge = challenge;
  }

  /** This browser's key. */
  get key() {
    return this.#key;
  }

  /**
   * A token that holds for a while, with whom it stands for.
   * @param {string} [name] for who is new
   */
  async session(name) {
    const isFresh = this.#session && this.#session.expires > Date.now() + margin * 1000;
    if (isFresh) return this.#session;
    this.#renewal ??= this.#prove(name).finally(() => { this.#renewal = null; });
    return this.#renewal;
  }

  /** The next request proves the key anew. */
  forgetSession() {
    this.#session = null;
  }

  async #prove(/** @type {string | undefined} */ name) {
    const begun = this.#challenge ?? People.challenge(this.#base);
    this.#challenge = undefined;
    const { challenge } = await begun;
    const host = new URL(this.#base).host;
    const signature = base64url(await this.#key.sign(`visavis token 1\n${host}\n${challenge}`));
    const body = { key: this.#key.text, challenge, signature, ...(name ? { name } : {}) };
    this.#session = await ask(this.#base, "POST", "api/people/token", { body });
    return this.#session;
  }

  /** Who one is: name, devices, avatars, rooms, whom one blocked. */
  me() { return this.request("GET", "api/people/me"); }

  /** @param {{name?: string, expressiveness?: any, isGuest?: false}} change */
  changeMe(change) { return this.request("PATCH", "api/people/me", { body: change }); }

  /** Removes this person and everything of theirs from the server. */
  async deleteMe() {
    await this.request("DELETE", "api/people/me");
    this.forgetSession();
  }

  /** Everything that the server keeps of this person. @returns {Promise<Blob>} a tar archive */
  export() { return this.request("GET", "api/people/me/export", { as: "blob" }); }

  /** @param {{key: string, name: string, kind: "device" | "recovery", time: number, certificate: string, by: string}} device */
  addDevice(device) { return this.request("POST", "api/people/me/devices", { body: device }); }

  /**
   * Adds a device in the name of another key of the person, as a recovery file holds one.
   * @param {import("./device-key.js").DeviceKey} key
   * @param {any} device
   */
  async addDeviceAs(key, device) {
    const other = new People(key, { base: this.#base });
    await other.addDevice(device);
    this.forgetSession();
  }

  /** @param {string} key */
  removeDevice(key) { return this.request("DELETE", `api/people/me/devices/${key}`); }

  /** Asks, as a new device, to be taken in by another one. @param {string} name of the device */
  async askForPairing(name) {
    const { challenge } = await ask(this.#base, "POST", "api/people/challenge", { body: {} });
    const host = new URL(this.#base).host;
    const signature = base64url(await this.#key.sign(`visavis pairing 1\n${host}\n${challenge}`));
    const body = { key: this.#key.text, name, challenge, signature };
    return ask(this.#base, "POST", "api/people/pairings", { body });
  }

  /** @param {string} code */
  pairing(code) { return ask(this.#base, "GET", `api/people/pairings/${encodeURIComponent(code)}`); }

  /** @param {Blob} file @param {string} name @param {"me" | "rooms" | "everyone"} access */
  addAvatar(file, name, access) {
    return this.request("POST", `api/people/me/avatars?${queryOf({ name, access })}`, { bytes: file });
  }

  /** @param {string} id @param {{name?: string, access?: string}} change */
  changeAvatar(id, change) {
    return this.request("PATCH", `api/people/me/avatars/${id}`, { body: change });
  }

  /** @param {string} id */
  removeAvatar(id) { return this.request("DELETE", `api/people/me/avatars/${id}`); }

  /** The bytes of an avatar that its owner lets one have. @param {string} id @returns {Promise<Response>} */
  avatar(id) { return this.request("GET", `api/people/avatars/${id}`, { as: "response" }); }

  /** @param {Blob} file a PLY, SPZ or GLB @param {string} name @returns {Promise<{id: string, name: string, sha256: string}>} */
  addScene(file, name) {
    return this.request("POST", `api/people/me/scenes?${queryOf({ name })}`, { bytes: file });
  }

  /** @param {string} id */
  removeScene(id) { return this.request("DELETE", `api/people/me/scenes/${id}`); }

  /** The bytes of a scene of one's own, or of a room that one is in. @param {string} id @returns {Promise<Response>} */
  scene(id) { return this.request("GET", `api/people/scenes/${id}`, { as: "response" }); }

  /** @param {{name: string, surroundings: string, arrangement: string}} room */
  createRoom(room) { return this.request("POST", "api/rooms", { body: room }); }

  rooms() { return this.request("GET", "api/rooms"); }

  /** @param {string} id */
  deleteRoom(id) { return this.request("DELETE", `api/rooms/${id}`); }

  /** @param {string} room @param {{role: string, seconds?: number, uses?: number}} invite */
  createInvite(room, invite) {
    return this.request("POST", `api/rooms/${room}/invites`, { body: invite });
  }

  /** @param {string} room */
  invites(room) { return this.request("GET", `api/rooms/${room}/invites`); }

  /** @param {string} room @param {string} invite */
  revokeInvite(room, invite) { return this.request("DELETE", `api/rooms/${room}/invites/${invite}`); }

  /**
   * A request with a token; an old token is renewed once.
   * @param {string} method
   * @param {string} path
   * @param {{body?: any, bytes?: Blob, as?: "json" | "blob" | "response"}} [options]
   */
  async request(method, path, options = {}) {
    const { token } = await this.session();
    try {
      return await ask(this.#base, method, path, { ...options, token });
    } catch (error) {
      if (!(error instanceof PeopleError) || error.status !== 401) throw error;
      this.forgetSession();
      return ask(this.#base, method, path, { ...options, token: (await this.session()).token });
    }
  }
}

/** One request. @param {string} base @param {string} method @param {string} path @param {any} [options] */
async function ask(base, method, path, { body, bytes, token, as = "json" } = {}) {
  /** @type {Record<string, string>} */
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  if (bytes) headers["Content-Type"] = "application/octet-stream";
  let response;
  try {
    response = await fetch(new URL(`/${path}`, base), {
      method, headers, body: bytes ?? (body ? JSON.stringify(body) : undefined),
    });
  } catch {
    throw new PeopleError("There is no connection to the server: try again in a moment.", 0);
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new PeopleError(
      problem.detail ?? `The server answered ${response.status}: try again in a moment.`,
      response.status, String(problem.type ?? "").split(":").pop());
  }
  if (as === "response") return response;
  if (as === "blob") return response.blob();
  return response.status === 204 ? null : response.json();
}
