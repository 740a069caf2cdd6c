/**
 * A part of a picture, from its upper left corner.
 * @typedef {{x: number, y: number, width: number, height: number}} Part
 */

/**
 * The view of a part of a picture: what an off-axis lens sees.
 * @param {import("../../scene/stage.js").View} view
 * @param {Part} part
 * @param {number} width of the whole picture, in the part's units
 * @param {number} height
 * @returns {import("../../scene/stage.js").View}
 */
export function cropped({ viewFromWorld, projection }, part, width, height) {
  const p = projection.slice();
  const sx = width / part.width, sy = height / part.height;
  p[0] *= sx;
  p[5] *= sy;
  p[8] = p[8] * sx - (width - 2 * part.x - part.width) / part.width;
  p[9] = p[9] * sy - (2 * part.y + part.height - height) / part.height;
  return { viewFromWorld, projection: p };
}

/**
 * The view of only what is nearer than a distance.
 * @param {import("../../scene/stage.js").View} view
 * @param {number} far
 * @returns {import("../../scene/stage.js").View}
 */
export function nearerThan({ viewFromWorld, projection }, far) {
  const p = projection.slice();
  // projection[10] = (far + near) / (near − far), projection[14] = 2 far near / (near − far)
  const near = p[14] / (p[10] - 1);
  p[10] = (far + near) / (near - far);
  p[14] = (2 * far * near) / (near - far);
  return { viewFromWorld, projection: p };
}

/**
 * The part of a picture, in whole pixels, that two corners span; null when none of it is inside.
 * @returns {Part | null}
 */
export function clipped(left, top, right, bottom, width, height) {
  const x = Math.max(0, Math.floor(left)), y = Math.max(0, Math.floor(top));
  const w = Math.min(width, Math.ceil(right)) - x, h = Math.min(height, Math.ceil(bottom)) - y;
  return w > 1 && h > 1 ? { x, y, width: w, height: h } : null;
}
