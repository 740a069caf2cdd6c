/** The still and clip controls. */
import { ClipRecording, canRecord, fileName, save } from "./recording.js";

export class Capturing {
  #view;
  #dock;
  #toast;
  /** @type {ClipRecording | null} */
  #clip = null;

  /**
   * @param {import("./view.js").MirrorView} view
   * @param {any} dock
   * @param {(words: string, options?: object) => void} toast
   */
  constructor(view, dock, toast) {
    this.#view = view;
    this.#dock = dock;
    this.#toast = toast;
  }

  get canRecordClips() {
    return canRecord();
  }

  /** @param {string} avatar its name */
  async still(avatar) {
    const name = fileName(avatar, "png");
    save(await this.#view.still(), name);
    this.#toast(`Saved as ${name}`);
  }

  /** @param {string} avatar its name */
  async toggleClip(avatar) {
    const { clip: button } = this.#dock.buttons;
    if (!this.#clip) {
      this.#view.opaque = true;
      this.#clip = new ClipRecording(this.#view.canvas);
      this.#dock.press("clip", true);
      button.classList.add("recording");
      this.#toast("Recording; press Clip again to stop.");
      return;
    }
    const clip = this.#clip;
    this.#clip = null;
    this.#dock.press("clip", false);
    button.classList.remove("recording");
    const blob = await clip.stop();
    this.#view.opaque = false;
    const name = fileName(avatar, clip.ending);
    save(blob, name);
    this.#toast(`Saved as ${name}`);
  }
}
