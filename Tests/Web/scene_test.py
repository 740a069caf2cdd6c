"""The scene in Chromium on a software GPU; Tests/Web/scene/page.js holds the helpers, `scene`."""

import pytest

from conftest import ROOT


@pytest.fixture
def scene(open_page, site):
    """scene(**context) → a page with a canvas of 192 × 160 pixels and `scene` loaded."""
    site.mount("/vectors", ROOT / "Tests" / "Vectors" / "scene")

    def open_scene(width=192, height=160, **context):
        page = open_page(
            "/tests/scene/page.html", viewport={"width": width, "height": height}, **context)
        page.wait_for_function("globalThis.scene")
        page.evaluate("""() => {
          const { Stage, canvas, matrices, viewOf, makeFrame } = scene;
          globalThis.stage = new Stage(canvas);
          stage.quality = 1;
          globalThis.camera = { width: canvas.clientWidth, height: canvas.clientHeight,
            focalLength: [300, 300], center: [canvas.clientWidth / 2, canvas.clientHeight / 2] };
          globalThis.view = viewOf(camera);
          globalThis.avatar = (splats) => {
            const layer = stage.addAvatar();
            layer.update(makeFrame(splats));
            return layer;
          };
          globalThis.middle = (views = [view]) => {
            const { data, width, height } = stage.picture(views, camera.width, camera.height);
            return [...data.slice(4 * (width * (height >> 1) + (width >> 1))).slice(0, 4)];
          };
        }""")
        return page

    return open_scene


def near(color, expected, tolerance=2):
    return all(abs(a - b) <= tolerance for a, b in zip(color, expected, strict=True))


def test_agrees_with_the_native_rasteriser(scene):
    page = scene()
    still, canvas = page.evaluate("""async () => {
      const { frame, camera } = await scene.load("/vectors/synthetic.splats");
      const native = new Uint8Array(
        await (await fetch("/vectors/synthetic.rgba")).arrayBuffer());
      stage.addAvatar().update(frame);
      const view = scene.viewOf(camera);
      const still = stage.picture([view], camera.width, camera.height);
      stage.draw([view]);
      const canvas = scene.canvasPixels(scene.canvas);
      return [scene.psnr(still.data, native), scene.psnr(canvas.data, native)];
    }""")
    print(f"against the native rasteriser: stills {still:.1f} dB, canvas {canvas:.1f} dB")
    assert still > 45
    assert canvas > 42


def test_picture_changes_when_a_splat_does(scene):
    page = scene()
    psnr = page.evaluate("""async () => {
      const { frame, camera } = await scene.load("/vectors/synthetic.splats");
      const layer = stage.addAvatar();
      const take = () => stage.picture([scene.viewOf(camera)], 192, 160).data;
      layer.update(frame);
      const before = take();
      layer.update({ ...frame, centers: frame.centers.map((v, i) => v + (i % 3 === 0)) });
      return scene.psnr(take(), before);
    }""")
    assert psnr < 30


def test_meshes_hide_splats_behind_them(scene):
    page = scene()
    page.evaluate("""() => {
      globalThis.red = avatar([{ center: [0, 0, 50], size: 2, color: [255, 0, 0] }]);
      globalThis.wall = stage.addMesh(scene.quad(40, 30, [0, 0, 255, 255]));
    }""")
    behind = page.evaluate("middle()")
    assert behind[0] == 0 and behind[2] > 100
    page.evaluate("wall.worldFromModel = scene.matrices.translation(0, 0, -60)")
    front = page.evaluate("middle()")
    assert front[0] > 240 and front[2] < 20
    page.evaluate("""() => {
      wall.worldFromModel = scene.matrices.translation(0, 0, -40);
      red.hiddenBy = "none";
    }""")
    assert near(page.evaluate("middle()"), front)


def test_translucent_meshes_let_through(scene):
    page = scene()
    page.evaluate("""() => {
      stage.addMesh(scene.quad(60, 40, [255, 255, 255, 255]));
      stage.light = { direction: [0, 0, 1], color: [0, 0, 0], sky: [1, 1, 1], ground: [1, 1, 1] };
    }""")
    assert near(page.evaluate("middle()"), [255, 255, 255, 255])
    page.evaluate("stage.addMesh(scene.quad(50, 40, [0, 0, 0, 128]))")
    assert near(page.evaluate("middle()"), [127, 127, 127, 255], 3)


