/**
 * Everyone's voice at their mouth: distance, direction, the room's reflections; and one's own ears.
 *
 *     voice ─▶ delay ─▶ gain ─▶ panner (HRTF) ─┬─▶ mix ─▶ what the loudspeakers play
 *                   └▶ meter                   └─▶ reflections ─▶ mix
 *
 * Chromium's echo canceller hears only what comes out of a media element or a peer connection, not
 * what an AudioContext plays: where that matters the mix goes through a connection to itself once
 * there is a microphone (docs/decisions/0027-voices-at-their-mouths.md).
 */
import { Loopback } from "./loopback.js";
import { impulseOf } from "./reflections.js";

/** Seconds in which positions glide: no clicks, and quick enough for a turning head (20 ms). */
const glide = 0.005;
/** Milliseconds after which a microphone waits no longer for the detour. */
const detourPatience = 3000;
/** Seconds of voice that can be held back for the picture. */
const mostDelay = 0.5;
/**
 * Seconds from a voice's source to the mix that no browser tells of: what the source holds ready, the
 * panner's and the compressor's blocks; as claps show it (Tests/Web/room_figures.py).
 */
const processing = 0.05;
/** Seconds of delay that change in a second: 2 % is not heard as another pitch. */
const delaySlope = 0.02;

export class Voices {
  #context;
  #mix;
  #reflections;
  #wet;
  #dry;
  #loopback = /** @type {Loopback | null} */ (null);
  /** The switch to it, under way or done. @type {Promise<void> | null} */
  #detour = null;
  /** @type {Map<number, Voice>} */
  #voices = new Map();
  #isMono = false;

  /** @param {AudioContext} [context] */
  constructor(context = new AudioContext({ latencyHint: "interactive", sampleRate: 48000 })) {
    this.#context = context;
    this.#mix = new DynamicsCompressorNode(context, { threshold: -10, ratio: 8, attack: 0.002 });
    this.#dry = new GainNode(context, { gain: 1 });
    this.#wet = new GainNode(context, { gain: 0 });
    this.#reflections = new ConvolverNode(context, { disableNormalization: true });
    this.#dry.connect(this.#mix);
    this.#reflections.connect(this.#wet).connect(this.#mix);
  }

  /** @returns {AudioContext} */
  get context() {
    return this.#context;
  }

  /** What everyone hears, for whoever records it. */
  get output() {
    return this.#mix;
  }

  /** What plays, where that is a stream. @returns {MediaStream | null} */
  get stream() {
    return this.#loopback?.stream ?? null;
  }

