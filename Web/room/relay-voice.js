/**
 * Voice through the server, for pairs without a direct path: Opus by WebCodecs, packet by packet, with
 * the time of each first sample; played from a buffer that follows the network.
 */
import { now, samplesAt } from "./clock.js";
import { kind } from "./packets.js";

/** Whether this browser can. */
export const canRelayVoice = "AudioEncoder" in globalThis && "AudioDecoder" in globalThis;

const format = { codec: "opus", sampleRate: 48000, numberOfChannels: 1 };

/** Codes one's own voice while somebody needs it. */
export class VoiceSender {
  #send;
  /** @type {AudioEncoder | null} */
  #encoder = null;
  #source = /** @type {{stop: () => void} | null} */ (null);

  /** @param {(payload: Uint8Array) => void} send */
  constructor(send) {
    this.#send = send;
  }

  get isOn() {
    return this.#source !== null;
  }

  /**
   * Begins with a microphone's track.
   * @param {MediaStreamTrack} track
   * @param {AudioContext} context of 48 kHz
   */
  async start(track, context) {
    this.stop();
    const encoder = new AudioEncoder({
      output: (chunk) => {
        const payload = new Uint8Array(4 + chunk.byteLength);
        new DataView(payload.buffer).setUint32(0, samplesAt(chunk.timestamp / 1e6), true);
        chunk.copyTo(payload.subarray(4));
        this.#send(payload);
      },
      error: () => this.stop(),
    });
    encoder.configure({
      ...format, bitrate: 24000,
      // @ts-ignore: not in every browser's types yet
      opus: { frameDuration: 20000, application: "voip", usedtx: true, useinbandfec: true },
    });
    this.#encoder = encoder;
    await context.audioWorklet.addModule(new URL("../room/voice-worklet.js", import.meta.url));
    if (this.#encoder !== encoder) return;
    const source = new MediaStreamAudioSourceNode(
      context, { mediaStream: new MediaStream([track]) });
    const tap = new AudioWorkletNode(context, "voice-tap", { numberOfOutputs: 0 });
    // Samples come every 10 ms; when the first one was heard is counted on from the first message.
    let began = null, count = 0;
    tap.port.onmessage = ({ data }) => {
      if (encoder.state !== "configured") return;
      const duration = data.length / 48000;
      const arrived = now() - duration;
      const expected = began === null ? -Infinity : began + count / 48000;
      // The page was held up, or the microphone stopped: count anew.
      if (Math.abs(arrived - expected) > 0.15) {
        began = arrived;
        count = 0;
      } else if (arrived < expected) {
        began -= expected - arrived;
      }
      const sound = new AudioData({
        format: "f32", sampleRate: 48000, numberOfChannels: 1, numberOfFrames: data.length,
        timestamp: Math.round((began + count / 48000) * 1e6), data,
      });
      count += data.length;
      encoder.encode(sound);
      sound.close();
    };
    source.connect(tap);
    this.#source = { stop: () => { source.disconnect(); tap.port.onmessage = null; } };
  }

  stop() {
    this.#source?.stop();
    this.#source = null;
    if (this.#encoder?.state === "configured") this.#encoder.close();
    this.#encoder = null;
  }
}

/** Plays another participant's packets: a source for their `Voice`. */
export class VoiceReceiver {
  /** The sender's time of what plays now, in seconds of their clock; null while nothing does. */
  playing = /** @type {number | null} */ (null);
  /** When `playing` was so, in seconds of this page's clock. */
  playingAt = 0;
  packets = 0;

  #decoder;
  #node;

  /**
   * @param {AudioContext} context
   * @returns {Promise<VoiceReceiver>}
   */
  static async open(context) {
    await context.audioWorklet.addModule(new URL("../room/voice-worklet.js", import.meta.url));
    return new VoiceReceiver(context);
  }

  /** Use `open`. @param {AudioContext} context */
  constructor(context) {
    this.#node = new AudioWorkletNode(
      context, "voice-player", { numberOfInputs: 0, outputChannelCount: [1] });
    this.#node.port.onmessage = ({ data }) => {
      this.playing = data.playing;
      this.playingAt = now();
    };
    this.#decoder = this.#makeDecoder();
  }

  /** The node that plays. */
  get source() {
    return this.#node;
  }

  /** Takes a packet. @param {Uint8Array} payload */
  receive(payload) {
    if (payload.length < 5) return;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    if (this.#decoder.state === "closed") this.#decoder = this.#makeDecoder();
    this.packets += 1;
    this.#decoder.decode(new EncodedAudioChunk({
      type: "key", timestamp: Math.round(view.getUint32(0, true) / 0.048),
      data: payload.subarray(4),
    }));
  }

  close() {
    this.#node.disconnect();
    this.#node.port.onmessage = null;
    if (this.#decoder.state !== "closed") this.#decoder.close();
  }

  #makeDecoder() {
    const decoder = new AudioDecoder({
      output: (sound) => {
        const samples = new Float32Array(sound.numberOfFrames);
        sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
        const at = Math.round(sound.timestamp * 0.048);
        sound.close();
        this.#node.port.postMessage({ at, samples }, [samples.buffer]);
      },
      // A packet that is none spoils only itself.
      error: () => {},
    });
    decoder.configure(format);
    return decoder;
  }
}

/** What relayed packets are. */
export const voiceKind = kind.voice;
