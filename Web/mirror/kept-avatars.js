/** Avatars from files, kept in this browser so that the mirror opens with the last one. */

/** @typedef {{id: string, name: string, file: Blob, used: number}} KeptAvatar */

/** How many are kept; older ones make room. */
const most = 4;

/** @returns {Promise<IDBDatabase>} */
function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("visavis", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("avatars", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} work
 * @returns {Promise<any>}
 */
async function within(mode, work) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const request = work(opened.transaction("avatars", mode).objectStore("avatars"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    opened.close();
  }
}

/**
 * Newest first; none where the browser keeps nothing.
 * @returns {Promise<KeptAvatar[]>}
 */
export async function keptAvatars() {
  try {
    const all = await within("readonly", (store) => store.getAll());
    return all.sort((a, b) => b.used - a.used);
  } catch {
    return [];
  }
}

/**
 * Keeps one, or says so of one that is kept again.
 * @param {{id: string, name: string, file: Blob}} avatar
 */
export async function keepAvatar({ id, name, file }) {
  try {
    await within("readwrite", (store) => store.put({ id, name, file, used: Date.now() }));
    for (const { id: old } of (await keptAvatars()).slice(most)) await forgetAvatar(old);
  } catch {
    // Private windows keep nothing: the avatar is shown all the same.
  }
}

/** @param {string} id */
export async function forgetAvatar(id) {
  try {
    await within("readwrite", (store) => store.delete(id));
  } catch {
    // Nothing is kept.
  }
}
