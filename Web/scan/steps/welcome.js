/** The first step: what will happen, and how to begin. */
import { element } from "../../parts/element.js";
import { icon } from "../../parts/icons.js";
import { openCamera } from "../camera.js";
import { allowSounds } from "../sounds.js";
import { startTracker } from "../watcher.js";
import { takeFile } from "../video-file.js";
import { dataCard } from "../data-card.js";

/** @param {import("../main.js").Scan} scan */
export function welcome(scan) {
  const ways = () => [
    { words: "Try again", onclick: () => useCamera() },
    { words: "Choose a video", onclick: () => scan.go("welcome") },
  ];
  const button = element(
    "button", { type: "button", class: "button primary", onclick: () => useCamera() },
    icon("camera"), "Use the camera");

  async function useCamera() {
    allowSounds();
    button.disabled = true;
    // The tracker's models load while the person decides about the camera.
    scan.tracker ??= startTracker();
    try {
      scan.camera = await openCamera();
      scan.go("framing");
    } catch (error) {
      scan.fail(error, ways());
    }
  }

  const input = /** @type {HTMLInputElement} */ (element("input", {
    type: "file", accept: "video/*", class: "unseen", id: "video-file",
    onchange: () => { if (input.files?.[0]) choose(input.files[0]); },
  }));

  async function choose(/** @type {File} */ file) {
    try {
      await takeFile(scan, file);
      scan.go("review");
    } catch (error) {
      scan.fail(error, [{ words: "Choose another", onclick: () => scan.go("welcome") }]);
    }
  }

  const drop = element(
    "div", { class: "drop" },
    element("p", { class: "muted" }, "Or drop a video here: one person, one take, two minutes or so."),
    input, element("label", { class: "button", for: "video-file" }, icon("file"), "Choose a video"));
  const over = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  const out = () => drop.classList.remove("over");
  const dropped = (/** @type {DragEvent} */ event) => {
    event.preventDefault();
    out();
    const file = event.dataTransfer?.files[0];
    if (file) choose(file);
  };
  // Anywhere on the page will do.
  document.addEventListener("dragover", over);
  document.addEventListener("dragleave", out);
  document.addEventListener("drop", dropped);

  const data = dataCard();
  return {
    element: element(
      "div", { class: "welcome" },
      element(
        "section", { class: "card stack", "aria-labelledby": "welcome-title" },
        element("h2", { id: "welcome-title", class: "title" }, "Two minutes with a camera"),
        element(
          "p", { class: "lead" },
          "You will be asked to turn your head, pull some faces and read three sentences. "
            + "From that your avatar is made."),
        element(
          "ul", { class: "facts" },
          fact("The camera is used so that your face can be learnt. The microphone stays off."),
          fact("Nothing leaves this device before you have looked at the recording and agreed."),
          fact("Good light from the front helps most: a window before you, none behind.")),
        element("div", { class: "buttons" }, button), drop),
      data.element),
    onleave() {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", out);
      document.removeEventListener("drop", dropped);
    },
  };
}

const fact = (/** @type {string} */ words) => element("li", {}, words);
