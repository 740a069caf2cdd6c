/** The server makes the avatar; its person watches it grow, and meets it. */
import { element } from "../../parts/element.js";
import { removeEnrollment, retryEnrollment, watchEnrollment } from "../server.js";
import { timeWords } from "../words.js";

/** The stages in order. */
const stages = [
  ["tracking", "Following your face"], ["solving", "Learning the shape of your head"],
  ["mattes", "Cutting you out of the background"], ["fitting", "Painting you with light"],
  ["learning", "Learning how you move"], ["checking", "Checking the likeness"],
];

/** @param {import("../main.js").Scan} scan */
export function making(scan) {
  const id = scan.session.enrollment;
  const title = element("h2", { id: "making-title", class: "title" }, "Your avatar is being made");
  const picture = element("img", { alt: "Your avatar as it grows", hidden: true });
  const portrait = element("div", { class: "portrait" }, picture, element("span", { class: "breath" }));
  const bar = /** @type {HTMLProgressElement} */ (element("progress", {
    max: 1, value: 0, "aria-labelledby": "making-title",
  }));
  const words = element("p", { role: "status" }, "Asking the server…");
  const left = element("p", { class: "muted small digits" });
  const list = element("ol", { class: "stages", "aria-label": "Stages" }, ...stages.map(
    ([name, said]) => element("li", { "data-stage": name }, said)));
  const ways = element(
    "div", { class: "buttons" },
    element("button", { type: "button", class: "button quiet", onclick: () => cancel() },
      "Stop and remove the video"));
  const aside = element("p", { class: "muted small" },
    "This goes on when you close the page; opened again, it shows how far it is.");
  const card = element(
    "section", { class: "card making", "aria-labelledby": "making-title" }, portrait,
    element("div", { class: "stack" }, title, words, element("div", { class: "progress" }, bar), left,
      list, aside, ways));

  let begun = /** @type {{time: number, fraction: number} | null} */ (null);
  let shownPreview = "";

  async function cancel() {
    // What is stopped on purpose is no failure.
    end();
    words.textContent = "Stopping…";
    await discard();
  }

  function showPreview(/** @type {string | null | undefined} */ link) {
    if (!link || link === shownPreview) return;
    shownPreview = link;
    // Loaded beside, so that the picture never goes blank in between.
    const next = new Image();
    next.onload = () => {
      picture.src = next.src;
      picture.hidden = false;
      portrait.classList.add("alive");
    };
    next.src = link;
  }

  function change(view) {
    showPreview(view.links.preview);
    bar.value = view.fraction;
    if (view.state === "queued") {
      words.textContent = view.waiting
        ? `${view.waiting} ${view.waiting === 1 ? "other is" : "others are"} made first.`
        : "Beginning in a moment…";
      bar.removeAttribute("value");
    } else if (view.state === "running") {
      showStage(view);
    } else if (view.state === "done") {
      showDone(view);
    } else {
      showFailure(view);
    }
  }

  function showStage(view) {
    const index = stages.findIndex(([name]) => name === view.stage);
    for (const [k, item] of [...list.children].entries()) {
      item.dataset.state = k < index ? "done" : k === index ? "now" : "later";
      if (k === index) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
    const said = stages[index]?.[1] ?? "Beginning";
    if (words.textContent !== said) words.textContent = said;
    const now = performance.now() / 1000;
    begun ??= { time: now, fraction: view.fraction };
    const share = view.fraction - begun.fraction;
    const spent = now - begun.time;
    left.textContent = share > 0.03 && spent > 5
      ? `about ${timeWords((spent / share) * (1 - view.fraction))} left` : "";
  }

  function showDone(view) {
    const { mirror, avatar, report } = view.links;
    scan.session = null;
    scan.save();
    const image = avatar.replace(/\.avatar$/, ".png");
    const portraitImage = element("img", {
      alt: `The avatar of ${view.name}`, src: image,
      onerror: () => { portraitImage.hidden = true; },
    });
    const done = element("h2", { id: "making-title", class: "title", tabindex: "-1" },
      `Meet ${view.name}`);
    const news = element("p", { role: "status" },
      view.keepsVideo ? "The avatar is ready. The video was kept, as you wished."
        : "The avatar is ready, and the video has been removed.");
    card.replaceChildren(
      element("div", { class: "portrait alive" }, portraitImage),
      element(
        "div", { class: "stack" }, done, news,
        element(
          "div", { class: "buttons" },
          element("a", { class: "button primary", href: new URL(`../..${mirror}`, import.meta.url).href,
            id: "to-mirror" }, "To the mirror"),
          element("a", { class: "button", href: report, target: "_blank", rel: "noopener" },
            "How good it is"),
          element("button", { type: "button", class: "button quiet", onclick: () => scan.startOver() },
            "Another one"))));
    done.focus({ preventScroll: true });
  }

  function showFailure(view) {
    const sentence = view.failure?.detail ?? "The making was stopped.";
    const error = Object.assign(new Error(sentence), { kind: "refused" });
    const again = { words: "Film again", onclick: () => discard() };
    const retry = {
      words: "Try again", onclick: async () => {
        await retryEnrollment(id).catch(() => {});
        scan.go("making");
      },
    };
    scan.fail(error, view.canRetry ? [retry, again] : [again]);
  }

  async function discard() {
    await removeEnrollment(id).catch(() => {});
    scan.startOver();
  }

  const end = watchEnrollment(id, {
    onchange: change,
    onreach(isReachable) {
      if (!isReachable) words.textContent = "The server does not answer; it will be asked again.";
    },
    onfailure(error) {
      scan.fail(error, [{ words: "Start over", onclick: () => scan.startOver() }]);
    },
  });

  return { element: card, onleave: end };
}
