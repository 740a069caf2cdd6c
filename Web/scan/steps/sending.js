/** The video goes to the server; a lost connection only makes it wait. */
import { element } from "../../parts/element.js";
import { clearRecording } from "../recording-store.js";
import { orderAvatar } from "../server.js";
import { sendVideo } from "../upload.js";
import { sizeWords } from "../words.js";

/** @param {import("../main.js").Scan} scan */
export function sending(scan) {
  const session = scan.session;
  const abort = new AbortController();
  const bar = /** @type {HTMLProgressElement} */ (element("progress", {
    max: 1, value: 0, "aria-labelledby": "sending-title",
  }));
  const words = element("p", { class: "muted", role: "status" }, "Beginning…");
  const rest = () => [
    { words: "Try again", onclick: () => scan.go("sending") },
    { words: "Back to the review", onclick: () => back() },
  ];

  function back() {
    abort.abort();
    session.step = "review";
    scan.save();
    scan.go("review");
  }

  async function run() {
    const upload = await sendVideo(scan.video, {
      address: session.upload,
      fileName: session.fileName,
      signal: abort.signal,
      onaddress(address) {
        session.upload = address;
        scan.save();
      },
      onprogress(sent, isReachable) {
        bar.value = sent / scan.video.size;
        words.textContent = isReachable
          ? `${sizeWords(sent)} of ${sizeWords(scan.video.size)}`
          : "The server does not answer; your video stays here and goes on when it does.";
        words.classList.toggle("warning", !isReachable);
      },
    });
    const enrollment = await orderAvatar(upload, session.order);
    session.enrollment = enrollment.id;
    session.step = "making";
    session.upload = null;
    scan.save();
    scan.video = null;
    // The server has it now.
    await clearRecording().catch(() => {});
    scan.go("making");
  }

  run().catch((error) => {
    if (abort.signal.aborted) return;
    if (error?.type?.endsWith("unknown-upload") || error?.type?.endsWith("upload-incomplete")) {
      // Gone or cut short on the server: send it again from here.
      session.upload = null;
      scan.save();
    }
    scan.fail(error, rest());
  });

  return {
    element: element(
      "section", { class: "card stack narrow", "aria-labelledby": "sending-title" },
      element("h2", { id: "sending-title", class: "title" }, "Sending your video"),
      element("div", { class: "progress" }, bar), words,
      element("p", { class: "muted small" }, "You may close this page; opened again, it goes on."),
      element("div", { class: "buttons" },
        element("button", { type: "button", class: "button quiet", onclick: back }, "Stop"))),
    onleave() {
      abort.abort();
    },
  };
}
