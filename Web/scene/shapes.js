/** Simple meshes for `Stage.addMesh`: grounds and blocks. Colours are sRGB-coded bytes. */

/** @typedef {import("./stage-mesh.js").MeshData} MeshData */

/**
 * A level disc about the origin, facing up, that fades out towards its rim.
 * @param {number} radius
 * @param {[number, number, number]} color
 * @param {number} solid the share of the radius up to which it does not fade
 * @param {number} segments
 * @returns {MeshData}
 */
export function disc(radius, color, solid = 0.5, segments = 64) {
  const mesh = start();
  addVertex(mesh, [0, 0, 0], [0, 1, 0], [...color, 255]);
  for (const [share, alpha] of [[solid, 255], [1, 0]]) {
    for (let k = 0; k < segments; k++) {
      const a = (2 * Math.PI * k) / segments;
      addVertex(
        mesh, [share * radius * Math.sin(a), 0, share * radius * Math.cos(a)], [0, 1, 0],
        [...color, alpha]);
    }
  }
  for (let k = 0; k < segments; k++) {
    const next = (k + 1) % segments;
    const [a, b, c, d] = [1 + k, 1 + next, 1 + segments + k, 1 + segments + next];
    mesh.indices.push(0, a, b, a, c, b, b, c, d);
  }
  return finish(mesh);
}

/**
 * A block about the origin.
 * @param {[number, number, number]} size
 * @param {[number, number, number]} color
 * @returns {MeshData}
 */
export function block(size, color) {
  const mesh = start();
  for (let axis = 0; axis < 3; axis++) {
    for (const side of [-1, 1]) {
      const first = mesh.positions.length / 3;
      for (const [u, v] of [[-1, -1], [1, -1], [-1, 1], [1, 1]]) {
        const corner = [], normal = [0, 0, 0];
        corner[axis] = (side * size[axis]) / 2;
        corner[(axis + 1) % 3] = (u * size[(axis + 1) % 3]) / 2;
        corner[(axis + 2) % 3] = (v * size[(axis + 2) % 3]) / 2;
        normal[axis] = side;
        addVertex(mesh, corner, normal, [...color, 255]);
      }
      mesh.indices.push(...[0, 1, 2, 2, 1, 3].map((i) => first + i));
    }
  }
  return finish(mesh);
}

const start = () => ({ positions: [], normals: [], colors: [], indices: [] });

function addVertex(mesh, position, normal, color) {
  mesh.positions.push(...position);
  mesh.normals.push(...normal);
  mesh.colors.push(...color);
}

function finish({ positions, normals, colors, indices }) {
  return {
    positions: new Float32Array(positions), normals: new Float32Array(normals),
    colors: new Uint8Array(colors), indices: new Uint16Array(indices),
  };
}
