/** The room page begins here: what the browser must have is looked at before anything is loaded. */
import { missingFeature } from "../mirror/browser.js";
import { MirrorFailure } from "../mirror/failures.js";
import { makeNotice } from "../mirror/notice.js";
import { arrive } from "./arrival.js";
import { roomIn } from "./link.js";

const missing = missingFeature();
if (missing) {
  const { message } = new MirrorFailure("browserTooOld", missing);
  makeNotice(document.getElementById("notice")).showFailure(message, [
    { words: "Try again", onclick: () => location.reload() },
  ]);
} else {
  const arrival = arrive(roomIn(location.hash));
  await arrival.answered;
  const { startPage } = await import("./app.js");
  await startPage(arrival);
}
