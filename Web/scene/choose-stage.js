import { FlatStage } from "./flat-stage.js";
import { hasGraphicsProcessor } from "./graphics.js";
import { Stage } from "./stage.js";

/**
 * The stage that suits this browser: the graphics processor's, or the processor's where there is
 * no WebGL 2 or a program plays its part, which takes ten times as long as the core.
 *
 * `?draw=gpu` and `?draw=processor` in the page's address choose otherwise.
 *
 * @param {HTMLCanvasElement} canvas without a context
 * @param {string} [search] the address's query
 * @returns {Stage | FlatStage}
 * @throws {import("./stage.js").StageError} when asked for a graphics processor that is missing
 */
export function chooseStage(canvas, search = globalThis.location?.search ?? "") {
  const asked = new URLSearchParams(search).get("draw");
  const isFlat = asked === "processor" || (asked !== "gpu" && !hasGraphicsProcessor());
  return isFlat ? new FlatStage(canvas) : new Stage(canvas);
}
