/** Shapes of joints and controllers: metres, made once. */

const skin = [214, 176, 150, 255], dark = [52, 56, 62, 255];

/** A sphere of radius one. */
const sphere = once(() => round(10, 7, (x, y, z) => [x, y, z], skin));

/** What a controller looks like: a rounded grip, leaning as one is held. */
const controller = once(() => round(14, 10, (x, y, z) => [0.019 * x, 0.022 * y, 0.055 * z + 0.02], dark));

export const jointMesh = sphere;
export const controllerMesh = controller;

/** @template T @param {() => T} make @returns {() => T} */
function once(make) {
  /** @type {T | undefined} */
  let made;
  return () => made ??= make();
}

/**
 * A ball whose points are moved.
 * @param {number} around @param {number} down
 * @param {(x: number, y: number, z: number) => number[]} place
 * @param {number[]} color
 */
function round(around, down, place, color) {
  const positions = [], normals = [], colors = [], indices = [];
  for (let j = 0; j <= down; j += 1) {
    for (let i = 0; i < around; i += 1) {
      const a = (2 * Math.PI * i) / around, b = (Math.PI * j) / down;
      const n = [Math.sin(b) * Math.cos(a), Math.cos(b), Math.sin(b) * Math.sin(a)];
      positions.push(...place(n[0], n[1], n[2]));
      normals.push(...n);
      colors.push(...color);
      if (j === down) continue;
      const next = (i + 1) % around, low = (j + 1) * around;
      indices.push(j * around + i, j * around + next, low + i, low + i, j * around + next, low + next);
    }
  }
  return {
    positions: new Float32Array(positions), normals: new Float32Array(normals),
    colors: new Uint8Array(colors), indices: new Uint16Array(indices),
  };
}
