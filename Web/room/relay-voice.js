/**
 * Voice through the server, for pairs without a direct path: Opus by WebCodecs, packet by packet, with
 * the time of each first sample; played from a buffer that follows the network.
 */
import { now, samplesAt } from "./clock.js";
import { kind } from "./packets.js";

/** Whether this browser can. */
export const canRelayVoice = "AudioEncoder" in globalThis && "AudioDecoder" in globalThis;

const format = { codec: "opus", sampleRate: 48000, numberOfChannels: 1 };
const coding = {
  ...format, bitrate: 24000,
  // Not the encoder's own pauses (DTX): Chromium's times stand still in them.
  opus: { frameDuration: 20000, application: "voip", usedtx: false, useinbandfec: true },
};

/** Packets that are decoded at once. */
const mostDecoding = 64;

/** What is quieter than this is nothing, and not sent after so many pieces of 10 ms. */
const quiet = 3e-4, pause = 40;

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
    // Samples come every 10 ms; when the first one was heard is counted on from the first message.
    let began = 0, count = 0, beganAsCoded = 0, quietPieces = 0, isCounting = false;
    const encoder = new AudioEncoder({
      output: (chunk) => {
        const payload = new Uint8Array(4 + chunk.byteLength);
        // The encoder counts on from the first time it was told, whatever it is told later.
        const time = chunk.timestamp / 1e6 + began - beganAsCoded;
        new DataView(payload.buffer).setUint32(0, samplesAt(time), true);
        chunk.copyTo(payload.subarray(4));
        this.#send(payload);
      },
      error: () => this.stop(),
    });
    encoder.configure(coding);
    this.#encoder = encoder;
    await context.audioWorklet.addModule(new URL("../room/voice-worklet.js", import.meta.url));
    if (this.#encoder !== encoder) return;
    const source = new MediaStreamAudioSourceNode(
      context, { mediaStream: new MediaStream([track]) });
    const tap = new AudioWorkletNode(context, "voice-tap", { numberOfOutputs: 0 });
    tap.port.onmessage = ({ data }) => {
      if (encoder.state !== "configured") return;
      quietPieces = data.some((sample) => Math.abs(sample) > quiet) ? 0 : quietPieces + 1;
      if (quietPieces > pause) {
        // What is still being coded keeps its time.
        isCounting = false;
        return;
      }
      const duration = data.length / 48000;
      const arrived = now() - duration;
      const expected = isCounting ? began + count / 48000 : -Infinity;
      // After a pause, or when the page was held up: count anew.
      if (Math.abs(arrived - expected) > 0.15) {
        began = beganAsCoded = arrived;
        count = 0;
        isCounting = true;
        encoder.reset();
        encoder.configure(coding);
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
  /** When `playing` was so, in seconds of the audio context. */
  playingAt = 0;
  packets = 0;

  #decoder;
  #node;
  /** The times of packets that are being decoded: the decoder counts on over gaps. @type {number[]} */
  #times = [];

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
      this.playingAt = data.at;
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
    const at = view.getUint32(0, true);
    this.#times.push(at);
    // A packet that nothing comes of must not keep its place.
    if (this.#times.length > mostDecoding) this.#times.shift();
    this.#decoder.decode(new EncodedAudioChunk({
      type: "key", timestamp: Math.round(at / 0.048), data: payload.subarray(4),
    }));
  }

  close() {
    this.#node.disconnect();
    this.#node.port.onmessage = null;
    if (this.#decoder.state !== "closed") this.#decoder.close();
  }

  #makeDecoder() {
    this.#times = [];
    const decoder = new AudioDecoder({
      output: (sound) => {
        const samples = new Float32Array(sound.numberOfFrames);
        sound.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
        const at = this.#times.shift() ?? Math.round(sound.timestamp * 0.048);
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
