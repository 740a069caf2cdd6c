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

/** @type {Record<string, string>} */
const sentences = {
  NotAllowedError:
    "The microphone is blocked for this page: allow it beside the address bar, then try again.",
  NotReadableError:
    "The microphone is being used by another program: close that, then try again.",
  NotFoundError: "No microphone was found: connect one, then try again.",
};
