/** After the film: look at it, agree, send. */
import { element } from "../../parts/element.js";
import { toggle } from "../../parts/toggle.js";
import { Coverage } from "../coverage.js";
import { keptRecording } from "../recording-store.js";
import { ring } from "../ring.js";
import { serverAbout } from "../server.js";
import { listWords, sizeWords, timeWords } from "../words.js";

/** @param {import("../main.js").Scan} scan */
export function review(scan) {
  const session = scan.session;
  const player = /** @type {HTMLVideoElement} */ (element("video", {
    controls: true, muted: true, playsinline: true, preload: "metadata",
    "aria-label": "Your recording",
  }));
  const facts = element("p", { class: "muted" }, [
    session.seconds ? timeWords(session.seconds) : "", sizeWords(session.size),
  ].filter(Boolean).join(", "));
  const unplayable = element(
    "p", { class: "muted small", hidden: true },
    "This browser cannot play the file; the server may still read it.");
  let address = "";

  async function load() {
    scan.video ??= await keptRecording(session.type);
    if (!scan.video) {
      scan.startOver();
      return;
    }
    // A recording's true size is that of its kept pieces.
    session.size = scan.video.size;
    scan.save();
    address = URL.createObjectURL(scan.video);
    player.addEventListener("error", () => {
      player.hidden = true;
      unplayable.hidden = false;
    });
    player.src = address;
    save.href = address;
    save.setAttribute("download", session.fileName);
  }

  const name = /** @type {HTMLInputElement} */ (element("input", {
    id: "person-name", type: "text", autocomplete: "name", maxlength: 64, required: true,
    value: session.order?.name ?? "",
  }));
  const quality = /** @type {HTMLSelectElement} */ (element(
    "select", { id: "quality" },
    element("option", { value: "draft" }, "Quick look, about a minute"),
    element("option", { value: "standard", selected: true }, "Standard, about four minutes"),
    element("option", { value: "high" }, "Finest, about ten minutes")));
  quality.value = session.order?.quality ?? "standard";
  const keep = toggle({
    name: "Keep the video on the server, next to the avatar", on: session.order?.keepsVideo ?? false,
    onchange: () => {},
  });
  const consent = /** @type {HTMLInputElement} */ (element("input", {
    id: "consent", type: "checkbox", required: true,
  }));
  const save = element("a", { class: "button quiet" }, "Save the video");
  const noServer = element(
    "p", { class: "warning", role: "alert", hidden: true },
    "There is no Visavis server behind this page; save the video and give it to visavis enroll.");
  const send = element("button", { type: "submit", class: "button primary" }, "Make my avatar");

  const isFilm = session.seen.length > 0;
  const coverage = new Coverage(session.seen);
  const missing = coverage.missing;
  const around = ring();
  around.show(coverage.seen, coverage.share, 0);

  function submit(/** @type {SubmitEvent} */ event) {
    event.preventDefault();
    session.order = {
      name: name.value.trim(), keepsVideo: keep.on, quality: quality.value,
    };
    session.step = "sending";
    scan.save();
    scan.go("sending");
  }

  load().catch((error) => scan.fail(
    error, [{ words: "Start over", onclick: () => scan.startOver() }]));
  serverAbout().catch(() => {
    noServer.hidden = false;
    send.disabled = true;
  });

  return {
    element: element(
      "section", { class: "review", "aria-labelledby": "review-title" },
      element(
        "div", { class: "card stack" },
        element("h2", { id: "review-title", class: "title" }, "Look at it once"),
        player, unplayable, facts,
        isFilm ? element(
          "div", { class: "seen" }, element("div", { class: "small-ring" }, around.element),
          element("p", {}, missing.length === 0
            ? "Your head was seen from all sides."
            : `Your head was hardly seen turned ${listWords(missing)}; the avatar will be weaker there.`))
          : null,
        element(
          "div", { class: "buttons" },
          element("button", { type: "button", class: "button", onclick: () => scan.startOver() },
            isFilm ? "Film again" : "Choose another"), save)),
      element(
        "form", { class: "card stack", onsubmit: submit, "aria-label": "Your avatar" },
        element("h2", {}, "Then agree, and send it"),
        element(
          "div", { class: "field" }, element("label", { for: "person-name" }, "Name of the person"), name),
        element("div", { class: "field" }, element("label", { for: "quality" }, "Care"), quality),
        keep.element,
        element(
          "div", { class: "plain-words" },
          element("p", {}, "What happens now: the video goes to ", element("strong", {}, hostWords()),
            ". There an avatar is made of it: a model of this head that can be made to move. "
              + "Then the video is removed, unless you keep it. You can remove the avatar at any time.")),
        element(
          "label", { class: "consent", for: "consent" }, consent,
          element("span", {}, "I am the person in this video, or they agreed to this.")),
        noServer,
        element("div", { class: "buttons" }, send))),
    onleave() {
      player.removeAttribute("src");
      if (address) URL.revokeObjectURL(address);
    },
  };
}

function hostWords() {
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return isHere ? "this computer, and nowhere else" : `the computer ${location.hostname}, and nowhere else`;
}