  /** Seconds from a voice's source to the ear, but for its own delay. */
  get latency() {
    const { baseLatency = 0, outputLatency = 0 } = this.#context;
    return processing + (outputLatency || baseLatency) + (this.#loopback?.latency ?? 0);
  }

  /** Measures `latency` anew. */
  measure() {
    return this.#loopback?.measure().catch(() => {});
  }

  /** Begins to play; a browser may ask for a click before. */
  async start() {
    this.#mix.connect(this.#context.destination);
    await this.resume();
  }

  /** From now on a microphone's echo canceller knows what plays here. */
  cancelEcho() {
    if (Loopback.isNeeded) this.#detour ??= this.#takeDetour();
    return this.#detour;
  }

  async #takeDetour() {
    const target = new MediaStreamAudioDestinationNode(this.#context), loopback = new Loopback();
    this.#mix.connect(target);
    const late = new Promise((_, reject) => { setTimeout(() => reject(new Error("late")), detourPatience); });
    try {
      // Where no path leads from this machine to itself, nothing would ever play.
      await Promise.race([late, loopback.start(target.stream).then(() => loopback.play())]);
      this.#mix.disconnect(this.#context.destination);
      this.#loopback = loopback;
    } catch {
      // Without the detour the room is heard all the same.
      loopback.close();
      this.#mix.disconnect(target);
    }
  }

  /** Goes on after the browser has stopped it. */
  async resume() {
    await this.#context.resume().catch(() => {});
    await this.#loopback?.play();
  }

  /** Whether something must be clicked before anything is heard. */
  get isBlocked() {
    return this.#context.state !== "running";
  }

  /** Both ears hear the same: for one ear, one loudspeaker. */
  set isMono(on) {
    this.#isMono = on;
    for (const voice of this.#voices.values()) voice.setMono(on);
    // Mixing down happens here, so that directions cancel nothing.
    this.#mix.channelCount = on ? 1 : 2;
    this.#mix.channelCountMode = on ? "explicit" : "clamped-max";
  }

  get isMono() {
    return this.#isMono;
  }

  /** Reflections that fit the surroundings. @param {string} surroundings */
  setSurroundings(surroundings) {
    const { buffer, share } = impulseOf(surroundings, this.#context);
    this.#reflections.buffer = buffer;
    this.#wet.gain.setTargetAtTime(share, this.#context.currentTime, 0.1);
  }

  /**
   * One's ears.
   * @param {{position: number[], forward: number[], up: number[]}} listener metres
   */
  setListener({ position, forward, up }) {
    const { listener } = this.#context, at = this.#context.currentTime;
    if (!listener.positionX) {
      listener.setPosition(...position);
      listener.setOrientation(...forward, ...up);
      return;
    }
    const set = (/** @type {AudioParam} */ parameter, /** @type {number} */ value) =>
      parameter.setTargetAtTime(value, at, glide);
    ["X", "Y", "Z"].forEach((axis, i) => {
      set(listener[`position${axis}`], position[i]);
      set(listener[`forward${axis}`], forward[i]);
      set(listener[`up${axis}`], up[i]);
    });
  }

  /** The voice of a participant, made when it is first asked for. @param {number} participant */
  voice(participant) {
    let voice = this.#voices.get(participant);
    if (!voice) {
      voice = new Voice(this.#context, this.#dry, this.#reflections);
      voice.setMono(this.#isMono);
      this.#voices.set(participant, voice);
    }
    return voice;
  }

  /** @param {number} participant */
  remove(participant) {
    this.#voices.get(participant)?.close();
    this.#voices.delete(participant);
  }

  async close() {
    for (const participant of [...this.#voices.keys()]) this.remove(participant);
    this.#loopback?.close();
    await this.#context.close().catch(() => {});
  }
}

/** One person's voice. */
export class Voice {
  #context;
  #delay;
  #gain;
  #panner;
  #meter;
  #samples = new Float32Array(2048);
  /** @type {AudioNode | null} */
  #source = null;
  /** A stream must be played by an element too, or Chromium keeps it silent. */
  #element = /** @type {HTMLAudioElement | null} */ (null);
  #level = 0;

  /** @param {AudioContext} context @param {AudioNode} dry @param {AudioNode} wet */
  constructor(context, dry, wet) {
    this.#context = context;
    this.#delay = new DelayNode(context, { maxDelayTime: mostDelay, delayTime: 0 });
    this.#gain = new GainNode(context);
    this.#meter = new AnalyserNode(context, { fftSize: this.#samples.length });
    this.#panner = new PannerNode(context, {
      panningModel: "HRTF", distanceModel: "inverse", refDistance: 1, rolloffFactor: 1,
      // A mouth speaks forwards: what is behind a head is quieter.
      coneInnerAngle: 160, coneOuterAngle: 330, coneOuterGain: 0.55,
    });
    this.#delay.connect(this.#meter);
    this.#delay.connect(this.#gain).connect(this.#panner);
    this.#panner.connect(dry);
    this.#panner.connect(wet);
  }

  /** Plays what comes over a direct path. @param {MediaStream | null} stream */
  setStream(stream) {
    this.#element?.remove();
    this.#element = null;
    if (!stream) {
      this.setSource(null);
      return;
    }
    const element = new Audio();
    element.muted = true;
    element.srcObject = stream;
    element.play().catch(() => {});
    this.#element = element;
    this.setSource(new MediaStreamAudioSourceNode(this.#context, { mediaStream: stream }));
  }

  /** Plays what a node gives. @param {AudioNode | null} source */
  setSource(source) {
    this.#source?.disconnect();
    this.#source = source;
    source?.connect(this.#delay);
  }

  /** Where the mouth is and where it points. @param {{position: number[], forward: number[]}} mouth */
  place({ position, forward }) {
    const at = this.#context.currentTime;
    ["X", "Y", "Z"].forEach((axis, i) => {
      this.#panner[`position${axis}`].setTargetAtTime(position[i], at, glide);
      this.#panner[`orientation${axis}`].setTargetAtTime(forward[i], at, glide);
    });
  }

  /** @param {boolean} on directions are not heard */
  setMono(on) {
    this.#panner.panningModel = on ? "equalpower" : "HRTF";
  }

  /** @param {number} volume 0…2 */
  set volume(volume) {
    this.#gain.gain.setTargetAtTime(volume, this.#context.currentTime, 0.02);
  }

  /** Seconds by which the voice is held back now. */
  get delay() {
    return this.#delay.delayTime.value;
  }

  /** Moves the delay towards another without being heard. @param {number} seconds */
  approachDelay(seconds) {
    const parameter = this.#delay.delayTime, at = this.#context.currentTime;
    const goal = Math.min(Math.max(seconds, 0), mostDelay);
    const change = Math.abs(goal - parameter.value);
    parameter.cancelScheduledValues(at);
    parameter.setValueAtTime(parameter.value, at);
    parameter.linearRampToValueAtTime(goal, at + Math.max(0.05, change / delaySlope));
  }

  /** The root mean square of the last 43 ms. */
  get loudness() {
    this.#meter.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return Math.sqrt(sum / this.#samples.length);
  }

  /** How loud it is now, 0…1, quick to rise and slow to fall; asked for at every picture. */
  get level() {
    this.#level = Math.max(Math.min(1, 6 * this.loudness), 0.88 * this.#level);
    return this.#level;
  }

  close() {
    this.setStream(null);
    for (const node of [this.#delay, this.#gain, this.#panner, this.#meter]) node.disconnect();
  }
}
