/** What runs on the audio thread: a tap that hands samples on, and a player with a buffer of its own. */
import { JitterBuffer } from "./jitter-buffer.js";

/** Hands the microphone's samples on in pieces of 10 ms. */
class VoiceTap extends AudioWorkletProcessor {
  #piece = new Float32Array(480);
  #filled = 0;

  process([[samples]]) {
    if (!samples) return true;
    for (let i = 0; i < samples.length;) {
      const count = Math.min(samples.length - i, 480 - this.#filled);
      this.#piece.set(samples.subarray(i, i + count), this.#filled);
      this.#filled += count;
      i += count;
      if (this.#filled === 480) {
        this.port.postMessage(this.#piece);
        this.#filled = 0;
      }
    }
    return true;
  }
}

/** Plays packets at their times. */
class VoicePlayer extends AudioWorkletProcessor {
  #buffer = new JitterBuffer();
  #told = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data: { at, samples } }) => {
      this.#buffer.add(at, samples, Math.round(currentTime * 48000));
    };
  }

  process(_, [[output]]) {
    this.#buffer.read(output, Math.round(currentTime * 48000));
    this.#told += output.length;
    if (this.#told >= 4800) {
      this.#told = 0;
      const { playing } = this.#buffer;
      this.port.postMessage({ playing, at: currentTime + output.length / 48000 });
    }
    return true;
  }
}

registerProcessor("voice-tap", VoiceTap);
registerProcessor("voice-player", VoicePlayer);
