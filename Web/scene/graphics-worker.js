/** Looks for a graphics processor; null where a worker cannot tell. */
import { hasGraphicsProcessor } from "./graphics.js";

const canTell = "WebGL2RenderingContext" in globalThis;
postMessage(canTell ? hasGraphicsProcessor(new OffscreenCanvas(1, 1)) : null);
