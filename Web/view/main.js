/** The page of `visavis view`: a scene from all sides. */
import { makeNotice } from "../mirror/notice.js";
import { identity, perspective, transform, inverse } from "../scene/matrices.js";
import { Orbit } from "../scene/orbit.js";
import { Stage } from "../scene/stage.js";
import { extentOf, readScene } from "./scene-file.js";

const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
const notice = makeNotice(byId("notice"));
const fieldOfView = 0.8;

try {
  await show(new URLSearchParams(location.search).get("scene") ?? "/api/scene");
} catch (error) {
  notice.showFailure(/** @type {Error} */ (error).message, [
    { words: "Try again", onclick: () => location.reload() }]);
}

/** @param {string} place */
async function show(place) {
  const url = new URL(place, location.href);
  if (url.origin !== location.origin) throw new Error("Scenes are opened from this server only.");
  notice.showProgress("Fetching the scene …", null);
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) {
    throw new Error(response ? `The scene could not be fetched: the server answered ${response.status}.`
      : "The scene could not be fetched: there is no connection to the server.");
  }
  const scene = readScene(await response.arrayBuffer());
  byId("scene-name").textContent = decodeURIComponent(url.searchParams.get("name") ?? "");
  const canvas = byId("stage"), stage = new Stage(canvas, { antialias: true });
  const { middle, radius } = extentOf(scene);
  const distance = radius / Math.tan(fieldOfView / 2);
  stage.nearest = 0.002 * radius;
  for (const mesh of scene.meshes) stage.addMesh(mesh);
  const layer = scene.count > 0 ? stage.addAvatar() : null;
  const orbit = new Orbit(canvas, {
    target: middle, distance, pitch: 0.12, limits: { distance: [0.02 * distance, 6 * distance], reach: 4 * radius },
    onchange: () => changed(),
  });
  const worker = new Worker(new URL("./order-worker.js", import.meta.url), { type: "module" });
  let isOrdering = false, isStale = false, scheduled = 0;
  let orders = 0;
  worker.onmessage = ({ data: order }) => {
    isOrdering = false;
    orders += 1;
    layer.worldFromCamera = identity();
    layer.update({ ...scene, order });
    draw();
    if (isStale) sort();
  };
  if (layer) worker.postMessage({ centers: scene.centers.slice() });
  stage.addEventListener("redraw", draw);
  changed();
  notice.hide();

  function changed() {
    if (layer) sort();
    draw();
  }

  /** One order is under way at a time, and the newest eye wins. */
  function sort() {
    isStale = isOrdering;
    if (isOrdering) return;
    isOrdering = true;
    const m = orbit.viewFromWorld;
    worker.postMessage({ eye: transform(inverse(m), [0, 0, 0]), forward: [-m[2], -m[6], -m[10]] });
  }

  function draw() {
    scheduled ||= requestAnimationFrame(() => {
      scheduled = 0;
      const aspect = canvas.clientWidth / (canvas.clientHeight || 1);
      stage.draw([{
        viewFromWorld: orbit.viewFromWorld,
        projection: perspective(fieldOfView, aspect, 0.01 * radius, 40 * distance),
      }]);
      document.dispatchEvent(new CustomEvent("visavis:viewed", { detail: { orders, stats: stage.stats } }));
    });
  }
}
