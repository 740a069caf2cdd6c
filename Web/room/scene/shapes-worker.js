/** The worker that shapes what stands in rooms; `shapes.js` is the other end. */
import { shapeBodies } from "./body.js";
import { shapeFurniture } from "./furniture-shapes.js";
import { makeSurroundingsMeshes } from "./surroundings/surroundings-meshes.js";

const makers = { surroundings: makeSurroundingsMeshes, furniture: shapeFurniture, bodies: shapeBodies };

self.onmessage = ({ data: { id, kind, asked } }) => {
  self.postMessage({ id, shapes: makers[kind](...asked) });
};
