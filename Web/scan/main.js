/** The scan: one step after another, each a module that puts itself into the page and cleans up. */
import { failure } from "../parts/failure.js";
import { loadSession, saveSession } from "./session.js";
import { clearRecording, keptRecording } from "./recording-store.js";
import { capture } from "./steps/capture.js";
import { framing } from "./steps/framing.js";
import { making } from "./steps/making.js";
import { review } from "./steps/review.js";
import { sending } from "./steps/sending.js";
import { welcome } from "./steps/welcome.js";

const stage = /** @type {HTMLElement} */ (document.getElementById("step"));
const steps = { welcome, framing, capture, review, sending, making };
const wayOf = {
  welcome: null, framing: "film", capture: "film", review: "review", sending: "make", making: "make",
};

/**
 * What steps share.
 * @typedef {object} Scan
 * @property {(step: keyof typeof steps) => void} go
 * @property {(error: any, ways: {words: string, href?: string, onclick?: () => void}[]) => void} fail
 *   shows what went wrong instead of the step
 * @property {() => Promise<void>} startOver forgets the recording and begins anew
 * @property {() => void} save keeps the session
 * @property {import("./session.js").Session | null} session
 * @property {Blob | null} video the recording, or the file that was chosen
 * @property {MediaStream | null} camera
 * @property {Promise<{tracker: any, reason: string}> | null} tracker
 */

let leave = () => {};

/** @type {Scan} */
const scan = {
  session: null,
  video: null,
  camera: null,
  tracker: null,
  save() {
    saveSession(scan.session);
  },
  go(name) {
    leave();
    leave = () => {};
    const { element, onleave, focus } = steps[name](scan);
    leave = onleave ?? leave;
    show(element, name, focus);
  },
  fail(error, ways) {
    leave();
    leave = () => {};
    if (!error?.kind) console.warn(error);
    const sentence = error?.kind
      ? error.message : "Something unforeseen happened on this page; start over.";
    const card = failure({ sentence, ways });
    card.classList.add("card", "narrow");
    show(card, null);
  },
  async startOver() {
    scan.session = null;
    scan.video = null;
    scan.save();
    await clearRecording().catch(() => {});
    scan.go("welcome");
  },
};

/** Puts a step into the page and the focus onto its title. */
function show(element, name, focus) {
  stage.replaceChildren(element);
  if (name) {
    document.body.dataset.step = name;
    for (const item of document.querySelectorAll("[data-way]")) {
      const isNow = item.getAttribute("data-way") === wayOf[name];
      if (isNow) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
  }
  const target = focus ?? element.querySelector("h2") ?? stage;
  if (!target.hasAttribute("tabindex") && target.tagName === "H2") target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  scrollTo({ top: 0 });
}

/** Goes on where a reload, a crash or yesterday left off. */
async function begin() {
  const session = loadSession();
  if (!session) return scan.go("welcome");
  scan.session = session;
  if (session.step === "making" && session.enrollment) return scan.go("making");
  scan.video = await keptRecording(session.type).catch(() => null);
  if (!scan.video || scan.video.size === 0) return scan.startOver();
  if (session.step === "sending" && session.order && scan.video.size === session.size) {
    return scan.go("sending");
  }
  session.step = "review";
  session.size = scan.video.size;
  return scan.go("review");
}

begin().catch((error) => {
  scan.fail(error, [{ words: "Start over", onclick: () => scan.startOver() }]);
});
