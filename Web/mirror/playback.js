/** A recording in place of the camera. */
import { readRecording } from "../core/recording.js";
import { nameFrom } from "./avatar-sources.js";
import { Player } from "./player.js";

/** Milliseconds between changes of the clock shown. */
const pace = 250;

export class Playback {
  #parts;
  /** @type {Player | null} */
  #player = null;
  #timer = 0;

  /**
   * @param {object} parts
   * @param {import("./session.js").MirrorSession} parts.session
   * @param {import("./view.js").MirrorView} parts.view
   * @param {any} parts.notice
   * @param {(words: string) => void} parts.ondamaged a part of the file is left out
   * @param {() => void} parts.onend the person has stopped it
   */
  constructor(parts) {
    this.#parts = parts;
  }

  get isOn() {
    return this.#player !== null;
  }

  /**
   * Plays a recording over and over.
   * @param {File} file
   * @throws {Error} `CoreError`: one sentence
   */
  async open(file) {
    const { states, isDamaged } = await readRecording(file);
    this.stop();
    const { session, view, notice, ondamaged } = this.#parts;
    if (isDamaged) ondamaged("A part of this recording is damaged and is left out.");
    view.recentre();
    const player = new Player(states, (state) => session.offerState(state, { follows: true }));
    this.#player = player;
    const name = nameFrom(file.name).replace(/\.vvs$/i, "");
    const show = () => notice.showRunning(
      `${name} · ${clock(player.position)} of ${clock(player.length)}`,
      player.length > 0 ? player.position / player.length : 1,
      {
        words: "Stop",
        onclick: () => {
          this.stop();
          this.#parts.onend();
        },
      });
    player.start();
    show();
    this.#timer = setInterval(show, pace);
  }

  stop() {
    this.#player?.stop();
    this.#player = null;
    clearInterval(this.#timer);
  }
}

/** @param {number} seconds */
function clock(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
