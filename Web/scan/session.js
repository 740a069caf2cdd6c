/** Where the scan stands, so that a reload goes on from there. */

/**
 * @typedef {object} Session
 * @property {"review" | "sending" | "making"} step
 * @property {string} type the recording's media type
 * @property {string} fileName
 * @property {number} size bytes of the recording
 * @property {number} seconds how long it is; 0 where that is not known
 * @property {number[]} seen which directions of the head were seen, 0…1 each
 * @property {{name: string, keepsVideo: boolean, quality: string} | null} order
 * @property {string | null} upload the address of the upload
 * @property {string | null} enrollment the identifier of the enrolment
 */

const key = "visavis.scan";

/** @returns {Session | null} */
export function loadSession() {
  try {
    const session = JSON.parse(localStorage.getItem(key) ?? "null");
    return session && ["review", "sending", "making"].includes(session.step) ? session : null;
  } catch {
    return null;
  }
}

/** @param {Session | null} session */
export function saveSession(session) {
  try {
    if (session) localStorage.setItem(key, JSON.stringify(session));
    else localStorage.removeItem(key);
  } catch {
    // Without storage the scan works, but does not survive a reload.
  }
}
