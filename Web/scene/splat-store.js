import { arrange, writeOrder, writeWithin } from "./arrangement.js";
import { makeBuffer, makeDataTexture, makeProgram } from "./gl.js";
import { inverse, multiply, transform } from "./matrices.js";
import {
  batchSize, fragmentSource, maxLayers, rowLength, vertexSource,
} from "./splat-shader.js";

/**
 * All avatars' splats on the GPU: each avatar takes whole rows of shared textures, so that one
 * draw call shows them all, in any order.
 */
export class SplatStore {
  #gl;
  #program;
  #vertexArray;
  #textures = null;
  /** Rows that the textures have. */
  #rows = 0;
  #order = new Uint32Array(0);
  #count = 0;
  /**
   * What each layer's rows hold.
   * @type {Map<import("./splat-layer.js").SplatLayer, {row: number, rows: number, version: number}>}
   */
  #held = new Map();
  /** What the order on the GPU was made from. */
  #arranged = null;
  #viewFromLayer = new Float32Array(16 * maxLayers);
  #traits = new Float32Array(3 * maxLayers);
  #fades = new Float32Array(4 * maxLayers);
  #lit = new Float32Array(3 * maxLayers);
  #shade = new Float32Array(3 * maxLayers);
  #lightPlanes = new Float32Array(4 * maxLayers);
  /** Layers in the last order, by their marks. */
  #shown = [];

