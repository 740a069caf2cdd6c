/**
 * How surroundings answer a voice: impulse responses made from their measures, not recorded.
 *
 * Early reflections are the first images of a mouth in the walls; the late part is noise that decays
 * by 60 dB in the reverberation time (Sabine), faster in the treble, different for both ears.
 */

/**
 * @typedef {object} Acoustics
 * @property {number} seconds until the sound has decayed by 60 dB; 0 in the open
 * @property {number} share of the reflections beside the voice itself
 * @property {[number, number][]} early seconds and strength of the first reflections
 * @property {number} treble how much faster the treble decays
 */

/** @type {Record<string, Acoustics>} */
export const acoustics = {
  // A studio with curtains: nearly nothing.
  darkness: { seconds: 0.18, share: 0.1, early: [[0.009, 0.25]], treble: 3 },
  // 7 × 5 × 2.8 m with carpet, table and people.
  conference: {
    seconds: 0.45, share: 0.28, treble: 1.8,
    early: [[0.0041, 0.5], [0.0083, 0.4], [0.0122, 0.35], [0.0164, 0.3], [0.0205, 0.22]],
  },
  // In the open there is the ground and nothing else.
  beach: { seconds: 0, share: 0.12, early: [[0.0035, 0.35]], treble: 1 },
  meadow: { seconds: 0.25, share: 0.06, early: [[0.0035, 0.25], [0.09, 0.06]], treble: 4 },
};

/**
 * @param {string} surroundings unknown ones answer as darkness does
 * @param {BaseAudioContext} context
 * @returns {{buffer: AudioBuffer, share: number}}
 */
export function impulseOf(surroundings, context) {
  const { seconds, share, early, treble } = acoustics[surroundings] ?? acoustics.darkness;
  const rate = context.sampleRate;
  const last = Math.max(seconds, ...early.map(([time]) => time)) + 0.01;
  const buffer = new AudioBuffer({
    length: Math.ceil(last * rate), numberOfChannels: 2, sampleRate: rate,
  });
  const start = Math.max(0.004, ...early.map(([time]) => time * 0.6));
  for (const [ear, seed] of [[0, 0x9e3779b9], [1, 0x7f4a7c15]]) {
    const samples = new Float32Array(buffer.length);
    early.forEach(([time, strength], k) => {
      // The ears hear the walls at different moments.
      const at = Math.round((time + (ear === k % 2 ? 0 : 0.00025)) * rate);
      samples[at] += strength;
    });
    addTail(samples, { seconds, treble, start, rate, seed });
    buffer.copyToChannel(samples, ear);
  }
  return { buffer, share };
}

/** @param {Float32Array} samples @param {any} tail */
function addTail(samples, { seconds, treble, start, rate, seed }) {
  if (seconds <= 0) return;
  let state = seed >>> 0, low = 0;
  const decay = Math.log(1000) / seconds;
  for (let i = Math.round(start * rate); i < samples.length; i += 1) {
    // Xorshift: the same room sounds the same for everyone.
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    const noise = state / 2 ** 31 - 1;
    const time = i / rate;
    // A low pass that closes as time goes on.
    const open = Math.exp(-treble * time / seconds);
    low += (0.08 + 0.72 * open) * (noise - low);
    samples[i] += 0.11 * low * Math.exp(-decay * time);
  }
}
