/**
 * The direct path to one other participant: voice, a screen, and packets that may be lost.
 *
 * Both ends may offer at any time; when both do, the one with the larger number yields ("perfect
 * negotiation", W3C WebRTC 10.7). Where no direct path is found within two seconds, or the one there
 * was breaks, `isDirect` is false and everything goes through the server, until a path is found again.
 *
 * Events: "direct" (whether there is a path changed), "packet" {kind, payload}, "voice" {stream},
 * "screen" {stream}, "signal" (data to pass on).
 */
import { toChannel } from "./packets.js";

/** Milliseconds between attempts to find a path again. */
const retryEvery = 8000;
/** Bytes that may wait in a channel before packets are left out. */
const backlog = 16384;

export class Pair extends EventTarget {
  isDirect = false;
  /** Tells this attempt from others: who reloads the page begins anew. */
  session = crypto.randomUUID().slice(0, 8);
  /** The other end's session, once heard. @type {string | null} */
  remoteSession = null;

  #connection;
  #channel;
  #isPolite;
  #isOffering = false;
  #isIgnoring = false;
  #retry = 0;
  #senders = { voice: /** @type {RTCRtpTransceiver | null} */ (null), screen: /** @type {RTCRtpSender | null} */ (null) };
  #isClosed = false;

  /**
   * @param {object} options
   * @param {RTCIceServer[]} options.ice
   * @param {boolean} options.isPolite whether this end yields
   * @param {MediaStreamTrack | null} options.voice
   */
  constructor({ ice, isPolite, voice }) {
    super();
    this.#isPolite = isPolite;
    const connection = new RTCPeerConnection({ iceServers: ice, bundlePolicy: "max-bundle" });
    this.#connection = connection;
    // Agreed beforehand: no message is needed to open it.
    this.#channel = connection.createDataChannel(
      "packets", { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 });
    this.#channel.binaryType = "arraybuffer";
    this.#channel.onopen = this.#channel.onclose = () => this.#look();
    this.#channel.onmessage = ({ data }) => {
      const bytes = new Uint8Array(data);
      if (bytes.length === 0) return;
      this.#tell("packet", { kind: bytes[0], payload: bytes.subarray(1) });
    };
    connection.onnegotiationneeded = () => this.#offer();
    connection.onicecandidate = ({ candidate }) => {
      if (candidate) this.#signal({ candidate: candidate.toJSON() });
    };
    connection.onconnectionstatechange = () => this.#look();
    connection.ontrack = ({ track, transceiver, streams }) => {
      const stream = streams[0] ?? new MediaStream([track]);
      this.#tell(track.kind === "audio" ? "voice" : "screen", { stream, receiver: transceiver.receiver });
    };
    // The end that yields waits for the other's offer, which has its voice already.
    this.#senders.voice = isPolite ? null : connection.addTransceiver("audio", { direction: "sendrecv" });
    if (!isPolite) this.#prepareVoice(this.#senders.voice);
    this.setVoice(voice);
    this.#retry = setInterval(() => this.#restart(), retryEvery);
  }

  /** Says that this end is there; the other one may have had another here. */
  greet() {
    this.#signal({});
  }

  /** Whether nothing of the other end was taken yet. */
  get isFresh() {
    return this.#connection.remoteDescription === null;
  }

  /** Sends a packet if there is a path with room. @param {number} kind @param {Uint8Array} payload */
  send(kind, payload) {
    if (!this.isDirect || this.#channel.bufferedAmount > backlog) return false;
    try {
      this.#channel.send(toChannel(kind, payload));
      return true;
    } catch {
      return false;
    }
  }

  /** Takes what the other end had the server pass on. @param {any} data */
  async receive({ session, description, candidate }) {
    const connection = this.#connection;
    const isNew = session !== this.remoteSession;
    this.remoteSession = session;
    try {
      // What it was sent before it was there is sent again.
      if (isNew && !description && connection.signalingState === "have-local-offer") {
        this.#signal({ description: connection.localDescription.toJSON() });
      }
      if (description) {
        const isCollision = description.type === "offer" &&
          (this.#isOffering || connection.signalingState !== "stable");
        this.#isIgnoring = !this.#isPolite && isCollision;
        if (this.#isIgnoring) return;
        await connection.setRemoteDescription(description);
        if (description.type === "offer") {
          this.#adoptVoice();
          await connection.setLocalDescription();
          this.#signal({ description: connection.localDescription.toJSON() });
        }
      } else if (candidate) {
        await connection.addIceCandidate(candidate);
      }
    } catch (error) {
      // What belongs to an ignored offer, or to a connection that is gone, is of no use.
      if (!this.#isIgnoring && !this.#isClosed) this.#tell("trouble", { error });
    }
  }

  #voice = /** @type {MediaStreamTrack | null} */ (null);

  /** @param {MediaStreamTrack | null} track one's own voice */
  setVoice(track) {
    this.#voice = track;
    this.#senders.voice?.sender.replaceTrack(track).catch(() => {});
  }

  /** @param {MediaStreamTrack | null} track one's shared screen */
  setScreen(track) {
    if (this.#senders.screen) {
      this.#connection.removeTrack(this.#senders.screen);
      this.#senders.screen = null;
    }
    if (track) this.#senders.screen = this.#connection.addTrack(track, new MediaStream([track]));
  }

  /** @returns {Promise<RTCStatsReport>} */
  stats() {
    return this.#connection.getStats();
  }

  close() {
    this.#isClosed = true;
    clearInterval(this.#retry);
    this.#connection.onconnectionstatechange = this.#channel.onclose = null;
    this.#connection.close();
    this.isDirect = false;
  }

  /** The voice of the end that yields goes where the other's offer has room for it. */
  #adoptVoice() {
    if (this.#senders.voice) return;
    const [transceiver] = this.#connection.getTransceivers()
      .filter(({ receiver }) => receiver.track.kind === "audio");
    if (!transceiver) return;
    transceiver.direction = "sendrecv";
    this.#senders.voice = transceiver;
    this.#prepareVoice(transceiver);
    this.setVoice(this.#voice);
  }

  /** Opus as speech likes it: in mono, silent when silent. @param {RTCRtpTransceiver} transceiver */
  #prepareVoice(transceiver) {
    sayCaptureTimes(transceiver);
    const { sender } = transceiver;
    const parameters = sender.getParameters();
    if (!parameters.encodings?.length) return;
    parameters.encodings[0].maxBitrate = 32000;
    sender.setParameters(parameters).catch(() => {});
  }

  async #offer() {
    if (this.#isPolite && this.#connection.remoteDescription === null) return;
    try {
      this.#isOffering = true;
      await this.#connection.setLocalDescription();
      this.#signal({ description: this.#connection.localDescription.toJSON() });
    } catch (error) {
      if (!this.#isClosed) this.#tell("trouble", { error });
    } finally {
      this.#isOffering = false;
    }
  }

  #restart() {
    if (this.isDirect || this.#isPolite || this.#isClosed) return;
    this.#connection.restartIce();
  }

  #look() {
    const isDirect = this.#channel.readyState === "open" &&
      this.#connection.connectionState === "connected";
    if (isDirect === this.isDirect) return;
    this.isDirect = isDirect;
    this.#tell("direct", { isDirect });
    // A path that breaks is looked for at once.
    if (!isDirect) this.#restart();
  }

  #signal(/** @type {object} */ data) {
    this.#tell("signal", { session: this.session, ...data });
  }

  #tell(/** @type {string} */ name, /** @type {any} */ detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** Voices say when they were heard, where the browser can (draft-ietf-avtcore-abs-capture-time). */
function sayCaptureTimes(/** @type {any} */ transceiver) {
  const offered = transceiver.getHeaderExtensionsToNegotiate?.();
  const mine = offered?.find((/** @type {any} */ e) => e.uri.endsWith("/abs-capture-time"));
  if (!mine) return;
  mine.direction = "sendrecv";
  transceiver.setHeaderExtensionsToNegotiate(offered);
}
