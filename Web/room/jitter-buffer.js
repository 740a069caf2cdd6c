/**
 * Holds packets of sound back just long enough that they play without gaps.
 *
 * Each packet says when its first sample was heard at the other end. How much later than the
 * quickest one it arrives is what must be waited for; the wait follows the worst of the last
 * seconds, growing at once and shrinking slowly. A gap fades out, and what follows fades in; a wait
 * that shrinks leaves out quiet samples, one in a hundred at most.
 */

/** Samples of the longest wait: half a second. */
const mostWait = 24000;
/** Samples that the wait has beyond the worst arrival: a third of a packet. */
const margin = 320;
/** Samples over which sound fades where it is cut. */
const fade = 96;
/** How much of the wait's excess is given back in a second. */
const shrink = 0.05;

export class JitterBuffer {
  /** Seconds of the other end's clock that play now; null while nothing does. */
  playing = /** @type {number | null} */ (null);

  /** @type {{at: number, samples: Float32Array}[]} */
  #packets = [];
  /** Arrival minus sending of the quickest packet, in samples; drifts up slowly. */
  #quickest = Infinity;
  #wait = 960;
  #last = 0;
  /** Where reading is, in the other end's samples. @type {number | null} */
  #position = null;
  #gain = 0;
  #high = 0;

  /** Samples that are waited for now. */
  get wait() {
    return this.#wait;
  }

  /**
   * Takes a packet.
   * @param {number} at its first sample, modulo 2³²
   * @param {Float32Array} samples
   * @param {number} arrived this end's clock, in samples
   */
  add(at, samples, arrived) {
    at = this.#unwrap(at);
    const late = arrived - at;
    // Their clock was set anew: begin again.
    if (Math.abs(late - this.#quickest) > 10 * 48000) this.#reset();
    this.#quickest = Math.min(this.#quickest + (arrived - this.#last) * 2e-5, late);
    let need = late - this.#quickest + samples.length / 2 + margin;
    // All has become later, as on a machine that is overtaxed: later is better than never.
    if (need > mostWait) {
      this.#quickest += need - mostWait;
      need = mostWait;
    }
    const shrunk = this.#wait * (1 - (shrink * Math.max(0, arrived - this.#last)) / 48000);
    this.#wait = Math.max(need, shrunk, 480);
    this.#last = arrived;
    if (this.#position !== null && at + samples.length <= this.#position) return;
    let k = this.#packets.length;
    while (k > 0 && this.#packets[k - 1].at > at) k -= 1;
    if (this.#packets[k - 1]?.at === at) return;
    this.#packets.splice(k, 0, { at, samples });
    // More than can ever be waited for is not kept.
    if (this.#packets.length > 64) this.#packets.shift();
  }

  /**
   * Fills a block.
   * @param {Float32Array} output
   * @param {number} now this end's clock at the block's first sample
   */
  read(output, now) {
    const goal = now - this.#quickest - this.#wait;
    if (!Number.isFinite(goal)) {
      output.fill(0);
      return;
    }
    // Too early or far too late: jump, in silence. A little off: glide there.
    if (this.#position === null || Math.abs(goal - this.#position) > 4800) {
      this.#position = Math.round(goal);
      this.#gain = 0;
    }
    const off = goal - this.#position;
    const step = off > 64 ? 1.01 : off < -64 ? 0.99 : 1;
    let heard = false;
    for (let i = 0; i < output.length; i += 1) {
      const value = this.#sample(this.#position);
      heard ||= value !== null;
      this.#gain = value === null
        ? Math.max(0, this.#gain - 1 / fade) : Math.min(1, this.#gain + 1 / fade);
      if (value !== null) this.#held = value;
      output[i] = this.#gain * this.#held;
      this.#position += step;
    }
    while (this.#packets.length > 0 &&
      this.#packets[0].at + this.#packets[0].samples.length <= this.#position - 1) {
      this.#packets.shift();
    }
    this.playing = heard ? this.#position / 48000 : null;
  }

  #held = 0;

  /** @param {number} position @returns {number | null} */
  #sample(position) {
    for (let p = 0; p < this.#packets.length; p += 1) {
      const { at, samples } = this.#packets[p];
      if (position < at) return null;
      const offset = position - at;
      if (offset >= samples.length) continue;
      const k = Math.floor(offset), after = this.#packets[p + 1];
      // A packet's last sample leads on to the next one's first.
      const next = samples[k + 1] ?? (after?.at === at + samples.length ? after.samples[0] : samples[k]);
      return samples[k] + (offset - k) * (next - samples[k]);
    }
    return null;
  }

  /** A number modulo 2³², as the one nearest to the last. @param {number} at */
  #unwrap(at) {
    const turn = 2 ** 32;
    const near = this.#high + ((at - this.#high) % turn + turn) % turn;
    this.#high = near - this.#high > turn / 2 && near >= turn ? near - turn : near;
    return this.#high;
  }

  #reset() {
    this.#packets = [];
    this.#quickest = Infinity;
    this.#position = null;
    this.#wait = 960;
    this.playing = null;
  }
}
