/** Resumable uploads: tus 1.0.0, with a checksum for every piece. */
import { ScanFailure } from "./failures.js";
import { api } from "./server.js";

const pieceSize = 4 * 1024 * 1024;
/** Seconds between attempts while the server cannot be reached. */
const patience = [0.5, 1, 2, 4, 8, 15];

/** @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** @param {Blob} piece */
async function checksum(piece) {
  // Only secure pages may compute one.
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
  return `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}

/**
 * Sends a video; goes on where an earlier attempt ended, and through times without a server.
 *
 * @param {Blob} video
 * @param {object} options
 * @param {string | null} options.address of an upload that was begun before
 * @param {string} options.fileName
 * @param {(address: string) => void} options.onaddress the upload has an address
 * @param {(sent: number, isReachable: boolean) => void} options.onprogress bytes the server has
 * @param {AbortSignal} options.signal
 * @returns {Promise<string>} the upload's identifier
 * @throws {ScanFailure} when the server refuses the video; `AbortError` when aborted
 */
export async function sendVideo(video, { address, fileName, onaddress, onprogress, signal }) {
  let url = address;
  let offset = 0;
  let failures = 0;
  let isKnown = false;

  for (;;) {
    signal.throwIfAborted();
    try {
      if (!url) {
        url = await announce(video, fileName, signal);
        onaddress(url);
        offset = 0;
        isKnown = true;
      } else if (!isKnown) {
        const received = await askOffset(url, video.size, signal);
        if (received === null) {
          // Too old, or of another video.
          url = null;
          continue;
        }
        offset = received;
        isKnown = true;
      }
      onprogress(offset, true);
      while (offset < video.size) {
        offset = await sendPiece(url, video, offset, signal);
        onprogress(offset, true);
        failures = 0;
      }
      return url.split("/").pop() ?? "";
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof ScanFailure && error.kind !== "noServer") throw error;
      isKnown = false;
      onprogress(offset, false);
      const seconds = patience[Math.min(failures, patience.length - 1)];
      failures += 1;
      await pause(seconds * 1000, signal);
    }
  }
}

/** @returns {Promise<string>} the address of a new upload */
async function announce(video, fileName, signal) {
  const metadata = [`filename ${base64(fileName)}`, `filetype ${base64(video.type)}`];
  const response = await request(`${api.href}/uploads`, {
    method: "POST", signal,
    headers: { "upload-length": String(video.size), "upload-metadata": metadata.join(",") },
  });
  const location = response.headers.get("location");
  if (!location) throw new ScanFailure("noServer");
  return new URL(location, api).href;
}

/** @returns {Promise<number | null>} bytes the server has; null where the upload cannot be used */
async function askOffset(url, size, signal) {
  try {
    const response = await request(url, { method: "HEAD", signal });
    if (Number(response.headers.get("upload-length")) !== size) return null;
    return Number(response.headers.get("upload-offset"));
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/** @returns {Promise<number>} bytes the server has after the piece */
async function sendPiece(url, video, offset, signal) {
  const piece = video.slice(offset, offset + pieceSize);
  const sum = await checksum(piece);
  const headers = {
    "content-type": "application/offset+octet-stream", "upload-offset": String(offset),
    ...(sum ? { "upload-checksum": sum } : {}),
  };
  try {
    const response = await request(url, { method: "PATCH", signal, headers, body: piece });
    return Number(response.headers.get("upload-offset"));
  } catch (error) {
    // Another offset, or bytes altered on their way: ask, and go on from there.
    if (error.status === 409 || error.status === 460) throw new ScanFailure("noServer");
    throw error;
  }
}

async function request(url, { headers = {}, ...options }) {
  let response;
  try {
    response = await fetch(url, {
      cache: "no-store", headers: { "tus-resumable": "1.0.0", ...headers }, ...options,
    });
  } catch {
    throw new ScanFailure("noServer");
  }
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  const isTransient = response.status >= 500 && response.status !== 507;
  const failure = problem?.detail && !isTransient
    ? new ScanFailure("refused", problem.detail) : new ScanFailure("noServer");
  failure.status = response.status;
  // A HEAD has no body to explain itself with.
  if (response.status === 404) failure.kind = "refused";
  throw failure;
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
