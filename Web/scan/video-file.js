/** A video that somebody already has. */
import { ScanFailure } from "./failures.js";
import { clearRecording, keepPiece } from "./recording-store.js";
import { serverAbout } from "./server.js";
import { sizeWords } from "./words.js";

/** Seconds that an avatar needs at the very least. */
const leastSeconds = 10;

/**
 * Takes a file as the recording.
 * @param {import("./main.js").Scan} scan
 * @param {File} file
 * @throws {ScanFailure}
 */
export async function takeFile(scan, file) {
  const isVideo = file.type.startsWith("video/") || /\.(mkv|mov|mp4|m4v|webm|avi)$/i.test(file.name);
  if (!isVideo || file.size === 0) throw new ScanFailure("notAVideo", file.name);
  const most = (await serverAbout().catch(() => null))?.limits.uploadBytes ?? Infinity;
  if (file.size > most) throw new ScanFailure("fileTooLarge", sizeWords(most));
  const seconds = await secondsOf(file);
  // What this browser cannot play, the server may still read.
  if (seconds > 0 && seconds < leastSeconds) throw new ScanFailure("videoTooShort");
  const type = file.type || "application/octet-stream";
  scan.video = file;
  scan.session = {
    step: "review", type, fileName: file.name, size: file.size, seconds, seen: [], order: null,
    upload: null, enrollment: null,
  };
  try {
    await clearRecording();
    await keepPiece(0, file);
  } catch {
    // It can be sent from where it is; only a reload would lose it.
  }
  scan.save();
}

/**
 * How long a video is; 0 where this browser cannot tell.
 * @param {Blob} video
 * @returns {Promise<number>}
 */
export function secondsOf(video) {
  return new Promise((resolve) => {
    const player = document.createElement("video");
    const url = URL.createObjectURL(video);
    const end = (/** @type {number} */ seconds) => {
      clearTimeout(timer);
      player.removeAttribute("src");
      URL.revokeObjectURL(url);
      resolve(Number.isFinite(seconds) ? seconds : 0);
    };
    const timer = setTimeout(() => end(0), 5000);
    player.preload = "metadata";
    player.onloadedmetadata = () => end(player.duration);
    player.onerror = () => end(0);
    player.src = url;
  });
}
