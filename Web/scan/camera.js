/** The camera of the scan: as fine as it gives, pictures only. */
import { ScanFailure, cameraFailure } from "./failures.js";

const wish = {
  width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 },
};

/**
 * Asks for a camera; the microphone stays off.
 * @param {string | null} [deviceId] the one chosen before
 * @returns {Promise<MediaStream>}
 * @throws {ScanFailure}
 */
export async function openCamera(deviceId = null) {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw isSecureContext
      ? new ScanFailure("browserTooOld", "camera access") : new ScanFailure("cameraInsecure");
  }
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" };
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...wish, ...which }, audio: false });
  } catch (error) {
    if (deviceId) return openCamera();
    throw cameraFailure(error);
  }
}

/**
 * The cameras that can be chosen.
 * @returns {Promise<{id: string, name: string}[]>}
 */
export async function listCameras() {
  const devices = await navigator.mediaDevices?.enumerateDevices?.() ?? [];
  return devices
    .filter((device) => device.kind === "videoinput" && device.label)
    .map((device) => ({ id: device.deviceId, name: device.label }));
}

/** @param {MediaStream | null} stream */
export function closeCamera(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
