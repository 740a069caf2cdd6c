/** The worker that codes what is sent; `wire.js` is the other end. */
import { WireCoder } from "./wire-coder.js";

/** @type {WireCoder | null} */
let coder = null;

self.onmessage = async ({ data }) => {
  try {
    if (data.start) {
      coder = await WireCoder.start(data.start);
      self.postMessage({ ready: true });
    } else if (coder) {
      self.postMessage({ bytes: coder.send(data.state) });
    }
  } catch (error) {
    self.postMessage({ failure: /** @type {Error} */ (error).message });
  }
};
