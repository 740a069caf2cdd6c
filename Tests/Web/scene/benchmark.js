// What scene_benchmark.py calls: the stage beside the way of the first public viewers.
import { canvasPixels, load, psnr, Stage, viewOf } from "./page.js";
import { makeHead } from "./synthetic-head.js";
import { UsualRenderer } from "./usual-renderer.js";

const median = (times) => [...times].sort((a, b) => a - b)[times.length >> 1];

let contestants, canvases, stage, shown;

/**
 * Gives the same splats to both.
 * @param {{url?: string, count: number, size: number}} options `url`: splats to load instead of a
 *   synthetic head
 */
export async function prepare({ url, count, size }) {
  const { frame, camera } = url ? await load(url) : makeHead(count, size);
  canvases = [0, 1].map(() => {
    const canvas = document.createElement("canvas");
    canvas.style.cssText = `width:${camera.width}px;height:${camera.height}px`;
    document.body.append(canvas);
    return canvas;
  });
  stage = new Stage(canvases[0]);
  stage.quality = 1;
  stage.largestPixelRatio = 1;
  const layer = stage.addAvatar();
  const views = [viewOf(camera)];
  const usual = new UsualRenderer(canvases[1], camera);
  const pixel = new Uint8Array(4);
  // Waits for the GPU.
  const finish = (gl) => gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
  contestants = {
    stage: {
      update: () => layer.update(frame),
      draw() {
        stage.draw(views);
        finish(stage.gl);
      },
    },
    usual: {
      update: () => usual.update(frame),
      draw() {
        usual.draw();
        finish(usual.gl);
      },
    },
  };
  // The first pictures compile.
  for (const name in contestants) block({ name, rounds: 2, moving: true });
  shown = { splats: frame.count, width: camera.width, height: camera.height };
  const renderer = stage.gl.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL;
  return { ...shown, renderer: stage.gl.getParameter(renderer ?? stage.gl.RENDERER) };
}

/** @returns {number[]} milliseconds that each of some pictures took */
export function block({ name, rounds, moving }) {
  const { update, draw } = contestants[name];
  return Array.from({ length: rounds }, () => {
    const start = performance.now();
    if (moving) update();
    draw();
    return performance.now() - start;
  });
}

/** How like the native rasteriser's picture each is, dB. */
export async function likeness(reference) {
  const native = new Uint8Array(await (await fetch(reference)).arrayBuffer());
  const result = {};
  for (const [i, name] of ["stage", "usual"].entries()) {
    contestants[name].draw();
    result[name] = psnr(canvasPixels(canvases[i]).data, native);
  }
  return result;
}

/** What each part of a frame costs the page. */
export async function parts({ count, size, rounds }) {
  const { frame, camera } = makeHead(count, size);
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "width:64px;height:64px";
  document.body.append(canvas);
  const stage = new Stage(canvas);
  stage.quality = 1;
  const views = [viewOf(camera)];
  const measure = (body) => {
    const times = [];
    for (let i = -3; i < rounds; i++) {
      const start = performance.now();
      body();
      if (i >= 0) times.push(performance.now() - start);
    }
    return median(times);
  };
  const one = stage.addAvatar(), two = stage.addAvatar();
  one.update(frame);
  two.visible = false;
  const result = {
    updateMs: measure(() => one.update(frame)),
    submitMs: measure(() => { one.update(frame); stage.draw(views); }),
  };
  two.update(frame);
  two.visible = true;
  result.submitTwoMergedMs = measure(() => { one.update(frame); stage.draw(views); });
  result.merged = stage.stats.merged;
  return result;
}

globalThis.benchmark = { block, likeness, parts, prepare };
