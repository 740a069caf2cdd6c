/** The room page begins here: what the browser must have is looked at before anything is loaded. */
import { missingFeature } from "../mirror/browser.js";
import { MirrorFailure } from "../mirror/failures.js";
import { makeNotice } from "../mirror/notice.js";

const missing = missingFeature();
if (missing) {
  const { message } = new MirrorFailure("browserTooOld", missing);
  makeNotice(document.getElementById("notice")).showFailure(message, [
    { words: "Try again", onclick: () => location.reload() },
  ]);
} else {
  const { startPage } = await import("./app.js");
  await startPage();
}
