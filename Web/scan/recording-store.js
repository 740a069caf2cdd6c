/**
 * Keeps a recording in this browser (IndexedDB) piece by piece, until the server has it: a reload or a
 * crash loses a second at most.
 */

const databaseName = "visavis-scan";

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("pieces");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>} body
 * @returns {Promise<T>} when the transaction is on the disk
 */
async function transact(mode, body) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction("pieces", mode, { durability: "strict" });
      const request = body(transaction.objectStore("pieces"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Forgets what is kept. */
export async function clearRecording() {
  await transact("readwrite", (store) => store.clear());
}

/**
 * Keeps the next piece.
 * @param {number} index from 0 on
 * @param {Blob} piece
 */
export async function keepPiece(index, piece) {
  await transact("readwrite", (store) => store.put(piece, index));
}

/**
 * What is kept, whole; null where nothing is.
 * @param {string} type the media type
 * @returns {Promise<Blob | null>}
 */
export async function keptRecording(type) {
  const pieces = await transact("readonly", (store) => store.getAll());
  return pieces.length ? new Blob(pieces, { type }) : null;
}
