/** Soft sounds for when a person looks away from the screen. */

/** @type {AudioContext | null} */
let context = null;

/** Call from a click, or browsers keep silent. */
export function allowSounds() {
  if (!globalThis.AudioContext) return;
  context ??= new AudioContext();
  context.resume().catch(() => {});
}

/**
 * A tone that swells and fades.
 * @param {number[]} pitches in Hz, one after another
 */
export function chime(pitches) {
  if (!context || context.state !== "running") return;
  pitches.forEach((pitch, k) => {
    const start = context.currentTime + 0.11 * k;
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.12, start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0005, start + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.55);
  });
}

/** The next thing to do. */
export const nextSound = () => chime([659, 880]);
/** All done. */
export const doneSound = () => chime([523, 659, 784, 1047]);
