/** The round picture of the camera, mirrored, with the ring around it. */
import { element } from "../parts/element.js";
import { ring } from "./ring.js";

/**
 * @param {MediaStream} stream
 * @returns {{element: HTMLElement, video: HTMLVideoElement, ring: ReturnType<typeof ring>}}
 */
export function viewfinder(stream) {
  const video = /** @type {HTMLVideoElement} */ (element("video", {
    muted: true, playsinline: true, autoplay: true, "aria-label": "What the camera sees, mirrored",
  }));
  video.muted = true;
  video.srcObject = stream;
  video.play().catch(() => {});
  const around = ring();
  return {
    element: element("div", { class: "finder" }, element("div", { class: "lens" }, video), around.element),
    video, ring: around,
  };
}
