/**
 * A headset that a script plays: two eyes, a head, two hands or two controllers with a thumbstick. `fakeDevice` says
 * where they are; pictures are read back from its framebuffer.
 */
(() => {
  const eyeWidth = 320, eyeHeight = 320;
  const device = {
    modes: ["immersive-vr", "immersive-ar"], head: { x: 0, y: 1.6, z: 0, yaw: 0 }, hands: false,
    controllers: false, session: null, layer: null, frames: 0, distance: 0.064, rate: 72,
    viewportScale: 1, interval: 14, stick: [0, 0], waits: false,
  };
  window.fakeDevice = device;

  const matrix = ({ x, y, z, yaw }, side = 0) => {
    const c = Math.cos(yaw), s = Math.sin(yaw);
    return new Float32Array([c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, x + side * c, y, z - side * s, 1]);
  };
  const projection = () => {
    const near = 0.05, far = 400, d = 1 / (near - far);
    return new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, (far + near) * d, -1, 0, 0, 2 * far * near * d, 0]);
  };
  class Layer {
    constructor(session, gl, options) {
      this.gl = gl;
      this.options = options;
      this.framebufferWidth = 2 * eyeWidth;
      this.framebufferHeight = eyeHeight;
      this.framebuffer = gl.createFramebuffer();
      const color = gl.createRenderbuffer(), depth = gl.createRenderbuffer();
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
      for (const [buffer, format, point] of [
        [color, gl.RGBA8, gl.COLOR_ATTACHMENT0], [depth, gl.DEPTH_COMPONENT24, gl.DEPTH_ATTACHMENT]]) {
        gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
        gl.renderbufferStorage(gl.RENDERBUFFER, format, this.framebufferWidth, this.framebufferHeight);
        gl.framebufferRenderbuffer(gl.FRAMEBUFFER, point, gl.RENDERBUFFER, buffer);
      }
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      device.layer = this;
    }

    getViewport({ eye }) {
      const s = device.viewportScale;
      return { x: eye === "left" ? 0 : eyeWidth, y: 0, width: Math.round(eyeWidth * s), height: Math.round(eyeHeight * s) };
    }
  }

  class Session extends EventTarget {
    enabledFeatures = ["local", "local-floor", "hand-tracking"];
    frameRate = device.rate;
    #ended = false;

    get inputSources() {
      if (device.hands) {
        return ["left", "right"].map((handedness) => ({
          handedness, gripSpace: null, hand: { get: (name) => ({ handedness, name }), size: 25 } }));
      }
      if (!device.controllers) return [];
      return ["left", "right"].map((handedness) => ({
        handedness, gripSpace: { handedness }, hand: null,
        // The standard mapping: a touchpad, then the thumbstick.
        gamepad: { axes: [0, 0, ...(handedness === "left" ? device.stick : [0, 0])] },
      }));
    }

    async updateRenderState() {}
    async requestReferenceSpace(kind) { return { kind }; }

    /** Where it waits, as a real one's compositor does: the next frame comes when the last one has been drawn. */
    requestAnimationFrame(callback) {
      const gl = device.waits ? device.layer?.gl : null, sync = gl?.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      gl?.flush();
      const wait = () => {
        if (this.#ended) return;
        const isDrawn = !sync || gl.isContextLost() ||
          [gl.ALREADY_SIGNALED, gl.CONDITION_SATISFIED].includes(gl.clientWaitSync(sync, 0, 0));
        if (!isDrawn) {
          setTimeout(wait, 4);
          return;
        }
        gl?.deleteSync(sync);
        device.frames += 1;
        const { head } = device;
        callback(performance.now(), {
          session: this,
          getViewerPose: () => ({
            transform: { matrix: matrix(head) },
            views: [["left", -1], ["right", 1]].map(([eye, side]) => ({
              eye, projectionMatrix: projection(),
              transform: { matrix: matrix(head, (side * device.distance) / 2) },
              requestViewportScale: (scale) => { device.viewportScale = scale; },
            })),
          }),
          getPose: ({ handedness }) => ({
            transform: { matrix: matrix({ x: head.x + (handedness === "left" ? -0.2 : 0.2), y: head.y - 0.15, z: head.z - 0.5, yaw: 0 }) } }),
          getJointPose: ({ handedness, name }) => {
            const names = device.jointNames ??= [];
            if (!names.includes(name)) names.push(name);
            const k = names.indexOf(name), side = handedness === "left" ? -1 : 1;
            return {
              radius: 0.012,
              transform: { matrix: matrix({
                x: head.x + side * (0.15 + 0.025 * Math.floor(k / 5)), y: head.y - 0.2 + 0.03 * (k % 5),
                z: head.z - 0.5, yaw: 0 }) },
            };
          },
        });
      };
      setTimeout(wait, device.interval);
    }

    async end() {
      this.#ended = true;
      device.session = null;
      this.dispatchEvent(new Event("end"));
    }
  }

  /** A picture of one eye: the mean colour of each cell of a grid, top row first. */
  device.look = (eye, columns = 16, rows = 16) => {
    const { gl, framebuffer } = device.layer, pixels = new Uint8Array(4 * eyeWidth * eyeHeight);
    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    gl.readPixels(eye === "left" ? 0 : eyeWidth, 0, eyeWidth, eyeHeight, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const cells = Array.from({ length: rows }, () => Array.from({ length: columns }, () => [0, 0, 0, 0]));
    const w = eyeWidth / columns, h = eyeHeight / rows;
    for (let y = 0; y < eyeHeight; y += 1) {
      for (let x = 0; x < eyeWidth; x += 1) {
        const cell = cells[rows - 1 - Math.floor(y / h)][Math.floor(x / w)];
        for (let i = 0; i < 4; i += 1) cell[i] += pixels[4 * (y * eyeWidth + x) + i] / (w * h);
      }
    }
    return cells;
  };

  window.XRWebGLLayer = Layer;
  Object.defineProperty(navigator, "xr", { configurable: true, value: Object.assign(new EventTarget(), {
    isSessionSupported: async (mode) => device.modes.includes(mode),
    requestSession: async (mode, options) => {
      if (device.refuses) throw new DOMException("no", "NotAllowedError");
      device.mode = mode;
      device.options = options;
      return device.session = new Session();
    },
  }) });
  WebGL2RenderingContext.prototype.makeXRCompatible = async () => {};
})();