def test_light_falls_from_the_key(scene):
    page = scene()
    lit, shaded = page.evaluate("""() => {
      stage.addMesh(scene.quad(60, 40, [200, 200, 200, 255]));
      const light = { color: [1, 1, 1], sky: [0.05, 0.05, 0.05], ground: [0.05, 0.05, 0.05] };
      return [[0, 0, 1], [0, 0, -1]].map((direction) => {
        stage.light = { direction, ...light };
        return middle()[0];
      });
    }""")
    assert lit > 180 and shaded < 90


def test_avatars_inside_each_other_are_merged(scene):
    """Two avatars drawn as one: what splat order within one avatar gives."""
    page = scene()
    merged, psnr = page.evaluate("""() => {
      const random = (() => {
        let s = 1;
        return () => (s = (s * 16807) % 2147483647) / 2147483647;
      })();
      const splats = Array.from({ length: 600 }, () => ({
        center: [12 * random() - 6, 12 * random() - 6, 45 + 12 * random()],
        size: 0.2 + random(), opacity: 0.3 + 0.6 * random(),
        color: [0, 1, 2].map(() => Math.floor(255 * random())),
      }));
      const whole = avatar(splats);
      const take = () => stage.picture([view], 192, 160).data;
      const expected = take();
      whole.remove();
      for (let k = 0; k < 3; k++) avatar(splats.filter((_, i) => i % 3 === k));
      const found = take();
      stage.draw([view]);
      return [stage.stats.merged, scene.psnr(found, expected)];
    }""")
    assert merged == 3
    assert psnr > 60


def test_avatars_apart_are_drawn_far_to_near(scene):
    page = scene()
    colors, merged = page.evaluate("""() => {
      const near = avatar([{ center: [0, 0, 40], size: 2, color: [255, 0, 0] }]);
      const far = avatar([{ center: [0, 0, 60], size: 2, color: [0, 255, 0] }]);
      const first = middle();
      // They change places.
      const { multiply, translation, worldFromDrivingCamera } = scene.matrices;
      near.worldFromCamera = multiply(translation(0, 0, -40), worldFromDrivingCamera());
      const second = middle();
      stage.draw([view]);
      return [[first, second], stage.stats.merged];
    }""")
    assert merged == 0
    assert colors[0][0] > 240 and colors[0][1] < 20
    assert colors[1][1] > 240 and colors[1][0] < 20


def test_avatars_come_go_grow_and_hide(scene):
    page = scene()
    results = page.evaluate("""() => {
      const splats = (n, color) =>
        Array.from({ length: n }, () => ({ center: [0, 0, 50], size: 2, color, opacity: 0.5 }));
      const out = [];
      const one = avatar(splats(1, [255, 0, 0]));
      const two = avatar(splats(1, [0, 255, 0]));
      one.update(scene.makeFrame(splats(3000, [255, 0, 0])));
      two.visible = false;
      out.push(middle());
      one.remove();
      out.push(middle());
      two.visible = true;
      out.push(middle());
      two.opacity = 0.5;
      out.push(middle());
      two.opacity = 0;
      out.push(middle());
      two.update(scene.makeFrame([]));
      two.opacity = 1;
      out.push(middle());
      return out;
    }""")
    expected = [
        [255, 0, 0, 255], [0, 0, 0, 0], [0, 255, 0, 127], [0, 255, 0, 63], [0, 0, 0, 0],
        [0, 0, 0, 0]]
    for found, wanted in zip(results, expected, strict=True):
        assert near(found, wanted, 4), (found, wanted)


def test_an_avatar_fades_towards_a_plane(scene):
    page = scene()
    alphas = page.evaluate("""() => {
      const layer = avatar([{ center: [0, 0, 50], size: 3, color: [255, 255, 255] }]);
      return [[0, 0, 0, 1], [0, 0, 0.01, 0], [0, 0, 0.01, -0.5], [0, 0, 0.1, 0]].map((fade) => {
        layer.fade = fade;
        return middle()[3];
      });
    }""")
    assert near(alphas, [252, 126, 0, 252])


def test_both_eyes_see_their_own_view(scene):
    page = scene()
    left, right, order = page.evaluate("""async () => {
      const { frame, camera } = await scene.load("/vectors/synthetic.splats");
      const layer = stage.addAvatar();
      layer.update(frame);
      const projection = scene.matrices.projectionOfPinhole(camera);
      const [left, right] = [-3.2, 3.2].map((x) => (
        { viewFromWorld: scene.matrices.translation(-x, 0, 0), projection }));
      const half = (x) => ({ x, y: 0, width: 0.5, height: 1 });
      const both = stage.picture([
        { ...left, viewport: half(0) }, { ...right, viewport: half(0.5) }], 384, 160).data;
      const cut = (from) => {
        const out = new Uint8ClampedArray(4 * 192 * 160);
        for (let y = 0; y < 160; y++) {
          out.set(both.subarray(4 * (384 * y + from), 4 * (384 * y + from + 192)), 4 * 192 * y);
        }
        return out;
      };
      const alone = (view) => stage.picture([view], 192, 160).data;
      return [scene.psnr(cut(0), alone(left)), scene.psnr(cut(192), alone(right)),
        scene.psnr(cut(0), cut(192))];
    }""")
    assert left > 60 and right > 60
    assert order < 25


