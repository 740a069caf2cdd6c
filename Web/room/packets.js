/** Packets as the socket has them; see docs/room-protocol.md. */

/** What a packet holds. */
export const kind = Object.freeze({ datagram: 1, acknowledgement: 2, voice: 3, place: 4 });

/** Everyone who is not reached directly. */
export const everyone = 0xffff;

/**
 * A packet as it goes to the server.
 * @param {number} what one of `kind`
 * @param {number} to a participant, or `everyone`
 * @param {Uint8Array} payload
 */
export function toServer(what, to, payload) {
  const message = new Uint8Array(3 + payload.length);
  message[0] = what;
  message[1] = to & 255;
  message[2] = to >> 8;
  message.set(payload, 3);
  return message;
}

/**
 * The packets of a message from the server; what follows a broken one is passed over.
 * @param {ArrayBuffer} message
 * @param {(from: number, what: number, payload: Uint8Array) => void} take
 */
export function fromServer(message, take) {
  const bytes = new Uint8Array(message);
  for (let i = 0; i + 5 <= bytes.length;) {
    const length = bytes[i] | bytes[i + 1] << 8;
    const from = bytes[i + 2] | bytes[i + 3] << 8;
    const what = bytes[i + 4];
    i += 5;
    if (i + length > bytes.length) return;
    take(from, what, bytes.subarray(i, i + length));
    i += length;
  }
}

/** A packet as a data channel carries it. @param {number} what @param {Uint8Array} payload */
export function toChannel(what, payload) {
  const message = new Uint8Array(1 + payload.length);
  message[0] = what;
  message.set(payload, 1);
  return message;
}

/** @param {number[]} place x, y, z, yaw */
export const placeBytes = (place) => new Uint8Array(Float32Array.from(place).buffer);

/** @param {Uint8Array} bytes @returns {number[] | null} x, y, z, yaw */
export function placeOf(bytes) {
  if (bytes.length !== 16) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
  const place = [0, 4, 8, 12].map((at) => view.getFloat32(at, true));
  return place.every(Number.isFinite) ? place : null;
}
