/**
 * This browser's key: Ed25519, made here, kept in the browser's database, never readable by a script.
 * It signs tokens, certificates and streams.
 */
import { base32, base64url, bytesOf, sha256, utf8 } from "./bytes.js";

const database = "visavis-identity";
const store = "keys";
const name = "Ed25519";

/** A browser that cannot make such keys: its message says so, for people. */
export class KeyError extends Error {}

export class DeviceKey {
  #privateKey;

  /**
   * The key of this browser, made if there is none.
   * @returns {Promise<DeviceKey>}
   * @throws {KeyError}
   */
  static async ofThisBrowser() {
    const kept = await access("readonly", (keys) => keys.get("device"));
    if (kept) return new DeviceKey(kept.privateKey, kept.raw);
    const made = await makePair(false);
    const pair = { privateKey: made.privateKey, raw: await rawKey(made.publicKey) };
    // Another tab may have made one meanwhile: the first stays.
    await access("readwrite", (keys) => keys.add(pair, "device")).catch(() => {});
    const first = await access("readonly", (keys) => keys.get("device")) ?? pair;
    return new DeviceKey(first.privateKey, first.raw);
  }

  /**
   * A key whose secret can be written down once: for a recovery file.
   * @returns {Promise<{key: DeviceKey, secret: string}>} the secret is PKCS #8, base64url
   */
  static async forRecovery() {
    const { privateKey, publicKey } = await makePair(true);
    const secret = base64url(await crypto.subtle.exportKey("pkcs8", privateKey));
    return { key: new DeviceKey(privateKey, await rawKey(publicKey)), secret };
  }

  /**
   * @param {string} secret as `forRecovery` gave it
   * @param {string} publicKey base64url
   * @throws {KeyError} for anything else
   */
  static async fromRecovery(secret, publicKey) {
    try {
      const key = await crypto.subtle.importKey("pkcs8", bytesOf(secret), name, false, ["sign"]);
      return new DeviceKey(key, bytesOf(publicKey));
    } catch {
      throw new KeyError("This is not a recovery file of Visavis: choose the file you saved then.");
    }
  }

  /** Forgets the key of this browser. */
  static async forget() {
    await access("readwrite", (keys) => keys.clear());
  }

  /** @param {CryptoKey} privateKey @param {Uint8Array} raw the public half, 32 bytes */
  constructor(privateKey, raw) {
    this.#privateKey = privateKey;
    this.raw = raw;
  }

  /** The public half, base64url. */
  get text() {
    return base64url(this.raw);
  }

  /** @param {string | Uint8Array} message @returns {Promise<Uint8Array>} 64 bytes */
  async sign(message) {
    const bytes = typeof message === "string" ? utf8(message) : message;
    return new Uint8Array(await crypto.subtle.sign(name, this.#privateKey, bytes));
  }

  /** A certificate for another device of the same person (docs/room-protocol.md). */
  async certify(/** @type {string} */ person, /** @type {string} */ key, time = Date.now()) {
    const certificate = base64url(await this.sign(certificateText(person, key, time)));
    return { key, time, certificate, by: this.text };
  }
}

/** @param {string} person @param {string} key @param {number} time */
const certificateText = (person, key, time) => `visavis device 1\n${person}\n${key}\n${time}`;

/** The person whom a first key names. @param {Uint8Array} raw */
export async function personOf(raw) {
  return base32((await sha256(raw)).subarray(0, 16));
}

/**
 * Whether a signature is that of a key.
 * @param {Uint8Array} raw 32 bytes
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 */
export async function isSigned(raw, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", raw, name, false, ["verify"]);
    return await crypto.subtle.verify(name, key, signature, message);
  } catch {
    return false;
  }
}

/**
 * Whether a key belongs to a person: it names them, or certificates lead from one that does.
 * @param {string} person
 * @param {string} key base64url
 * @param {{key: string, by: string, time: number, certificate: string}[]} certificates
 */
export async function belongsTo(person, key, certificates) {
  const known = new Set();
  const names = async (/** @type {string} */ text) => {
    try {
      return await personOf(bytesOf(text)) === person;
    } catch {
      return false;
    }
  };
  for (const text of [key, ...certificates.map(({ by }) => by)]) {
    if (await names(text)) known.add(text);
  }
  // Each round follows one certificate more.
  for (let round = 0; round < certificates.length && !known.has(key); round += 1) {
    for (const { key: next, by, time, certificate } of certificates) {
      if (known.has(next) || !known.has(by)) continue;
      const message = utf8(certificateText(person, next, time));
      if (await isSigned(bytesOf(by), bytesOf(certificate), message)) known.add(next);
    }
  }
  return known.has(key);
}

/** @param {boolean} extractable @returns {Promise<CryptoKeyPair>} */
async function makePair(extractable) {
  try {
    return /** @type {CryptoKeyPair} */ (
      await crypto.subtle.generateKey(name, extractable, ["sign", "verify"]));
  } catch {
    throw new KeyError(
      "This browser cannot make the keys that rooms need; a current Chrome, Edge, Firefox or Safari can.");
  }
}

/** @param {CryptoKey} key */
async function rawKey(key) {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

/**
 * One access to the database.
 * @param {IDBTransactionMode} mode
 * @param {(keys: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
function access(mode, work) {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new KeyError(
      "This browser keeps no data for this page, as in a private window: rooms need to keep a key."));
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(store);
    opening.onerror = refuse;
    opening.onsuccess = () => {
      const transaction = opening.result.transaction(store, mode);
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => {
        opening.result.close();
        resolve(request.result);
      };
      transaction.onerror = transaction.onabort = (event) => {
        event.preventDefault();
        opening.result.close();
        refuse();
      };
    };
  });
}