  /** @param {WebGL2RenderingContext} gl */
  constructor(gl) {
    this.#gl = gl;
    this.#program = makeProgram(gl, vertexSource, fragmentSource);
    gl.useProgram(this.#program.program);
    ["orders", "centers", "covariances", "colors"].forEach((name, unit) =>
      gl.uniform1i(this.#program.uniforms[name], unit));
    this.#vertexArray = gl.createVertexArray();
    gl.bindVertexArray(this.#vertexArray);
    const indices = new Uint16Array(6 * batchSize);
    for (let i = 0; i < batchSize; i++) {
      indices.set([0, 1, 2, 2, 1, 3].map((corner) => 4 * i + corner), 6 * i);
    }
    makeBuffer(gl, gl.ELEMENT_ARRAY_BUFFER, indices);
    gl.bindVertexArray(null);
  }

  /** Splats drawn in the last picture. */
  get count() {
    return this.#count;
  }

  /**
   * Brings what changed to the GPU, and orders it as seen from an eye.
   * @param {import("./splat-layer.js").SplatLayer[]} layers
   * @param {ArrayLike<number>} eye in the world
   * @returns {{merged: number}} how many avatars were merged splat by splat
   */
  prepare(layers, eye) {
    const shown = layers.filter((l) => l.visible && l.count > 0 && l.opacity > 0);
    if (shown.length > maxLayers) shown.length = maxLayers;
    this.#makeRoom(layers);
    for (const layer of shown) this.#upload(layer);

    const placed = shown.map((layer, k) => (
      { layer, mark: (k << 24) >>> 0, first: this.#held.get(layer).row * rowLength }));
    const around = placed.filter(({ layer }) => layer.isAround);
    const groups = arrange(placed.filter(({ layer }) => !layer.isAround), eye);
    const merged = groups.reduce((sum, g) => sum + (g.length > 1 ? g.length : 0), 0);
    // Between frames, a merged order alone depends on the eye and on where avatars stand.
    const key = [...around.map((item) => [item]), ...groups].map((g) => g.map(({ mark, first, layer }) =>
      `${mark} ${first} ${layer.orderVersion}`).join("+")).join();
    if (merged > 0 || key !== this.#arranged) this.#writeOrder(groups, around, eye);
    this.#arranged = key;
    this.#shown = shown;
    return { merged };
  }

  /**
   * Draws what was prepared.
   * @param {import("./matrices.js").Matrix4} viewFromWorld
   * @param {import("./matrices.js").Matrix4} projection
   * @param {number} width of the viewport, pixels
   * @param {number} height
   * @param {number} nearest in view units: splats nearer than this are not drawn
   * @param {boolean} hasDepth whether meshes have left their depth
   */
  draw(viewFromWorld, projection, width, height, nearest, hasDepth) {
    if (this.#count === 0) return;
    const gl = this.#gl, { program, uniforms } = this.#program;
    this.#shown.forEach((layer, k) => {
      multiply(viewFromWorld, layer.worldFromCamera, this.#viewFromLayer.subarray(16 * k));
      this.#fades.set(layer.fade, 4 * k);
      this.#lit.set(layer.light.lit, 3 * k);
      this.#shade.set(layer.light.shade, 3 * k);
      this.#lightPlanes.set(layer.light.plane, 4 * k);
      this.#traits[3 * k] = layer.opacity;
      this.#traits[3 * k + 1] = layer.hiddenBy === "none" ? 0 : 1;
      this.#traits[3 * k + 2] = layer.lead;
    });
    gl.useProgram(program);
    gl.uniformMatrix4fv(uniforms.viewFromLayer, false, this.#viewFromLayer);
    gl.uniform3fv(uniforms.traits, this.#traits);
    gl.uniform4fv(uniforms.fades, this.#fades);
    gl.uniform3fv(uniforms.lit, this.#lit);
    gl.uniform3fv(uniforms.shade, this.#shade);
    gl.uniform4fv(uniforms.lightPlanes, this.#lightPlanes);
    gl.uniformMatrix4fv(uniforms.projection, false, projection);
    gl.uniform2f(uniforms.focal, (projection[0] * width) / 2, (projection[5] * height) / 2);
    gl.uniform2f(uniforms.size, width, height);
    gl.uniform1f(uniforms.nearest, nearest);
    gl.uniform1i(uniforms.count, this.#count);
    const { orders, centers, covariances, colors } = this.#textures;
    [orders, centers, covariances, colors].forEach((texture, unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(gl.TEXTURE_2D, texture);
    });
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl[hasDepth ? "enable" : "disable"](gl.DEPTH_TEST);
    gl.depthFunc(gl.LEQUAL);
    gl.depthMask(false);
    gl.bindVertexArray(this.#vertexArray);
    gl.drawElementsInstanced(
      gl.TRIANGLES, 6 * batchSize, gl.UNSIGNED_SHORT, 0, Math.ceil(this.#count / batchSize));
    gl.bindVertexArray(null);
  }

  /** Gives every layer its rows; new textures, twice as large, when they are full. */
  #makeRoom(layers) {
    const gl = this.#gl;
    for (const layer of this.#held.keys()) {
      if (!layers.includes(layer)) this.#held.delete(layer);
    }
    const fits = layers.every((l) => (this.#held.get(l)?.rows ?? 0) >= l.rows);
    if (fits) return;
    let rows = 0;
    this.#held.clear();
    for (const layer of layers) {
      this.#held.set(layer, { row: rows, rows: layer.rows, version: -1 });
      rows += layer.rows;
    }
    this.#arranged = null;
    if (rows <= this.#rows) return;
    this.#rows = Math.max(rows, Math.min(2 * this.#rows, 4096));
    for (const texture of Object.values(this.#textures ?? {})) gl.deleteTexture(texture);
    this.#textures = {
      orders: makeDataTexture(gl, gl.R32UI, rowLength, this.#rows),
      centers: makeDataTexture(gl, gl.RGB32F, rowLength, this.#rows),
      covariances: makeDataTexture(gl, gl.RGB32F, 2 * rowLength, this.#rows),
      colors: makeDataTexture(gl, gl.RGBA8, rowLength, this.#rows),
    };
    this.#order = new Uint32Array(this.#rows * rowLength);
  }

  #upload(layer) {
    const gl = this.#gl, held = this.#held.get(layer);
    if (held.version === layer.version) return;
    held.version = layer.version;
    const { row } = held, { rows, centers, covariances, colors } = layer;
    gl.activeTexture(gl.TEXTURE0);
    const send = (texture, width, format, type, data) => {
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, row, width, rows, format, type, data);
    };
    send(this.#textures.centers, rowLength, gl.RGB, gl.FLOAT, centers);
    send(this.#textures.covariances, 2 * rowLength, gl.RGB, gl.FLOAT, covariances);
    send(this.#textures.colors, rowLength, gl.RGBA, gl.UNSIGNED_BYTE, colors);
  }

  #writeOrder(groups, around, eye) {
    const gl = this.#gl;
    const count = writeWithin(around, groups, eye, this.#order);
    this.#count = count;
    if (count === 0) return;
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.#textures.orders);
    gl.texSubImage2D(
      gl.TEXTURE_2D, 0, 0, 0, rowLength, Math.ceil(count / rowLength), gl.RED_INTEGER,
      gl.UNSIGNED_INT, this.#order);
  }
}

/**
 * Where the viewer stands: the middle of all views' eyes.
 * @param {{viewFromWorld: import("./matrices.js").Matrix4}[]} views
 * @returns {[number, number, number]} in the world
 */
export function headOf(views) {
  const sum = [0, 0, 0];
  for (const { viewFromWorld } of views) {
    const eye = transform(inverse(viewFromWorld), [0, 0, 0]);
    for (let i = 0; i < 3; i++) sum[i] += eye[i] / views.length;
  }
  return sum;
}
