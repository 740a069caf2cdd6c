/**
 * 4 × 4 matrices as WebGL and WebXR have them: Float32Array(16), by columns, for column vectors.
 *
 * World coordinates have y up. View coordinates are WebGL's: x right, y up, the viewer looks along
 * −z. An avatar's camera coordinates are the core's: x right, y down, z forward, centimetres.
 * Transforms are named destination from source: `viewFromWorld` takes world to view coordinates.
 */

/** @typedef {Float32Array} Matrix4 */

/**
 * @typedef {object} PinholeCamera The core's camera; pixel centres at half-integers, v downwards.
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {[number, number]} focalLength pixels
 * @property {[number, number]} center where the axis meets the picture, pixels
 */

/** @returns {Matrix4} */
export function identity() {
  return new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
}

/**
 * Places an avatar so that its driving camera stands at the world's origin and looks along −z.
 * With a `viewFromWorld` of identity the viewer then sees what that camera would.
 * @returns {Matrix4}
 */
export function worldFromDrivingCamera() {
  return new Float32Array([1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1]);
}

/**
 * First `b`, then `a`.
 * @param {Matrix4} a
 * @param {Matrix4} b
 * @param {Matrix4} [into] may not be `a` or `b`
 * @returns {Matrix4}
 */
export function multiply(a, b, into = new Float32Array(16)) {
  for (let column = 0; column < 16; column += 4) {
    for (let row = 0; row < 4; row++) {
      into[column + row] =
        a[row] * b[column] + a[4 + row] * b[column + 1] +
        a[8 + row] * b[column + 2] + a[12 + row] * b[column + 3];
    }
  }
  return into;
}

/**
 * The inverse of an affine matrix (whose last row is 0 0 0 1): rotation, scale, shear, translation.
 * @param {Matrix4} m not singular
 * @returns {Matrix4}
 */
export function inverse(m) {
  const [a, b, c, , d, e, f, , g, h, i, , x, y, z] = m;
  const A = e * i - f * h, B = f * g - d * i, C = d * h - e * g;
  const s = 1 / (a * A + b * B + c * C);
  const r = [
    A * s, (c * h - b * i) * s, (b * f - c * e) * s,
    B * s, (a * i - c * g) * s, (c * d - a * f) * s,
    C * s, (b * g - a * h) * s, (a * e - b * d) * s,
  ];
  return new Float32Array([
    r[0], r[1], r[2], 0, r[3], r[4], r[5], 0, r[6], r[7], r[8], 0,
    -(r[0] * x + r[3] * y + r[6] * z),
    -(r[1] * x + r[4] * y + r[7] * z),
    -(r[2] * x + r[5] * y + r[8] * z), 1,
  ]);
}

/**
 * A point, moved.
 * @param {Matrix4} m
 * @param {ArrayLike<number>} p
 * @returns {[number, number, number]}
 */
export function transform(m, p) {
  return [0, 1, 2].map((r) => m[r] * p[0] + m[4 + r] * p[1] + m[8 + r] * p[2] + m[12 + r]);
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} z
 * @returns {Matrix4}
 */
export function translation(x, y, z) {
  const m = identity();
  m.set([x, y, z], 12);
  return m;
}

/**
 * A turn about the upward axis, counter-clockwise seen from above.
 * @param {number} angle radians
 * @returns {Matrix4}
 */
export function turn(angle) {
  const c = Math.cos(angle), s = Math.sin(angle);
  return new Float32Array([c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1]);
}

/**
 * `viewFromWorld` of a viewer at `eye` who looks at `target`, head upright.
 * @param {ArrayLike<number>} eye
 * @param {ArrayLike<number>} target
 * @returns {Matrix4}
 */
export function lookAt(eye, target) {
  let z = [eye[0] - target[0], eye[1] - target[1], eye[2] - target[2]];
  z = scaled(z, 1 / (Math.hypot(...z) || 1));
  // Straight up or down, north stays up.
  const level = Math.hypot(z[0], z[2]);
  const x = level > 1e-6 ? [z[2] / level, 0, -z[0] / level] : [1, 0, 0];
  const y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]];
  const dot = (v) => v[0] * eye[0] + v[1] * eye[1] + v[2] * eye[2];
  return new Float32Array([
    x[0], y[0], z[0], 0, x[1], y[1], z[1], 0, x[2], y[2], z[2], 0, -dot(x), -dot(y), -dot(z), 1,
  ]);
}

const scaled = (v, s) => v.map((a) => a * s);

/** Alike in all directions. @param {number} factor @returns {Matrix4} */
export function scaling(factor) {
  const m = identity();
  m[0] = m[5] = m[10] = factor;
  return m;
}

/**
 * @param {number} fieldOfView vertical, radians
 * @param {number} aspect width / height
 * @param {number} near
 * @param {number} far
 * @returns {Matrix4} projection
 */
export function perspective(fieldOfView, aspect, near = 5, far = 5000) {
  const f = 1 / Math.tan(fieldOfView / 2);
  return projection(f / aspect, f, 0, 0, near, far);
}

/**
 * The projection that draws exactly what a pinhole camera sees.
 * @param {PinholeCamera} camera
 * @param {number} near
 * @param {number} far
 * @returns {Matrix4} projection
 */
export function projectionOfPinhole(camera, near = 5, far = 5000) {
  const { width, height, focalLength: [fx, fy], center: [cx, cy] } = camera;
  return projection(
    (2 * fx) / width, (2 * fy) / height, 1 - (2 * cx) / width, (2 * cy) / height - 1, near, far);
}

/**
 * The camera that shows the same view in a picture of another size: as large as fits the other
 * size ("contain"), or so that it fills it ("cover"); the axis keeps its place in the middle part.
 * @param {PinholeCamera} camera
 * @param {number} width pixels
 * @param {number} height pixels
 * @param {"contain" | "cover"} fit
 * @returns {PinholeCamera}
 */
export function fitted(camera, width, height, fit = "contain") {
  const ratios = [width / camera.width, height / camera.height];
  const s = fit === "cover" ? Math.max(...ratios) : Math.min(...ratios);
  return {
    width, height,
    focalLength: [camera.focalLength[0] * s, camera.focalLength[1] * s],
    center: [
      (camera.center[0] - camera.width / 2) * s + width / 2,
      (camera.center[1] - camera.height / 2) * s + height / 2,
    ],
  };
}

function projection(x, y, offsetX, offsetY, near, far) {
  const d = 1 / (near - far);
  return new Float32Array([
    x, 0, 0, 0, 0, y, 0, 0, offsetX, offsetY, (far + near) * d, -1, 0, 0, 2 * far * near * d, 0,
  ]);
}
