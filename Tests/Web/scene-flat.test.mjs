import assert from "node:assert/strict";
import { test } from "node:test";
import { isSoftware } from "../../Web/scene/graphics.js";
import { Pace, pinholeOf } from "../../Web/scene/flat-stage.js";
import {
  inverse, lookAt, multiply, projectionOfPinhole, transform, worldFromDrivingCamera,
} from "../../Web/scene/matrices.js";

test("a view becomes the pinhole camera that it was made from", () => {
  const camera = { width: 640, height: 360, focalLength: [700, 690], center: [300, 190] };
  const viewFromWorld = lookAt([10, 20, 30], [0, 1, -2]);
  const view = { viewFromWorld, projection: projectionOfPinhole(camera) };
  const found = pinholeOf(view, worldFromDrivingCamera(), camera);
  for (const name of ["focalLength", "center"]) {
    found.camera[name].forEach((v, i) => assert.ok(Math.abs(v - camera[name][i]) < 1e-3));
  }
  const cameraFromView = worldFromDrivingCamera();
  const expected = multiply(cameraFromView, multiply(viewFromWorld, worldFromDrivingCamera()));
  found.viewFromCamera.forEach((v, i) => assert.ok(Math.abs(v - expected[i]) < 1e-5));
});

test("a point lands on the pixel where WebGL draws it", () => {
  const size = { width: 320, height: 200 };
  const projection = projectionOfPinhole(
    { ...size, focalLength: [250, 260], center: [140, 120] });
  const mirror = worldFromDrivingCamera().map((v, i) => i % 4 === 0 ? -v : v);
  const viewFromWorld = lookAt([5, 2, 8], [0, 0, -60]);
  const { camera, viewFromCamera } = pinholeOf({ viewFromWorld, projection }, mirror, size);
  for (const point of [[3, 1, 50], [-12, 8, 70], [0, 0, 40]]) {
    const [x, y, z] = transform(multiply(viewFromWorld, mirror), point);
    const clip = [projection[0] * x + projection[8] * z, projection[5] * y + projection[9] * z];
    const gl = [(clip[0] / -z + 1) * 160, (1 - clip[1] / -z) * 100];
    const [u, v, depth] = transform(viewFromCamera, point);
    assert.ok(depth > 0);
    assert.ok(Math.abs((camera.focalLength[0] * u) / depth + camera.center[0] - gl[0]) < 1e-3);
    assert.ok(Math.abs((camera.focalLength[1] * v) / depth + camera.center[1] - gl[1]) < 1e-3);
  }
  assert.ok(inverse(viewFromCamera).every(Number.isFinite));
});

test("pictures find their size and keep it", () => {
  // Each machine by the milliseconds of a picture of full size.
  for (const [full, expected] of [[10, 1], [30, 0.72], [60, 0.6], [400, 0.4]]) {
    const pace = new Pace();
    const scales = [];
    for (let k = 0; k < 400; k += 1) {
      pace.add(full * pace.scale ** 2 + (k % 7 === 0 ? 90 : 0));
      scales.push(pace.scale);
    }
    assert.deepEqual([...new Set(scales.slice(200))], [expected], `${full} ms`);
  }
});

test("programs that play graphics processors are known by name", () => {
  for (const name of [
    "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)",
    "llvmpipe (LLVM 15.0.6, 256 bits)", "softpipe", "Microsoft Basic Render Driver",
    "Apple Software Renderer",
  ]) assert.equal(isSoftware(name), true, name);
  for (const name of [
    "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)", "Apple M2",
    "Mesa Intel(R) UHD Graphics 620 (KBL GT2)", "Adreno (TM) 730", null,
  ]) assert.equal(isSoftware(name), false, name);
});
