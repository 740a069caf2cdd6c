/** Which avatar was worn last, kept in this browser. */

const key = "visavis.room.avatar";

/** @returns {string | null} its identifier */
export function wornLast() {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string | null} id */
export function keepWorn(id) {
  try {
    if (id) localStorage.setItem(key, id);
    else localStorage.removeItem(key);
  } catch {
    // It is chosen again next time.
  }
}
