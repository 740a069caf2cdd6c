/** Whether this machine has a graphics processor. */

/** Graphics processors that are programs. */
const programs = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** @param {string | null} renderer a graphics processor's name */
export function isSoftware(renderer) {
  return programs.test(renderer ?? "");
}

/**
 * Whether WebGL 2 is there, done by more than a program. The first time may take half a second.
 * @param {HTMLCanvasElement | OffscreenCanvas} [canvas]
 */
export function hasGraphicsProcessor(canvas = document.createElement("canvas")) {
  canvas.width = canvas.height = 1;
  const gl = /** @type {WebGL2RenderingContext | null} */ (
    canvas.getContext("webgl2", { failIfMajorPerformanceCaveat: true }));
  if (!gl) return false;
  const name = gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER;
  const isProgram = isSoftware(gl.getParameter(name));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !isProgram;
}

/** Where the answer is kept, and for how long: milliseconds. */
const place = "visavis.graphics", keeping = 24 * 3600e3;

/**
 * The same without holding up the page's thread, where the browser can; asked once a day.
 * @returns {Promise<boolean>}
 */
export async function findGraphicsProcessor() {
  const { userAgent } = navigator;
  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? "null");
    if (kept?.userAgent === userAgent && kept.until > Date.now()) return kept.isThere === true;
  } catch {
    // Damaged, or storage is forbidden here.
  }
  const isThere = await askWorker();
  try {
    localStorage.setItem(place, JSON.stringify({ isThere, userAgent, until: Date.now() + keeping }));
  } catch {
    // It is asked for again next time.
  }
  return isThere;
}

/** @returns {Promise<boolean>} */
function askWorker() {
  if (!("OffscreenCanvas" in globalThis)) return Promise.resolve(hasGraphicsProcessor());
  return new Promise((resolve) => {
    const worker = new Worker(new URL("../scene/graphics-worker.js", import.meta.url), { type: "module" });
    const end = (/** @type {boolean} */ answer) => {
      worker.terminate();
      resolve(answer);
    };
    worker.onmessage = ({ data }) => end(data ?? hasGraphicsProcessor());
    worker.onerror = () => end(hasGraphicsProcessor());
  });
}
