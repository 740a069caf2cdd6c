/**
 * Keeps lips and voice together: both carry the sender's clock, and whichever is early waits.
 *
 * A picture that is late holds the voice back, by a delay that glides; a voice that is late holds the
 * picture back. What is measured is smoothed, as both jitter by some milliseconds.
 */

/** Seconds of difference that nobody notices, and that nothing is done about. */
const tolerance = 0.008;
/** The share of a difference that is taken away at each look. */
const step = 0.25;
/** Seconds by which either may be held back. */
const most = 0.4;

export class LipSync {
  /** Seconds by which the voice is held back. */
  voiceDelay = 0;
  /** Seconds by which the picture is held back. */
  pictureDelay = 0;
  /** Seconds that the picture is later than the voice, smoothed; null while unknown. */
  skew = /** @type {number | null} */ (null);

  /**
   * Looks at both.
   * @param {number | null} voice the sender's time that is heard now, in seconds
   * @param {number | null} picture the sender's time that is seen now
   */
  look(voice, picture) {
    if (voice === null || picture === null || Math.abs(voice - picture) > 2) {
      this.skew = null;
      return;
    }
    // The picture shows an earlier moment: it is late.
    const late = voice - picture;
    this.skew = this.skew === null ? late : this.skew + 0.3 * (late - this.skew);
    if (Math.abs(this.skew) < tolerance) return;
    let change = step * this.skew;
    // What was held back is let go first.
    if (change > 0) {
      const freed = Math.min(this.pictureDelay, change);
      this.pictureDelay -= freed;
      change -= freed;
      this.voiceDelay = Math.min(most, this.voiceDelay + change);
    } else {
      const freed = Math.min(this.voiceDelay, -change);
      this.voiceDelay -= freed;
      this.pictureDelay = Math.min(most, this.pictureDelay - change - freed);
    }
  }
}

/** Milliseconds between 1900 (NTP) and 1970. */
const ntp = 2208988800000;

/**
 * The sender's time of what a direct path's voice plays now.
 * @param {RTCRtpReceiver} receiver
 * @param {number} theirOrigin their `clock.origin`
 * @param {number} [now] milliseconds since 1970, of this machine
 * @returns {number | null} seconds of their clock; null while the browser does not know
 */
export function playedTime(receiver, theirOrigin, now = performance.timeOrigin + performance.now()) {
  const [source] = receiver.getSynchronizationSources?.() ?? [];
  const { captureTimestamp: captured, timestamp: played } = /** @type {any} */ (source ?? {});
  // Who is silent sends nothing, and what was heard long ago says nothing of now.
  if (!captured || now - played > 1000) return null;
  return (captured - ntp - theirOrigin + now - played) / 1000;
}