def test_background_is_transparent_or_a_colour(scene):
    page = scene()
    transparent, colored, canvas = page.evaluate("""() => {
      const corner = (background) =>
        [...stage.picture([view], 192, 160, background).data.slice(0, 4)];
      stage.background = [0.2, 0.4, 0.6];
      stage.draw([view]);
      const canvas = [...scene.canvasPixels(scene.canvas).data.slice(0, 4)];
      return [corner(null), corner([1, 0.5, 0]), canvas];
    }""")
    assert transparent == [0, 0, 0, 0]
    assert near(colored, [255, 128, 0, 255], 1)
    assert near(canvas, [51, 102, 153, 255], 1)


def test_a_lost_context_comes_back_whole(scene):
    page = scene()
    result = page.evaluate("""async () => {
      const { frame, camera } = await scene.load("/vectors/synthetic.splats");
      const view = scene.viewOf(camera);
      stage.addAvatar().update(frame);
      stage.addMesh(scene.quad(58, 10, [90, 120, 200, 255]));
      const take = () => { stage.draw([view]); return scene.canvasPixels(scene.canvas).data; };
      const before = take();
      const loss = stage.gl.getExtension("WEBGL_lose_context");
      const heard = (target, name) => new Promise((resolve) =>
        target.addEventListener(name, resolve, { once: true }));
      const lost = heard(scene.canvas, "webglcontextlost");
      loss.loseContext();
      await lost;
      const whileLost = [stage.isLost, stage.draw([view]), stage.picture([view], 8, 8)];
      // What changes meanwhile is not forgotten.
      const late = stage.addAvatar();
      late.update(scene.makeFrame([{ center: [0, 0, 40], size: 4, color: [255, 255, 0] }]));
      // Not before the event has been handled by everyone.
      await new Promise((done) => setTimeout(done));
      const back = heard(stage, "redraw");
      loss.restoreContext();
      await back;
      const [, green] = middle([view]);
      late.remove();
      return { whileLost, green, psnr: scene.psnr(take(), before), isLost: stage.isLost };
    }""")
    assert result["whileLost"] == [True, False, None]
    assert result["green"] > 200
    assert result["psnr"] is None or result["psnr"] > 60  # None: no difference at all
    assert result["isLost"] is False


def test_resolution_follows_page_display_and_quality(scene):
    page = scene(width=300, height=200, device_scale_factor=3)
    sizes = page.evaluate("""() => {
      const size = () => { stage.draw([view]); return [scene.canvas.width, scene.canvas.height]; };
      const sizes = [size()];
      stage.quality = 0.5;
      sizes.push(size());
      stage.largestPixelRatio = 3;
      sizes.push(size());
      return sizes;
    }""")
    assert sizes == [[600, 400], [300, 200], [450, 300]]
    asked = page.evaluate_handle("""() => ({ heard:
      new Promise((done) => stage.addEventListener("redraw", done, { once: true })) })""")
    page.set_viewport_size({"width": 100, "height": 200})
    asked.evaluate("({ heard }) => heard.then(() => null)")
    assert page.evaluate("(stage.draw([view]), scene.canvas.width)") == 150


def test_frames_that_lie_are_refused(scene):
    page = scene()
    message = page.evaluate("""() => {
      const frame = scene.makeFrame([{ center: [0, 0, 50] }]);
      try { stage.addAvatar().update({ ...frame, count: 2 }); } catch (e) { return e.message; }
    }""")
    assert message == "A frame of 2 splats does not hold that many."
    message = page.evaluate("""() => {
      const mesh = scene.quad(50, 1, [1, 2, 3, 255]);
      mesh.indices[0] = 4;
      try { stage.addMesh(mesh); } catch (e) { return e.message; }
    }""")
    assert message == "A mesh of 4 vertices has no 4."


