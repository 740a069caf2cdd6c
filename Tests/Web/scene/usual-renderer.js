/**
 * How the first public viewers draw splats, written anew after what they do
 * (github.com/antimatter15/splat is the model): each splat an instance of four corners; its centre,
 * six half-floats of covariance and colour in two RGBA32UI texels; axes of the ellipse by
 * eigenvalues, corners at ±2√2 σ whatever the opacity; front to back with ONE_MINUS_DST_ALPHA.
 * No low-pass filter, as theirs has none. Moving splats mean packing the texture again.
 */

const vertex = `#version 300 es
precision highp float;
precision highp int;
uniform highp usampler2D splats;
uniform vec2 focal, middle, size;
in vec2 corner;
in int index;
out vec4 tint;
out vec2 place;
void main() {
  ivec2 texel = ivec2((index & 1023) * 2, index >> 10);
  uvec4 a = texelFetch(splats, texel, 0), b = texelFetch(splats, texel + ivec2(1, 0), 0);
  vec3 p = uintBitsToFloat(a.xyz);
  gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
  vec2 center = (p.xy / p.z * focal + middle) / size * 2.0 - 1.0;
  if (p.z < 0.2 || any(greaterThan(abs(center), vec2(1.2)))) return;
  vec2 s0 = unpackHalf2x16(b.x), s1 = unpackHalf2x16(b.y), s2 = unpackHalf2x16(b.z);
  mat3 sigma = mat3(s0.x, s0.y, s1.x, s0.y, s1.y, s2.x, s1.x, s2.x, s2.y);
  vec3 jx = vec3(focal.x, 0.0, -focal.x * p.x / p.z) / p.z;
  vec3 jy = vec3(0.0, focal.y, -focal.y * p.y / p.z) / p.z;
  float xx = dot(jx, sigma * jx), xy = dot(jx, sigma * jy), yy = dot(jy, sigma * jy);
  float mean = 0.5 * (xx + yy), spread = length(vec2(0.5 * (xx - yy), xy));
  float big = mean + spread, small = mean - spread;
  if (small < 0.0) return;
  vec2 axis = normalize(vec2(xy, big - xx));
  vec2 offset = corner.x * min(sqrt(2.0 * big), 1024.0) * axis
    + corner.y * min(sqrt(2.0 * small), 1024.0) * vec2(axis.y, -axis.x);
  tint = vec4(b.w & 255u, (b.w >> 8) & 255u, (b.w >> 16) & 255u, b.w >> 24) / 255.0;
  place = corner;
  gl_Position = vec4((center + 2.0 * offset / size) * vec2(1.0, -1.0), 0.0, 1.0);
}`;

const fragment = `#version 300 es
precision highp float;
in vec4 tint;
in vec2 place;
out vec4 color;
void main() {
  float square = dot(place, place);
  if (square > 4.0) discard;
  float alpha = exp(-square) * tint.a;
  color = vec4(alpha * tint.rgb, alpha);
}`;

const float = new Float32Array(1), bits = new Uint32Array(float.buffer);

function half(value) {
  float[0] = value;
  const b = bits[0], exponent = ((b >> 23) & 255) - 112;
  const sign = (b >>> 16) & 0x8000;
  if (exponent <= 0) {
    return exponent < -10 ? sign : sign | (((b & 0x7fffff) | 0x800000) >> (14 - exponent));
  }
  return exponent >= 31 ? sign | 0x7c00 : sign | (exponent << 10) | ((b >> 13) & 0x3ff);
}

export class UsualRenderer {
  #count = 0;
  #indices;
  #texture;

  constructor(canvas, camera) {
    canvas.width = camera.width;
    canvas.height = camera.height;
    const gl = this.gl = canvas.getContext("webgl2", { antialias: false });
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) {
      throw new Error(gl.getAttachedShaders(program).map((s) => gl.getShaderInfoLog(s)).join());
    }
    gl.useProgram(program);
    const uniform = (name) => gl.getUniformLocation(program, name);
    gl.uniform2f(uniform("focal"), ...camera.focalLength);
    gl.uniform2f(uniform("middle"), ...camera.center);
    gl.uniform2f(uniform("size"), camera.width, camera.height);
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(
      gl.ARRAY_BUFFER, new Float32Array([-2, -2, 2, -2, 2, 2, -2, 2]), gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(program, "corner");
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    this.#indices = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#indices);
    const index = gl.getAttribLocation(program, "index");
    gl.enableVertexAttribArray(index);
    gl.vertexAttribIPointer(index, 1, gl.INT, 0, 0);
    gl.vertexAttribDivisor(index, 1);
    this.#texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, this.#texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.disable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE_MINUS_DST_ALPHA, gl.ONE);
  }

  update({ count, centers, covariances, colors, order }) {
    const gl = this.gl, height = Math.ceil(count / 1024);
    const words = new Uint32Array(8 * 1024 * height), floats = new Float32Array(words.buffer);
    const packed = new Uint32Array(colors.buffer, colors.byteOffset, count);
    for (let i = 0; i < count; i++) {
      for (let k = 0; k < 3; k++) {
        floats[8 * i + k] = centers[3 * i + k];
        words[8 * i + 4 + k] =
          half(covariances[6 * i + 2 * k]) | (half(covariances[6 * i + 2 * k + 1]) << 16);
      }
      words[8 * i + 7] = packed[i];
    }
    gl.texImage2D(
      gl.TEXTURE_2D, 0, gl.RGBA32UI, 2048, height, 0, gl.RGBA_INTEGER, gl.UNSIGNED_INT, words);
    const nearFirst = new Int32Array(count);
    for (let i = 0; i < count; i++) nearFirst[i] = order[count - 1 - i];
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#indices);
    gl.bufferData(gl.ARRAY_BUFFER, nearFirst, gl.DYNAMIC_DRAW);
    this.#count = count;
  }

  draw() {
    const gl = this.gl;
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.drawArraysInstanced(gl.TRIANGLE_FAN, 0, 4, this.#count);
  }
}
