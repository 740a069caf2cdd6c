import { FlatStage } from "./flat-stage.js";
import { Stage } from "./stage.js";

/** Graphics processors that are programs. */
const programs = /swiftshader|llvmpipe|softpipe|software|basic render/i;

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

/** Whether WebGL 2 is there, done by more than a program. */
export function hasGraphicsProcessor() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const gl = canvas.getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!gl) return false;
  const name = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
  const isProgram = isSoftware(gl.getParameter(name));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !isProgram;
}

/** @param {string | null} renderer a graphics processor's name */
export function isSoftware(renderer) {
  return programs.test(renderer ?? "");
}
