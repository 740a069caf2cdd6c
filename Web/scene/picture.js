/**
 * Draws into a picture of its own and reads it: half-float samples where the GPU has them, so that
 * hundreds of faint layers are not rounded one by one.
 * @param {WebGL2RenderingContext} gl
 * @param {number} width pixels
 * @param {number} height
 * @param {() => void} draw draws premultiplied colours into the framebuffer that is bound
 * @returns {ImageData} straight alpha; top row first
 */
export function readPicture(gl, width, height, draw) {
  const isFloat = gl.getExtension("EXT_color_buffer_float") !== null ||
    gl.getExtension("EXT_color_buffer_half_float") !== null;
  const framebuffer = gl.createFramebuffer();
  const color = gl.createRenderbuffer(), depth = gl.createRenderbuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.bindRenderbuffer(gl.RENDERBUFFER, color);
  gl.renderbufferStorage(gl.RENDERBUFFER, isFloat ? gl.RGBA16F : gl.RGBA8, width, height);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, color);
  gl.bindRenderbuffer(gl.RENDERBUFFER, depth);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT24, width, height);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, depth);
  const samples = new (isFloat ? Float32Array : Uint8Array)(4 * width * height);
  try {
    draw();
    gl.readPixels(0, 0, width, height, gl.RGBA, isFloat ? gl.FLOAT : gl.UNSIGNED_BYTE, samples);
  } finally {
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.deleteFramebuffer(framebuffer);
    gl.deleteRenderbuffer(color);
    gl.deleteRenderbuffer(depth);
  }
  return new ImageData(straightened(samples, width, height, isFloat ? 1 : 255), width, height);
}

/**
 * Upright, colour divided by alpha, in 8 bits; where alpha is below 1/510 colour is 0.
 * @param {Float32Array | Uint8Array} samples premultiplied, bottom row first
 * @param {number} width
 * @param {number} height
 * @param {number} one what stands for 1
 * @returns {Uint8ClampedArray}
 */
export function straightened(samples, width, height, one) {
  const out = new Uint8ClampedArray(4 * width * height);
  for (let y = 0; y < height; y++) {
    let from = 4 * width * (height - 1 - y), to = 4 * width * y;
    for (const end = to + 4 * width; to < end; to += 4, from += 4) {
      const alpha = samples[from + 3] / one;
      const scale = alpha < 1 / 510 ? 0 : 255 / (one * alpha);
      out[to] = samples[from] * scale;
      out[to + 1] = samples[from + 1] * scale;
      out[to + 2] = samples[from + 2] * scale;
      out[to + 3] = alpha * 255;
    }
  }
  return out;
}
