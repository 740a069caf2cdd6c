import { makeBuffer, makeProgram } from "./gl.js";
import { identity, inverse, transform } from "./matrices.js";
import { fragmentSource, mattSurface, maxLamps, vertexSource } from "./mesh-shader.js";

/**
 * An ordinary triangle mesh of a stage: what `Stage.addMesh` returns.
 * @typedef {object} MeshData
 * @property {Float32Array} positions 3 a vertex
 * @property {Float32Array} normals 3 a vertex, unit length
 * @property {Uint8Array | Uint8ClampedArray} colors 4 a vertex: red, green, blue, sRGB-coded, and
 *   alpha; a mesh with any alpha below 255 is drawn after those without, over them
 * @property {Uint16Array | Uint32Array} indices 3 a triangle, in any winding
 * @property {string} [surface] what its points look like, see mesh-shader.js; left out, matt
 * @property {boolean} [isTranslucent] whether what lies behind shines through; left out, as the
 *   colours say
 */
export class StageMesh {
  /** Where it stands; turns, moves, and scales alike in all directions. Change it at any time. */
  worldFromModel;
  /** Whether it is drawn. */
  visible = true;
  /** @type {MeshData} */
  data;
  /** Whether what lies behind shines through. */
  isTranslucent;

  #remove;

  /**
   * @param {MeshData & {worldFromModel?: import("./matrices.js").Matrix4}} data
   * @param {(mesh: StageMesh) => void} remove
   * @throws {RangeError} when arrays do not match
   */
  constructor({
    positions, normals, colors, indices, surface = mattSurface, isTranslucent,
    worldFromModel = identity(),
  }, remove) {
    const count = positions.length / 3;
    if (normals.length !== 3 * count || colors.length !== 4 * count || indices.length % 3 !== 0) {
      throw new RangeError(
        `A mesh of ${count} vertices has ${normals.length / 3} normals, ${colors.length / 4} ` +
        `colours and ${indices.length / 3} triangles.`);
    }
    for (const index of indices) {
      if (index >= count) throw new RangeError(`A mesh of ${count} vertices has no ${index}.`);
    }
    this.data = { positions, normals, colors, indices, surface };
    this.worldFromModel = worldFromModel;
    this.isTranslucent = isTranslucent ?? colors.some((v, i) => i % 4 === 3 && v < 255);
    this.#remove = remove;
  }

  /** Takes the mesh off the stage. */
  remove() {
    this.#remove(this);
  }
}

/** All meshes on the GPU. */
export class MeshStore {
  #gl;
  /** A program for each surface. @type {Map<string, ReturnType<typeof makeProgram>>} */
  #programs = new Map();
  /** @type {Map<StageMesh, {vertexArray: WebGLVertexArrayObject, buffers: WebGLBuffer[]}>} */
  #held = new Map();

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.#gl = gl;
    this.#programOf(mattSurface);
  }

  /**
   * Draws opaque meshes, then translucent ones, in the order given.
   * @param {StageMesh[]} meshes
   * @param {import("./matrices.js").Matrix4} viewFromWorld
   * @param {import("./matrices.js").Matrix4} projection
   * @param {import("./stage.js").Light} light
   * @param {number} time seconds, for surfaces that move
   * @returns {number} triangles
   */
  draw(meshes, viewFromWorld, projection, light, time) {
    for (const mesh of this.#held.keys()) if (!meshes.includes(mesh)) this.#forget(mesh);
    const shown = meshes.filter((m) => m.visible && m.data.indices.length > 0);
    if (shown.length === 0) return 0;
    const gl = this.#gl;
    const scene = { viewFromWorld, projection, light, time };
    gl.enable(gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    let triangles = 0;
    const ready = new Set();
    let current = null;
    for (const translucent of [false, true]) {
      gl.depthMask(!translucent);
      gl[translucent ? "enable" : "disable"](gl.BLEND);
      for (const mesh of shown) {
        if (mesh.isTranslucent !== translucent) continue;
        const { indices, surface } = mesh.data;
        const used = this.#programOf(surface);
        if (used !== current) gl.useProgram(used.program);
        current = used;
        if (!ready.has(used)) this.#prepare(used.uniforms, scene);
        ready.add(used);
        gl.uniformMatrix4fv(used.uniforms.worldFromModel, false, mesh.worldFromModel);
        gl.bindVertexArray(this.#vertexArray(mesh));
        gl.drawElements(
          gl.TRIANGLES, indices.length,
          indices instanceof Uint16Array ? gl.UNSIGNED_SHORT : gl.UNSIGNED_INT, 0);
        triangles += indices.length / 3;
      }
    }
    gl.bindVertexArray(null);
    return triangles;
  }

  /** Tells a program that is in use what all meshes share. */
  #prepare(uniforms, { viewFromWorld, projection, light, time }) {
    const gl = this.#gl;
    gl.uniformMatrix4fv(uniforms.viewFromWorld, false, viewFromWorld);
    gl.uniformMatrix4fv(uniforms.projection, false, projection);
    const length = Math.hypot(...light.direction) || 1;
    gl.uniform3fv(uniforms.keyDirection ?? null, light.direction.map((v) => v / length));
    gl.uniform3fv(uniforms.keyColor ?? null, light.color);
    gl.uniform3fv(uniforms.skyColor ?? null, light.sky);
    gl.uniform3fv(uniforms.groundColor ?? null, light.ground);
    gl.uniform4fv(uniforms.mist ?? null, light.mist ?? [0, 0, 0, 0]);
    gl.uniform3fv(uniforms.eye ?? null, transform(inverse(viewFromWorld), [0, 0, 0]));
    gl.uniform1f(uniforms.time ?? null, time);
    const places = new Float32Array(4 * maxLamps).fill(1), colors = new Float32Array(3 * maxLamps);
    (light.lamps ?? []).slice(0, maxLamps).forEach(({ position, reach, color }, i) => {
      places.set([...position, reach], 4 * i);
      colors.set(color, 3 * i);
    });
    gl.uniform4fv(uniforms.lamps ?? null, places);
    gl.uniform3fv(uniforms.lampColors ?? null, colors);
  }

  #programOf(surface) {
    const found = this.#programs.get(surface);
    if (found) return found;
    const made = makeProgram(this.#gl, vertexSource, fragmentSource(surface));
    this.#programs.set(surface, made);
    return made;
  }

  #vertexArray(mesh) {
    const found = this.#held.get(mesh);
    if (found) return found.vertexArray;
    const gl = this.#gl, { positions, normals, colors, indices } = mesh.data;
    const vertexArray = gl.createVertexArray();
    gl.bindVertexArray(vertexArray);
    const attributes = [
      [positions, 3, gl.FLOAT], [normals, 3, gl.FLOAT], [colors, 4, gl.UNSIGNED_BYTE],
    ];
    const buffers = attributes.map(([data, size, type], location) => {
      const buffer = makeBuffer(gl, gl.ARRAY_BUFFER, data);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, type, type !== gl.FLOAT, 0, 0);
      return buffer;
    });
    buffers.push(makeBuffer(gl, gl.ELEMENT_ARRAY_BUFFER, indices));
    this.#held.set(mesh, { vertexArray, buffers });
    return vertexArray;
  }

  #forget(mesh) {
    const { vertexArray, buffers } = this.#held.get(mesh);
    this.#gl.deleteVertexArray(vertexArray);
    for (const buffer of buffers) this.#gl.deleteBuffer(buffer);
    this.#held.delete(mesh);
  }
}
