/** What can be done here, and by which keys. */
import { element } from "../parts/element.js";
import { help } from "../parts/help.js";
import { toggle } from "../parts/toggle.js";

/**
 * @param {(enabled: boolean) => void} onsinglekeys
 * @returns {HTMLDialogElement}
 */
export function makeHelp(onsinglekeys) {
  const singleKeys = toggle({ name: "Single-letter keys", on: true, onchange: onsinglekeys });
  return help({
    title: "The mirror",
    keys: [
      [["←", "→", "↑", "↓"], "Walk around; drag does the same"],
      [["+", "−"], "Nearer, further; wheel or pinch"],
      [["0"], "Back to the front"],
      [["C"], "Camera on or off"],
      [["M"], "As in a mirror, or as others see you"],
      [["F"], "Freeze, and walk around yourself"],
      [["S"], "Save a picture"],
      [["R"], "Record a clip, or stop"],
      [["T"], "Tune: expressiveness, smoothing, camera"],
      [["?"], "This help"],
    ],
    more: [
      singleKeys.element,
      element("p", { class: "muted small note" },
        "Arrows, plus, minus and zero act while the stage has the focus."),
    ],
  });
}
