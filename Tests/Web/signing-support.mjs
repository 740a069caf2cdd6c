// What the tests of signatures share: keys, states as a sender codes them, recordings.
import { webcrypto } from 'node:crypto';
import { loadCore } from '../../Web/core/core.js';
import { CoreReceiver, CoreSender } from '../../Web/core/core-stream.js';
import { StreamSigner, StreamVerifier, signWith } from '../../Web/core/core-signing.js';
import { createState } from '../../Web/core/core.js';
import { coreBytes, signingBytes, vector } from './core-support.mjs';

// Node 18 keeps it to itself.
globalThis.crypto ??= webcrypto;

const core = await WebAssembly.compile(coreBytes());
const signing = await WebAssembly.compile(signingBytes());

/** The golden vectors' configuration: 70 components, 2 of them correction. */
export const configuration = vector('stream/configuration.bin');
export const context = 'room 7';
export const start = 1_790_000_000_000;

/** Cores of their own. */
export const newCore = () => loadCore(core);
export const newSigning = () => loadCore(signing);

/** A key that never leaves WebCrypto, and its public bytes. */
export async function newKey() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: 'Ed25519' }, false, ['sign', 'verify']);
  return {
    sign: signWith(privateKey),
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)),
  };
}

/** The key of 32 secret bytes; for the public ones the caller knows better. */
export async function signOfSecret(secret) {
  const head = Buffer.from('302e020100300506032b657004220420', 'hex');
  const key = await crypto.subtle.importKey(
    'pkcs8', Buffer.concat([head, secret]), { name: 'Ed25519' }, false, ['sign']);
  return signWith(key);
}

/** A moving face. */
export function moving(t) {
  const state = createState();
  state.time = t / 30;
  state.expression = state.expression.map((_, i) => Math.max(0, 0.3 * Math.sin(t * 0.2 + i)));
  state.correction = new Float32Array(2).fill(0.2 * Math.cos(t * 0.2));
  return state;
}

/**
 * What a page sends: a packet for each state, and the signatures over them where they arise.
 *
 * @returns {Promise<{ packets: Uint8Array[], coded: object[], signatures: Uint8Array[] }>}
 */
export async function signedStream(count, {
  key, epoch = 0, room = context, wallClock = start, settings = configuration, options = {},
}) {
  const sender = new CoreSender(await newCore(), settings, { epoch, isBroadcast: true });
  const signer = new StreamSigner(await newSigning(), {
    configuration: settings, context: room, epoch, ...key, ...options,
  });
  const stream = { packets: [], coded: [], signatures: [] };
  for (let t = 0; t < count; t += 1) {
    stream.packets.push(sender.send(moving(t)));
    const { coded } = sender;
    stream.coded.push(coded);
    stream.signatures.push(
      ...await signer.add(coded.canonical, coded.number, wallClock + t * 33));
  }
  stream.signatures.push(...await signer.finish());
  return stream;
}

/** A verifier on a core of its own. */
export async function newVerifier(options) {
  return new StreamVerifier(await newSigning(), { configuration, context, ...options });
}

/** A receiver that knows the configuration. */
export async function newReceiver(settings = configuration) {
  return new CoreReceiver(await newCore(), settings);
}

/** Datagrams of a recording's bytes, in order. */
export function datagramsOf(bytes) {
  const datagrams = [];
  for (let at = 8; at < bytes.length;) {
    const head = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    const length = head & 0x3fffff;
    if (head >>> 22 === 0) datagrams.push(bytes.slice(at + 3, at + 3 + length));
    at += 3 + length + 4;
  }
  return datagrams;
}

/** A recording of datagrams, without an index. */
export function recordingOf(settings, datagrams) {
  const parts = [Buffer.from([0x56, 0x56, 0x53, 0x54, 2, 0, 0, 0])];
  const add = (kind, contents) => {
    const head = (contents.length | (kind << 22)) >>> 0;
    const record = Buffer.concat([Buffer.from([head, head >>> 8, head >>> 16]), contents]);
    const sum = Buffer.alloc(4);
    sum.writeUInt32LE(checksum(record));
    parts.push(record, sum);
  };
  add(1, settings);
  for (const datagram of datagrams) add(0, datagram);
  return Buffer.concat(parts);
}

/** The CRC-32 of PNG. */
export function checksum(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** Chance that a seed decides. */
export function chance(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
