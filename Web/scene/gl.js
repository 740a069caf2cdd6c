/** What the drawing code needs of WebGL 2, said once. */

/**
 * Compiles and links.
 * @param {WebGL2RenderingContext} gl
 * @param {string} vertex source
 * @param {string} fragment source
 * @returns {{program: WebGLProgram, uniforms: Record<string, WebGLUniformLocation>}}
 * @throws {Error} with the compiler's words; never because the context is lost
 */
export function makeProgram(gl, vertex, fragment) {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
    const shader = gl.createShader(kind);
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    const logs = (gl.getAttachedShaders(program) ?? []).map((s) => gl.getShaderInfoLog(s));
    throw new Error([gl.getProgramInfoLog(program), ...logs].filter(Boolean).join("\n"));
  }
  const uniforms = {};
  const count = gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS) ?? 0;
  for (let i = 0; i < count; i++) {
    const name = gl.getActiveUniform(program, i).name;
    uniforms[name.replace("[0]", "")] = gl.getUniformLocation(program, name);
  }
  return { program, uniforms };
}

/**
 * A texture that shaders read texel by texel.
 * @param {WebGL2RenderingContext} gl
 * @param {number} internalFormat
 * @param {number} width texels
 * @param {number} height texels
 */
export function makeDataTexture(gl, internalFormat, width, height) {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, internalFormat, width, height);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  return texture;
}

/**
 * A buffer with data that stays.
 * @param {WebGL2RenderingContext} gl
 * @param {number} target
 * @param {ArrayBufferView} data
 */
export function makeBuffer(gl, target, data) {
  const buffer = gl.createBuffer();
  gl.bindBuffer(target, buffer);
  gl.bufferData(target, data, gl.STATIC_DRAW);
  return buffer;
}
