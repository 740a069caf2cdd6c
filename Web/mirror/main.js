/**
 * The mirror page begins here: what the browser must have is looked at before anything is loaded.
 */
import { missingFeature } from "./browser.js";
import { MirrorFailure } from "./failures.js";
import { makeNotice } from "./notice.js";

const missing = missingFeature();
if (missing) tooOld(missing);
else {
  const { openFirst, whenStarted } = await import("./early.js");
  const first = openFirst(document.baseURI);
  const { StageError, startMirror } = await import("./app.js");
  await whenStarted(first);
  try {
    await startMirror(first);
  } catch (error) {
    // Asking for a context takes long where graphics are done in software: the stage itself asks.
    if (!(error instanceof StageError)) throw error;
    tooOld("WebGL 2");
  }
}

/** @param {string} what is missing */
function tooOld(what) {
  const { message } = new MirrorFailure("browserTooOld", what);
  makeNotice(document.getElementById("notice")).showFailure(message, [
    { words: "Try again", onclick: () => location.reload() },
  ]);
}
