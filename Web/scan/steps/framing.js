/** Before the film: is the face in the middle, is the light good. */
import { element } from "../../parts/element.js";
import { closeCamera, listCameras, openCamera } from "../camera.js";
import { ScanFailure } from "../failures.js";
import { checksOf } from "../sight.js";
import { viewfinder } from "../viewfinder.js";
import { Watcher, startTracker } from "../watcher.js";

/** Seconds for which all must be good. */
const patience = 1;

/** @param {import("../main.js").Scan} scan */
export function framing(scan) {
  const finder = viewfinder(scan.camera);
  const checks = element("ul", { class: "checks", "aria-label": "Checks" });
  const news = element("p", { class: "unseen", role: "status" });
  const words = element("p", { class: "lead", id: "framing-words" }, "Getting ready to see you…");
  const begin = element("button", {
    type: "button", class: "button primary", disabled: true, onclick: () => scan.go("capture"),
  }, "Begin");
  const anyway = element("button", {
    type: "button", class: "button quiet", hidden: true, onclick: () => scan.go("capture"),
  }, "Begin anyway");
  const back = element("button", { type: "button", class: "button quiet", onclick: () => {
    closeCamera(scan.camera);
    scan.go("welcome");
  } }, "Back");
  const cameras = element("select", { id: "camera-choice", onchange: () => change() });
  const choice = element(
    "div", { class: "field", hidden: true },
    element("label", { for: "camera-choice" }, "Camera"), cameras);

  let watcher = /** @type {Watcher | null} */ (null);
  let goodSince = 0;
  let isOver = false;
  const badSince = performance.now();
  const ended = () => {
    if (!isOver) fail(new ScanFailure("cameraEnded"));
  };
  const track = scan.camera.getVideoTracks()[0];
  track.addEventListener("ended", ended);

  function fail(error) {
    closeCamera(scan.camera);
    scan.fail(error, [{ words: "Try again", onclick: () => scan.go("welcome") }]);
  }

  async function change() {
    track.removeEventListener("ended", ended);
    closeCamera(scan.camera);
    try {
      scan.camera = await openCamera(cameras.value);
      scan.go("framing");
    } catch (error) {
      fail(error);
    }
  }

  listCameras().then((list) => {
    if (list.length < 2 || isOver) return;
    choice.hidden = false;
    const now = track.getSettings().deviceId;
    cameras.replaceChildren(...list.map(({ id, name }) =>
      element("option", { value: id, selected: id === now }, name)));
  });

  scan.tracker ??= startTracker();
  scan.tracker.then(({ tracker, reason }) => {
    if (isOver) return;
    if (!tracker) {
      news.textContent = "";
      choice.before(element(
        "p", { class: "muted small", id: "no-tracker" },
        `Your face cannot be followed here, so the film goes on by time alone. ${reason}`));
    }
    watcher = new Watcher(finder.video, tracker, take);
  });

  /** @param {import("../sight.js").Sight} sight */
  function take(sight) {
    const found = checksOf(sight);
    const now = performance.now();
    const isGood = found.every(({ good }) => good);
    if (!isGood) goodSince = 0;
    else if (!goodSince) goodSince = now;
    const isReady = goodSince > 0 && now - goodSince > patience * 1000;
    show(found);
    begin.disabled = !isReady;
    // A check may be wrong about a person; nobody is kept out by it.
    anyway.hidden = isReady || now - badSince < 6000;
    const problem = found.find(({ good }) => !good);
    words.textContent = problem ? problem.words : "Very good. Hold the device still, or stand it up.";
    if (news.textContent !== words.textContent) news.textContent = words.textContent;
    finder.element.classList.toggle("good", isReady);
  }

  let shown = "";
  function show(found) {
    const text = found.map(({ good, words: said }) => `${good}${said}`).join();
    if (text === shown) return;
    shown = text;
    checks.replaceChildren(...found.map(({ id, good, words: said }) => element(
      "li", { "data-check": id, "data-good": String(good) },
      element("span", { class: "mark", "aria-hidden": "true" }, good ? "✓" : "·"),
      element("span", { class: "unseen" }, good ? "Good: " : "Not yet: "), said)));
  }

  finder.ring.show(Array(25).fill(0), 0, 0);
  return {
    element: element(
      "section", { class: "film", "aria-labelledby": "framing-title" },
      element("h2", { id: "framing-title", class: "title" }, "Find your place"),
      finder.element, words, checks, news,
      element("div", { class: "buttons center" }, begin, anyway, back), choice),
    onleave() {
      isOver = true;
      watcher?.end();
      track.removeEventListener("ended", ended);
    },
  };
}
