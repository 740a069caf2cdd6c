/** The microphone, freed of echo and noise. */

/** Why a microphone was not lent; its message is for people. */
export class MicrophoneError extends Error {}

/**
 * @param {string | null} deviceId
 * @returns {Promise<MediaStreamTrack>}
 * @throws {MicrophoneError}
 */
export async function openMicrophone(deviceId = null) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new MicrophoneError("Browsers lend the microphone only to https pages and to localhost.");
  }
  const audio = {
    echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1,
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
  };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    return stream.getAudioTracks()[0];
  } catch (error) {
    throw new MicrophoneError(sentences[/** @type {any} */ (error)?.name] ?? sentences.NotFoundError);
  }
}

/** Decibels of full scale that a meter begins and ends at. */
const quietest = -55, loudest = -10;

/** How loud a microphone is, for a meter. */
export class MicrophoneMeter {
  #source;
  #meter;
  #samples = new Float32Array(1024);

  /** @param {AudioContext} context @param {MediaStreamTrack} track */
  constructor(context, track) {
    this.#source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([track]) });
    this.#meter = new AnalyserNode(context, { fftSize: this.#samples.length });
    this.#source.connect(this.#meter);
  }

  /** 0…1, even steps of decibels. */
  get level() {
    this.#meter.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0);
    const decibels = 10 * Math.log10(power / this.#samples.length + 1e-12);
    return Math.min(1, Math.max(0, (decibels - quietest) / (loudest - quietest)));
  }

  close() {
    this.#source.disconnect();
  }
}

/** @type {Record<string, string>} */
const sentences = {
  NotAllowedError:
    "The microphone is blocked for this page: allow it beside the address bar, then try again.",
  NotReadableError:
    "The microphone is being used by another program: close that, then try again.",
  NotFoundError: "No microphone was found: connect one, then try again.",
};
