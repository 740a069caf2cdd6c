/** The worker that orders splats; it keeps a copy of their centres. */
import { orderByDepth, orderByDistance } from "./depth-order.js";

/** @type {Float32Array} */
let centers = new Float32Array(0);

self.onmessage = ({ data: { centers: given, eye, forward, order } }) => {
  if (given) {
    centers = given;
    return;
  }
  const found = order ?? new Uint32Array(centers.length / 3);
  if (forward) orderByDepth(centers, eye, forward, found);
  else orderByDistance(centers, eye, found);
  self.postMessage(found, { transfer: [found.buffer] });
};
