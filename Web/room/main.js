/** The room page begins here: what the browser must have is looked at before anything is loaded. */
import { missingFeature } from "../mirror/browser.js";
import { MirrorFailure } from "../mirror/failures.js";
import { makeNotice } from "../mirror/notice.js";
import { arrive } from "./arrival.js";
import { roomIn } from "./link.js";

/** Milliseconds after which a page goes without a style that does not come. */
const stylesPatience = 1500;

const missing = missingFeature();
if (missing) {
  await pageLoaded();
  const { message } = new MirrorFailure("browserTooOld", missing);
  makeNotice(document.getElementById("notice")).showFailure(message, [
    { words: "Try again", onclick: () => location.reload() },
  ]);
} else {
  const arrival = arrive(roomIn(location.hash));
  const page = import("./app.js");
  await arrival.answered;
  const [{ startPage }] = await Promise.all([page, pageLoaded()]);
  await startPage(arrival);
}

/** The page's elements and styles are there: this script does not wait for them. */
async function pageLoaded() {
  if (document.readyState === "loading") await heard(document, "DOMContentLoaded");
  /** @type {NodeListOf<HTMLLinkElement>} */
  const styles = document.querySelectorAll("link[rel=stylesheet]");
  const late = new Promise((resolve) => { setTimeout(resolve, stylesPatience); });
  await Promise.race([late, Promise.all([...styles].map((link) => link.sheet ?? heard(link, "load")))]);
}

function heard(/** @type {EventTarget} */ target, /** @type {string} */ name) {
  return new Promise((resolve) => { target.addEventListener(name, resolve, { once: true }); });
}
