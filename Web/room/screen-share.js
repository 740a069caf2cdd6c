/** One screen at a time, shown in the room as a panel. */

/**
 * @param {any} session a `RoomSession`
 * @param {any} scene a `RoomScene`
 * @param {(error: any) => void} trouble
 */
export function makeScreenShare(session, scene, trouble) {
  /** @type {MediaStream | null} */
  let mine = null;
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  /** What came from others, by participant. @type {Map<number, MediaStream>} */
  const streams = new Map();
  session.addEventListener("screen", ({ detail: { participant, stream } }) => {
    streams.set(participant, stream);
    refresh();
  });

  async function stop() {
    for (const track of mine?.getTracks() ?? []) track.stop();
    mine = null;
    await session.shareScreen(null);
    refresh();
    return false;
  }

  /** Shows whose screen the room says is on. */
  function refresh() {
    const owner = session.room?.screen ?? null;
    if (mine && owner !== null && owner !== session.connection.participant) {
      // A moderator has given the screen to somebody else.
      for (const track of mine.getTracks()) track.stop();
      mine = null;
      session.lines.setScreen(null);
    }
    const stream = owner === null ? null
      : owner === session.connection.participant ? mine : streams.get(owner) ?? null;
    if (video.srcObject === stream) return;
    video.srcObject = stream;
    if (stream) video.play().catch(() => {});
    scene.setScreen(stream ? video : null);
  }

  return {
    refresh,
    /** @returns {Promise<boolean>} whether one's screen is shared now */
    async toggle() {
      if (mine) return stop();
      let stream;
      try {
        stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 15 }, audio: false });
      } catch (error) {
        // Whoever changed their mind needs no sentence.
        if (/** @type {any} */ (error).name !== "NotAllowedError") {
          trouble(new Error("This browser cannot share a screen here."));
        }
        return false;
      }
      if (!(await session.shareScreen(stream))) return false;
      mine = stream;
      stream.getVideoTracks()[0].addEventListener("ended", stop);
      refresh();
      return true;
    },
  };
}