def test_splats_that_are_not_finite_are_not_drawn(scene):
    page = scene()
    alpha = page.evaluate("""() => {
      const bad = [NaN, Infinity, -Infinity];
      for (const v of bad) {
        const frame = scene.makeFrame([{ center: [0, 0, 50] }, { center: [0, 0, 50], size: 1 }]);
        frame.centers[2] = v;
        frame.covariances[6] = v;
        stage.addAvatar().update(frame);
      }
      return middle()[3];
    }""")
    assert alpha == 0


def test_without_webgl_one_sentence_says_so(scene):
    page = scene()
    message = page.evaluate("""() => {
      const canvas = document.createElement("canvas");
      canvas.getContext("2d");
      try { new scene.Stage(canvas); } catch (e) { return e.message; }
    }""")
    assert message.startswith("This browser cannot draw in 3D here")


def test_orbit_by_mouse_wheel_keys_and_touch(scene):
    page = scene(width=400, height=400)
    page.evaluate("""() => {
      globalThis.orbit = new scene.Orbit(scene.canvas, { distance: 80 });
      globalThis.changes = 0;
      orbit.addEventListener("change", () => { changes += 1; });
      globalThis.pose = () => [orbit.yaw, orbit.pitch, orbit.distance, ...orbit.target];
    }""")
    page.mouse.move(200, 200)
    page.mouse.down()
    page.mouse.move(150, 220, steps=4)
    page.wait_for_timeout(100)
    page.mouse.up()
    yaw, pitch, distance, *target = page.evaluate("pose()")
    assert yaw == pytest.approx(0.3927, abs=0.01) and pitch == pytest.approx(0.157, abs=0.01)
    assert distance == 80 and target == [0, 0, 0]
    page.mouse.wheel(0, 100)
    assert page.evaluate("orbit.distance") == pytest.approx(80 * 2.71828 ** 0.2, rel=1e-3)
    page.keyboard.down("Shift")
    page.mouse.down()
    page.mouse.move(250, 200)
    page.keyboard.up("Shift")
    page.mouse.up()
    assert page.evaluate("Math.hypot(...orbit.target)") > 5
    page.locator("canvas").focus()
    page.keyboard.press("Home")
    assert page.evaluate("pose()") == [0, 0, 80, 0, 0, 0]
    for key in ["ArrowRight", "ArrowUp", "+"]:
        page.keyboard.press(key)
    yaw, pitch, distance, *_ = page.evaluate("pose()")
    assert yaw == pytest.approx(0.1309, abs=1e-3) and pitch == pytest.approx(0.1309, abs=1e-3)
    assert distance == pytest.approx(80 / 1.1)
    pinched = page.evaluate("""() => {
      orbit.reset();
      const send = (type, pointerId, clientX) => scene.canvas.dispatchEvent(new PointerEvent(type,
        { pointerId, clientX, clientY: 200, pointerType: "touch", isPrimary: pointerId === 1 }));
      // Only real pointers can be captured.
      scene.canvas.setPointerCapture = () => {};
      send("pointerdown", 1, 150);
      send("pointerdown", 2, 250);
      send("pointermove", 1, 100);
      send("pointermove", 2, 300);
      send("pointerup", 1, 100);
      send("pointerup", 2, 300);
      return pose();
    }""")
    assert pinched[2] == pytest.approx(40)
    assert page.evaluate("changes") > 8


def test_orbit_glides_unless_less_motion_is_asked_for(scene):
    for reduced, glides in [("no-preference", True), ("reduce", False)]:
        page = scene(width=400, height=400, reduced_motion=reduced)
        moved = page.evaluate("""async () => {
          const orbit = new scene.Orbit(scene.canvas);
          scene.canvas.setPointerCapture = () => {};
          const send = (type, clientX) => scene.canvas.dispatchEvent(new PointerEvent(type,
            { pointerId: 1, clientX, clientY: 200, pointerType: "mouse", buttons: 1 }));
          send("pointerdown", 200);
          await new Promise((done) => setTimeout(done, 5));
          send("pointermove", 150);
          send("pointerup", 150);
          const yaw = orbit.yaw;
          await new Promise((done) => setTimeout(done, 150));
          return orbit.yaw - yaw;
        }""")
        assert (moved > 0.01) == glides


def test_scene_page_is_accessible(scene, check_accessible):
    page = scene(width=400, height=300)
    page.evaluate("""() => {
      avatar([{ center: [0, 0, 50], size: 4, color: [230, 180, 150] }]);
      stage.draw([view]);
      // The page's, not the stage's, to say: what the picture shows, and a heading.
      document.body.insertAdjacentHTML("afterbegin",
        '<main style="position:absolute;color:#fff"><h1>Scene</h1></main>');
    }""")
    check_accessible(page, ignore=["region"])
