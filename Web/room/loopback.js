/** Seconds of sound in one packet. */
const codingTime = 0.01;

/**
 * Plays a stream through a peer connection to itself. Chromium's echo canceller takes what a peer
 * connection brings for what the loudspeakers play, but not what an AudioContext plays.
 */
export class Loopback {
  #ends = [new RTCPeerConnection(), new RTCPeerConnection()];
  #element = new Audio();
  /** @type {RTCRtpReceiver | null} */
  #receiver = null;
  #delayed = 0;
  #emitted = 0;
  /** Seconds that the detour takes: coding, and what the receiving end holds back. */
  latency = 0.03;

  /** Whether this browser needs the detour: those built on Chromium. */
  static get isNeeded() {
    return "chrome" in globalThis || /Chrom(e|ium)\//.test(navigator.userAgent);
  }

  /** @param {MediaStream} stream */
  async start(stream) {
    const [here, there] = this.#ends;
    const arrived = new Promise((resolve) => { there.ontrack = resolve; });
    here.onicecandidate = ({ candidate }) => { if (candidate) there.addIceCandidate(candidate); };
    there.onicecandidate = ({ candidate }) => { if (candidate) here.addIceCandidate(candidate); };
    for (const track of stream.getTracks()) here.addTrack(track, stream);
    const offer = await here.createOffer();
    // Both ears, and more than speech needs: it is coded once more only on this machine.
    offer.sdp = offer.sdp.replace(
      "useinbandfec=1", "useinbandfec=0;stereo=1;sprop-stereo=1;maxaveragebitrate=256000;minptime=10");
    await here.setLocalDescription(offer);
    await there.setRemoteDescription(offer);
    const answer = await there.createAnswer();
    answer.sdp = answer.sdp.replace("useinbandfec=1", "stereo=1;minptime=10");
    await there.setLocalDescription(answer);
    await here.setRemoteDescription(answer);
    const { track, receiver } = /** @type {RTCTrackEvent} */ (await arrived);
    // No network lies between: nothing needs to wait.
    receiver.playoutDelayHint = 0;
    if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
    this.#receiver = receiver;
    this.#element.srcObject = new MediaStream([track]);
  }

  /** What plays. @returns {MediaStream | null} */
  get stream() {
    return /** @type {MediaStream | null} */ (this.#element.srcObject);
  }

  /** Measures `latency` anew, over the time since it was last measured. */
  async measure() {
    for (const report of (await this.#receiver?.getStats())?.values() ?? []) {
      if (report.type !== "inbound-rtp") continue;
      const { jitterBufferDelay = 0, jitterBufferEmittedCount = 0 } = report;
      const count = jitterBufferEmittedCount - this.#emitted;
      if (count > 0) this.latency = codingTime + (jitterBufferDelay - this.#delayed) / count;
      this.#delayed = jitterBufferDelay;
      this.#emitted = jitterBufferEmittedCount;
    }
  }

  async play() {
    await this.#element.play().catch(() => {});
  }

  close() {
    this.#element.srcObject = null;
    for (const end of this.#ends) end.close();
  }
}
