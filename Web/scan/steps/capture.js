/** The film: what to do appears, the ring fills, the recording is kept second by second. */
import { element } from "../../parts/element.js";
import { closeCamera } from "../camera.js";
import { Coverage } from "../coverage.js";
import { ScanFailure } from "../failures.js";
import { Guide, prompts } from "../guide.js";
import { Recorder } from "../recorder.js";
import { checksOf } from "../sight.js";
import { allowSounds, doneSound, nextSound } from "../sounds.js";
import { viewfinder } from "../viewfinder.js";
import { timeWords } from "../words.js";
import { Watcher } from "../watcher.js";

/** Seconds of film below which there is nothing to make an avatar of. */
const leastSeconds = 10;

/** @param {import("../main.js").Scan} scan */
export function capture(scan) {
  const finder = viewfinder(scan.camera);
  const guide = new Guide();
  const coverage = new Coverage();
  const title = element("h2", { class: "prompt", "aria-live": "assertive" });
  const hint = element("p", { class: "muted hint" });
  const warning = element("p", { class: "warning", role: "status" });
  const left = element("span", { class: "digits muted small" });
  const bar = /** @type {HTMLProgressElement} */ (element("progress", {
    max: prompts.length, value: 0, "aria-label": "Tasks done",
  }));
  const pause = element("button", { type: "button", class: "button", onclick: () => togglePause() }, "Pause");
  const skip = element("button", { type: "button", class: "button", onclick: () => next(guide.skip()) },
    "Next");
  const stop = element("button", { type: "button", class: "button quiet", onclick: () => finish() },
    "Finish early");

  let recorder = /** @type {Recorder | null} */ (null);
  let watcher = /** @type {Watcher | null} */ (null);
  let sight = /** @type {import("../sight.js").Sight | null} */ (null);
  let seconds = 0;
  let isPaused = false;
  let isOver = false;
  let last = 0;
  let badFor = 0;

  const track = scan.camera.getVideoTracks()[0];
  const ended = () => {
    // What was filmed until then may do.
    if (seconds >= leastSeconds) finish();
    else fail(new ScanFailure("cameraEnded"));
  };
  track.addEventListener("ended", ended);

  function fail(error) {
    leave();
    closeCamera(scan.camera);
    scan.fail(error, [{ words: "Film again", onclick: () => scan.startOver() }]);
  }

  async function begin() {
    allowSounds();
    const { tracker } = (await scan.tracker) ?? { tracker: null };
    if (isOver) return;
    try {
      recorder = await Recorder.start(scan.camera, fail);
    } catch (error) {
      fail(error);
      return;
    }
    watcher = new Watcher(finder.video, tracker, (seen) => {
      sight = seen;
      if (seen.turn && !isPaused && coverage.add(seen.turn)) showRing();
    });
    last = performance.now();
    show();
    timer = setInterval(tick, 100);
  }

  let timer = 0;
  function tick() {
    const now = performance.now();
    const elapsed = Math.min(1, (now - last) / 1000);
    last = now;
    if (isPaused || isOver) return;
    seconds += elapsed;
    const prompt = guide.prompt;
    // Straight ahead is where the head is during the first prompt.
    if (prompt?.id === "front") watcher?.markStraight();
    warn(elapsed);
    const what = guide.advance(elapsed, sight);
    if (what !== "same") next(what);
    showRing();
    left.textContent = `about ${timeWords(guide.left)} left`;
  }

  function warn(elapsed) {
    const problem = sight ? checksOf(sight).find(({ id, good }) => !good && id !== "middle") : null;
    // A turned head is lost now and then; only what lasts is worth a word.
    badFor = problem ? badFor + elapsed : 0;
    const words = problem && badFor > 1.5 ? problem.words : "";
    if (warning.textContent !== words) warning.textContent = words;
  }

  function next(what) {
    if (isOver) return;
    bar.value = guide.index;
    if (what === "over") {
      finish();
      return;
    }
    nextSound();
    navigator.vibrate?.(30);
    show();
  }

  function show() {
    const prompt = guide.prompt;
    title.textContent = prompt?.words ?? "";
    hint.textContent = prompt?.hint ?? "";
    showRing();
  }

  function showRing() {
    finder.ring.show(coverage.seen, coverage.share, guide.progress);
  }

  function togglePause() {
    // The film itself goes on: a gap would look like another take.
    isPaused = !isPaused;
    pause.textContent = isPaused ? "Go on" : "Pause";
    finder.element.classList.toggle("paused", isPaused);
  }

  async function finish() {
    if (isOver) return;
    const taken = recorder;
    leave();
    if (seconds < leastSeconds) {
      closeCamera(scan.camera);
      await taken?.stop().catch(() => {});
      scan.fail(
        new ScanFailure("videoTooShort"), [{ words: "Film again", onclick: () => scan.startOver() }]);
      return;
    }
    try {
      await taken?.stop();
      closeCamera(scan.camera);
      scan.video = null;
      scan.session = {
        step: "review", type: taken?.type ?? "video/webm", fileName: fileName(taken?.type ?? ""),
        size: taken?.size ?? 0, seconds, seen: [...coverage.seen], order: null, upload: null,
        enrollment: null,
      };
      scan.save();
      doneSound();
      scan.go("review");
    } catch (error) {
      fail(error);
    }
  }

  function leave() {
    isOver = true;
    clearInterval(timer);
    watcher?.end();
    track.removeEventListener("ended", ended);
  }

  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.target instanceof HTMLButtonElement || event.ctrlKey || event.metaKey) return;
    if (event.key === " ") {
      event.preventDefault();
      togglePause();
    } else if (event.key === "n" || event.key === "ArrowRight") next(guide.skip());
    else if (event.key === "Escape") finish();
  };
  document.addEventListener("keydown", keys);

  begin();
  return {
    element: element(
      "section", { class: "film recording", "aria-label": "The film" },
      element("div", { class: "tasks" }, bar, element(
        "p", { class: "tasks-words" }, element("span", { class: "dot", "aria-hidden": "true" }),
        element("span", { class: "small" }, "Recording"), left)),
      finder.element, title, hint, warning,
      element("div", { class: "buttons center" }, pause, skip, stop),
      element("p", { class: "muted small keys-hint" }, "Keys: space holds the tasks, N goes on, Escape finishes.")),
    focus: title,
    onleave() {
      document.removeEventListener("keydown", keys);
      if (!isOver) {
        leave();
        recorder?.stop().catch(() => {});
        closeCamera(scan.camera);
      }
    },
  };
}

/** @param {string} type */
function fileName(type) {
  return type.includes("mp4") ? "scan.mp4" : "scan.webm";
}
