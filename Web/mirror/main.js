/** The mirror page begins here: what the browser must have is looked at before anything is loaded. */
import { missingFeature } from "./browser.js";
import { MirrorFailure } from "./failures.js";
import { makeNotice } from "./notice.js";

const missing = missingFeature();
if (missing) {
  const { message } = new MirrorFailure("browserTooOld", missing);
  makeNotice(document.getElementById("notice")).showFailure(message, [
    { words: "Try again", onclick: () => location.reload() },
  ]);
} else {
  const { startMirror } = await import("./app.js");
  await startMirror();
}
