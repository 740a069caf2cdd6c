/** The worker that orders splats; it keeps a copy of their centres. */
import { orderByDepth } from "./depth-order.js";

/** @type {Float32Array} */
let centers = new Float32Array(0);

self.onmessage = ({ data }) => {
  if (data.centers) {
    centers = data.centers;
    return;
  }
  const order = data.order ?? new Uint32Array(centers.length / 3);
  orderByDepth(centers, data.eye, data.forward, order);
  self.postMessage(order, { transfer: [order.buffer] });
};
