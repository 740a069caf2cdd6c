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
 * Draws smooth edges into a picture of its own and reads it without waiting for the graphics
 * processor: for pictures that take long, where a program plays its part.
 * @param {WebGL2RenderingContext} gl
 * @param {number} width pixels
 * @param {number} height
 * @param {() => void} draw draws premultiplied colours into the framebuffer that is bound
 * @returns {Promise<ImageData | null>} straight alpha; top row first; null when the context is lost
 */
export async function readPictureLater(gl, width, height, draw) {
  const samples = Math.min(4, gl.getParameter(gl.MAX_SAMPLES));
  const bytes = 4 * width * height, made = [];
  const target = (count, hasDepth) => {
    const framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    const attach = (format, place) => {
      const buffer = gl.createRenderbuffer();
      gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
      gl.renderbufferStorageMultisample(gl.RENDERBUFFER, count, format, width, height);
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, place, gl.RENDERBUFFER, buffer);
      made.push(() => gl.deleteRenderbuffer(buffer));
    };
    attach(gl.RGBA8, gl.COLOR_ATTACHMENT0);
    if (hasDepth) attach(gl.DEPTH_COMPONENT24, gl.DEPTH_ATTACHMENT);
    made.push(() => gl.deleteFramebuffer(framebuffer));
    return framebuffer;
  };
  const flat = target(0, false), smooth = target(samples, true);
  const buffer = gl.createBuffer();
  made.push(() => gl.deleteBuffer(buffer));
  try {
    draw();
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, smooth);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, flat);
    gl.disable(gl.SCISSOR_TEST);
    gl.blitFramebuffer(
      0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, flat);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, bytes, gl.STREAM_READ);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    await finished(gl);
    if (gl.isContextLost()) return null;
    const read = new Uint8Array(bytes);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, read);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    return new ImageData(straightened(read, width, height, 255), width, height);
  } finally {
    for (const forget of made) forget();
  }
}

/**
 * Resolves when all that was asked of the graphics processor is done, or its context is lost.
 * @param {WebGL2RenderingContext} gl
 * @returns {Promise<void>}
 */
export function finished(gl) {
  const sync = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  if (!sync) return Promise.resolve();
  gl.flush();
  return new Promise((resolve) => {
    const look = () => {
      const isDone = gl.isContextLost()
        || gl.getSyncParameter(sync, gl.SYNC_STATUS) === gl.SIGNALED;
      if (!isDone) {
        setTimeout(look, 2);
        return;
      }
      gl.deleteSync(sync);
      resolve();
    };
    setTimeout(look, 0);
  });
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
