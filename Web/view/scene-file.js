/**
 * What `visavis view` hands a page: splats and meshes ready to be drawn, little-endian.
 *
 *     "VSCN" version=1 splats meshes
 *     splats × 3 floats centre, × 6 floats covariance (xx xy xz yy yz zz), × 4 bytes red green blue opacity
 *     each mesh: vertices, indices, × 3 floats position, × 3 floats normal, × 4 bytes colour, × 4 bytes index
 *
 * World: x right, y up, z to the viewer; the unit is the file's.
 */

/**
 * @typedef {object} Scene
 * @property {number} count splats
 * @property {Float32Array} centers 3 a splat
 * @property {Float32Array} covariances 6 a splat
 * @property {Uint8Array} colors 4 a splat: red, green, blue, opacity
 * @property {import("../scene/stage-mesh.js").MeshData[]} meshes
 */

/** A file that cannot be shown; its message is for people. */
export class SceneFileError extends Error {}

/**
 * @param {ArrayBuffer} buffer
 * @returns {Scene}
 * @throws {SceneFileError}
 */
export function readScene(buffer) {
  const view = new DataView(buffer);
  const word = (/** @type {number} */ at) => {
    if (at + 4 > buffer.byteLength) throw tooShort(at, 4, buffer.byteLength);
    return view.getUint32(at, true);
  };
  if (word(0) !== 0x4e435356 || word(4) !== 1) {
    throw new SceneFileError("This is not a scene of this version of Visavis; open the file with visavis view.");
  }
  const count = word(8), meshCount = word(12);
  let at = 16;
  const take = (/** @type {any} */ Type, /** @type {number} */ length) => {
    const bytes = length * Type.BYTES_PER_ELEMENT;
    if (at + bytes > buffer.byteLength) throw tooShort(at, bytes, buffer.byteLength);
    const array = new Type(buffer, at, length);
    at += bytes;
    return array;
  };
  const scene = {
    count, centers: take(Float32Array, 3 * count), covariances: take(Float32Array, 6 * count),
    colors: take(Uint8Array, 4 * count), meshes: /** @type {any[]} */ ([]),
  };
  for (let m = 0; m < meshCount; m += 1) {
    const vertices = word(at), indices = word(at + 4);
    at += 8;
    scene.meshes.push({
      positions: take(Float32Array, 3 * vertices), normals: take(Float32Array, 3 * vertices),
      colors: take(Uint8Array, 4 * vertices), indices: take(Uint32Array, indices),
    });
  }
  return scene;
}

const tooShort = (/** @type {number} */ at, /** @type {number} */ wanted, /** @type {number} */ length) =>
  new SceneFileError(
    `This scene is incomplete: ${wanted} bytes are expected at byte ${at}, and it has ${length} in all.`);

/**
 * Where the scene is, and how large: without its outermost hundredth.
 * @param {{count: number, centers: Float32Array, meshes: any[]}} scene
 * @returns {{middle: [number, number, number], radius: number}}
 */
export function extentOf({ count, centers, meshes }) {
  const points = [centers, ...meshes.map(({ positions }) => positions)];
  const total = points.reduce((sum, each) => sum + each.length / 3, 0);
  // A few thousand points tell as much as all.
  const stride = Math.max(1, Math.floor(total / 8192));
  const axes = [0, 1, 2].map((axis) => {
    const values = [];
    for (const each of points) {
      for (let i = 0; i < each.length / 3; i += stride) values.push(each[3 * i + axis]);
    }
    values.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) => values[Math.round(share * (values.length - 1))] ?? 0;
    return [at(0.01), at(0.99)];
  });
  const middle = /** @type {[number, number, number]} */ (axes.map(([low, high]) => (low + high) / 2));
  const radius = Math.hypot(...axes.map(([low, high]) => (high - low) / 2)) || 1;
  return { middle, radius: count + meshes.length === 0 ? 1 : radius };
}
