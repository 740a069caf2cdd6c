"""The mirror page in Chromium: the sample person's avatar, driven by the sample clip as camera."""

import io
import json
import os
import re
import shutil
import subprocess

import pytest
from PIL import Image, ImageChops, ImageStat

from conftest import ROOT, cache_folder

PAGE = "/?avatar=/avatars/sample.avatar"

# Keeps what the page tells: the last states sent and the last pictures shown.
LISTEN = """
window.told = { shown: [], sent: [] };
for (const name of ["shown", "sent"]) {
  document.addEventListener("visavis:" + name, ({ detail }) => {
    const list = window.told[name];
    list.push({
      expression: [...detail.state.expression], head: [...detail.state.head],
      time: detail.state.time, passage: detail.passage ? { ...detail.passage } : null,
    });
    if (list.length > 4000) list.shift();
  });
}
"""


def visavis_program():
    """The program, where one was built or installed."""
    for path in (os.environ.get("VISAVIS"), ROOT / ".build/release/visavis",
                 ROOT / ".build-tests/release/visavis", shutil.which("visavis")):
        if path and os.access(path, os.X_OK):
            return str(path)
    return None


@pytest.fixture(scope="session")
def sample_avatar(sample_clip):
    """The sample person's avatar in draft quality, made once and kept in the cache."""
    avatar = cache_folder() / "tests" / "sample-draft-1.avatar"
    if not avatar.is_file():
        program = visavis_program()
        if not program:
            pytest.skip("no sample avatar and no visavis to make it; swift build -c release")
        avatar.parent.mkdir(parents=True, exist_ok=True)
        unfinished = avatar.with_suffix(".new.avatar")
        subprocess.run(
            [program, "enroll", str(sample_clip), "-o", str(unfinished), "--quality", "draft",
             "--no-report", "--quiet"], check=True)
        unfinished.rename(avatar)
    return avatar


@pytest.fixture(scope="session")
def mirror_site(site, sample_avatar, tmp_path_factory):
    """The static server with the avatar at /avatars/sample.avatar, and a list that names it."""
    site.mount("/avatars/sample.avatar", sample_avatar)
    listing = tmp_path_factory.mktemp("api") / "avatars.json"
    listing.write_text(json.dumps({"avatars": [
        {"id": "sample", "name": "Sample", "links": {"avatar": "/avatars/sample.avatar"}}]}))
    site.mount("/api/avatars", listing)
    return site


@pytest.fixture
def open_mirror(open_page, mirror_site):
    """open_mirror(path=PAGE, script="", **open_page's) → a page that is being listened to."""

    def open_mirror(path=PAGE, script="", before=lambda page: None, **options):
        def prepare(page):
            page.add_init_script(LISTEN + script)
            before(page)

        return open_page(path, before=prepare, **options)

    return open_mirror


def wait_for_picture(page):
    page.wait_for_function("() => told.shown.length > 0", timeout=60000)


def start_camera(page):
    """Turn the camera on as a person does; returns when the avatar follows."""
    page.get_by_role("button", name="Turn on the camera").click()
    page.wait_for_function(
        "() => told.shown.filter((each) => each.passage.arrived !== undefined).length > 3",
        timeout=90000)


STAGE_ALONE = """
.bar, .dock, .hint, .notice, .panel, .meters-card, .preview, .toasts { visibility: hidden !important }
"""


def stage_picture(page):
    """What the canvas shows, without what lies over it."""
    return Image.open(io.BytesIO(
        page.locator("#stage").screenshot(style=STAGE_ALONE))).convert("RGB")


def difference(a, b):
    """Mean absolute difference of two pictures, 0…255."""
    return sum(ImageStat.Stat(ImageChops.difference(a, b)).mean) / 3


def settled_picture(page):
    """The stage once it has come to rest."""
    last = stage_picture(page)
    for _ in range(40):
        page.wait_for_timeout(250)
        picture = stage_picture(page)
        if difference(last, picture) < 0.01:
            return picture
        last = picture
    raise AssertionError("the stage does not come to rest")


def shows_person(picture):
    """Whether the middle is brighter and more varied than a stage without anybody."""
    width, height = picture.size
    middle = picture.crop((width * 2 // 5, height // 4, width * 3 // 5, height * 3 // 4))
    statistics = ImageStat.Stat(middle)
    return max(statistics.stddev) > 12


def sent(page):
    """The last state that the person sends."""
    return page.evaluate("() => told.sent.at(-1)")


def channels():
    """Names of the coefficients, from the page's own module."""
    text = (ROOT / "Web/mirror/channels.js").read_text()
    block = text[text.index("channelNames"):text.index("]);")]
    return [part for part in block.split('"')[1::2]]


def listed_avatar(page):
    """The sample's entry in the list of avatars."""
    return page.get_by_role("dialog").get_by_role("button", name="Sample", exact=True)


def move_slider(page, name, percent):
    slider = page.get_by_role("slider", name=name)
    slider.fill(str(percent / 100))


def test_the_avatar_is_there_before_the_camera(open_mirror, check_accessible):
    page = open_mirror()
    wait_for_picture(page)
    assert shows_person(stage_picture(page))
    page.get_by_role("heading", name="Meet yourself").wait_for()
    assert page.locator("#avatar-name").inner_text() == "sample"
    check_accessible(page)


def test_the_base_picture_does_not_wait_for_the_bases(
        open_mirror, mirror_site, sample_avatar, tmp_path):
    # What comes is cut inside the bases, which lie near the end.
    content = sample_avatar.read_bytes()
    late = tmp_path / "late.avatar"
    late.write_bytes(content[:len(content) * 3 // 4])
    mirror_site.mount("/avatars/late.avatar", late)
    page = open_mirror("/?avatar=/avatars/late.avatar")
    wait_for_picture(page)
    assert shows_person(stage_picture(page))
    page.get_by_role("alert").filter(has_text="incomplete").wait_for()


def test_the_avatar_follows_the_camera(open_mirror, camera_browser, check_accessible):
    page = open_mirror(browser=camera_browser)
    wait_for_picture(page)
    still = stage_picture(page)
    start_camera(page)
    page.get_by_role("button", name="Meters").click()
    pictures = []
    for _ in range(4):
        page.wait_for_timeout(700)
        pictures.append(stage_picture(page))
    moved = [difference(a, b) for a, b in zip(pictures, pictures[1:])]
    assert max(moved) > 0.3, moved
    assert difference(still, pictures[0]) > 0.3
    assert shows_person(pictures[-1])
    for name in ("fps", "camera", "latency", "tracking", "drawing"):
        assert page.locator(f"[data-meter={name}] dd").inner_text(), name
    check_accessible(page)


def test_it_follows_in_browsers_that_read_frames_from_a_video(open_mirror, camera_browser):
    page = open_mirror(
        browser=camera_browser, script="delete window.MediaStreamTrackProcessor;")
    wait_for_picture(page)
    start_camera(page)
    first = stage_picture(page)
    page.wait_for_timeout(2000)
    assert difference(first, stage_picture(page)) > 0.3


def test_frozen_it_holds_still_while_one_walks_around(open_mirror, camera_browser):
    page = open_mirror(browser=camera_browser)
    wait_for_picture(page)
    start_camera(page)
    page.get_by_role("button", name="Freeze").click()
    first = settled_picture(page)
    before = sent(page)["time"]
    page.wait_for_timeout(900)
    assert sent(page)["time"] > before, "what is sent goes on"
    assert difference(first, stage_picture(page)) < 0.02, "frozen, and moved"
    page.locator("#stage").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    turned = settled_picture(page)
    assert difference(first, turned) > 1, "the view did not turn"
    assert shows_person(turned)
    page.keyboard.press("0")
    back = settled_picture(page)
    assert difference(first, back) < 0.5 * difference(first, turned), "zero goes to the front"
    page.get_by_role("button", name="Freeze").click()
    page.wait_for_timeout(1500)
    assert difference(back, stage_picture(page)) > 0.3, "it goes on"


def test_it_turns_by_mouse_and_by_touch(open_mirror):
    page = open_mirror(has_touch=True)
    wait_for_picture(page)
    front = settled_picture(page)
    page.mouse.move(640, 350)
    page.mouse.down()
    page.mouse.move(760, 350, steps=6)
    page.mouse.up()
    turned = settled_picture(page)
    assert difference(front, turned) > 1
    page.mouse.move(640, 350)
    page.mouse.wheel(0, -400)
    nearer = settled_picture(page)
    assert difference(turned, nearer) > 0.5
    touch = page.context.new_cdp_session(page)
    for kind, x in (("touchStart", 640), ("touchMove", 560), ("touchMove", 480), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": 350}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(60)
    assert difference(nearer, settled_picture(page)) > 0.5


def test_sliders_change_what_is_sent_and_are_kept(open_mirror, camera_browser, check_accessible):
    page = open_mirror(browser=camera_browser)
    wait_for_picture(page)
    start_camera(page)
    page.get_by_role("button", name="Tune").click()
    mouth = [i for i, name in enumerate(channels())
             if name.startswith("mouth") and name != "mouthClose"]
    move_slider(page, "Mouth", 0)
    page.wait_for_timeout(500)
    for _ in range(3):
        state = sent(page)
        assert all(state["expression"][i] == 0 for i in mouth)
        page.wait_for_timeout(200)
    check_accessible(page)
    page.get_by_role("button", name="Stage", exact=True).click()
    page.wait_for_timeout(500)
    assert any(sent(page)["expression"][i] > 0 for i in mouth)
    assert all(0 <= x <= 1 for x in sent(page)["expression"])
    move_slider(page, "Brows", 35)
    page.reload()
    wait_for_picture(page)
    page.get_by_role("button", name="Tune").click()
    assert page.get_by_role("slider", name="Brows").input_value() == "0.35"
    assert page.get_by_role("slider", name="Mouth").input_value() == "1.8"


def test_a_slider_changes_the_picture(open_mirror, camera_browser):
    page = open_mirror(browser=camera_browser)
    wait_for_picture(page)
    start_camera(page)
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Freeze").click()
    page.get_by_role("button", name="Tune").click()
    natural = settled_picture(page)
    for name in ("Brows", "Eyes", "Cheeks", "Mouth", "Jaw", "Head"):
        move_slider(page, name, 200)
    lively = settled_picture(page)
    for name in ("Brows", "Eyes", "Cheeks", "Mouth", "Jaw", "Head"):
        move_slider(page, name, 0)
    still = settled_picture(page)
    assert difference(natural, lively) > 0.1
    assert difference(lively, still) > 0.2


def test_calibration_makes_rest_rest(open_mirror, camera_browser):
    page = open_mirror(browser=camera_browser)
    wait_for_picture(page)
    start_camera(page)
    page.get_by_role("button", name="Tune").click()
    page.get_by_role("button", name="Calibrate", exact=True).click()
    page.get_by_text("Calibrated: your rest is the avatar's rest.").wait_for(timeout=20000)
    page.get_by_role("button", name="Undo calibration").click()
    page.get_by_text("Relax, look into the camera").wait_for()


def test_mirrored_or_as_others_see(open_mirror):
    page = open_mirror()
    wait_for_picture(page)
    mirrored = settled_picture(page)
    page.get_by_role("button", name="Mirror", exact=True).click()
    others = settled_picture(page)
    flipped = others.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert difference(mirrored, flipped) < 0.5
    assert difference(mirrored, others) > 2 * difference(mirrored, flipped)


def test_a_still_and_a_clip_are_saved(open_mirror, camera_browser, tmp_path):
    page = open_mirror(browser=camera_browser, accept_downloads=True)
    wait_for_picture(page)
    start_camera(page)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Still").click()
    assert saved.value.suggested_filename.startswith("sample ")
    saved.value.save_as(tmp_path / "still.png")
    still = Image.open(tmp_path / "still.png").convert("RGB")
    assert still.height >= 800 and shows_person(still)
    page.get_by_role("button", name="Clip").click()
    count = page.evaluate("() => told.shown.length")
    page.wait_for_function(f"() => told.shown.length > {count + 15}", timeout=60000)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Clip").click()
    assert saved.value.suggested_filename.endswith(".webm")
    saved.value.save_as(tmp_path / "clip.webm")
    frames = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(tmp_path / "clip.webm"), "-f", "framemd5", "-"],
        check=True, capture_output=True, text=True).stdout
    pictures = {line.split(",")[-1] for line in frames.splitlines() if not line.startswith("#")}
    assert len(pictures) > 5, "a clip of a moving face"


def test_a_file_is_opened_and_is_the_last_one_used(open_mirror, sample_avatar):
    page = open_mirror("/")
    wait_for_picture(page)
    assert page.locator("#avatar-name").inner_text() == "Sample", "the server's first one"
    page.locator("#avatar-button").click()
    listed_avatar(page).wait_for()
    page.locator("dialog input[type=file]").set_input_files(
        {"name": "Mine.avatar", "mimeType": "application/octet-stream",
         "buffer": sample_avatar.read_bytes()})
    page.wait_for_function("() => document.getElementById('avatar-name').textContent === 'Mine'")
    page.wait_for_timeout(1000)
    page.reload()
    wait_for_picture(page)
    assert page.locator("#avatar-name").inner_text() == "Mine"
    page.locator("#avatar-button").click()
    page.get_by_role("button", name="Forget Mine").click()
    page.get_by_role("button", name="Forget Mine").wait_for(state="detached")


@pytest.fixture(scope="session")
def recording(sample_avatar, sample_clip, tmp_path_factory):
    """Four seconds of the sample person as the program records them."""
    program = visavis_program()
    if not program:
        pytest.skip("no visavis to record with; swift build -c release")
    file = tmp_path_factory.mktemp("recording") / "talk.vvs"
    subprocess.run(
        [program, "drive", str(sample_clip), "--from", "10", "--to", "14", "--avatar",
         str(sample_avatar), "-o", str(file), "--quiet"], check=True)
    return file


def test_a_recording_moves_the_avatar(open_mirror, check_accessible, recording, tmp_path):
    page = open_mirror()
    wait_for_picture(page)
    page.locator("#avatar-button").click()
    chooser = page.locator("dialog input[type=file]")
    chooser.set_input_files(recording)
    page.get_by_text("talk ·").wait_for()
    page.wait_for_function(
        "() => new Set(told.sent.map((each) => each.head.join())).size > 8", timeout=60000)
    check_accessible(page)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("heading", name="Meet yourself").wait_for()
    page.locator("#avatar-button").click()
    content = bytearray(recording.read_bytes())
    damaged = tmp_path / "damaged.vvs"
    damaged.write_bytes(content[:100])
    chooser.set_input_files(damaged)
    sentence, ways = failure_of(page)
    assert "recording is incomplete" in sentence
    assert ways == ["Choose another", "Go on without"]
    page.get_by_role("button", name="Go on without").click()
    page.locator("#avatar-button").click()
    # Of one whose first states are damaged the rest is shown.
    configuration = int.from_bytes(content[8:11], "little") & 0x3fffff
    content[8 + 7 + configuration + 40] ^= 0x40
    damaged.write_bytes(content)
    chooser.set_input_files(damaged)
    page.get_by_text("A part of this recording is damaged and is left out.").wait_for()
    page.get_by_text("damaged ·").wait_for()


def test_the_wire_is_measured_while_somebody_looks(open_mirror, camera_browser):
    page = open_mirror(browser=camera_browser)
    wait_for_picture(page)
    start_camera(page)
    page.get_by_role("button", name="Meters").click()
    rate = page.locator("#meters").get_by_text(re.compile(r"^\d+\.\d kbit/s$"))
    rate.wait_for(timeout=60000)
    assert 0.3 < float(rate.inner_text().split()[0]) < 40


def test_the_choice_of_avatars_is_accessible(open_mirror, check_accessible):
    page = open_mirror()
    wait_for_picture(page)
    page.locator("#avatar-button").click()
    listed_avatar(page).wait_for()
    check_accessible(page, keyboard=False)


def test_without_an_avatar_there_are_ways_on(open_page, site, check_accessible, monkeypatch):
    monkeypatch.delitem(site.mounts, "/api/avatars", raising=False)
    page = open_page("/", allow_errors="/api/avatars")
    page.get_by_role("heading", name="No avatar yet").wait_for()
    assert page.get_by_role("link", name="Scan yourself").get_attribute("href").endswith("/scan/")
    page.get_by_role("button", name="Choose a file").wait_for()
    check_accessible(page)


def failure_of(page):
    """The sentence and the ways on that the page shows."""
    alert = page.get_by_role("alert")
    alert.wait_for(timeout=60000)
    sentence = alert.locator("p").inner_text()
    ways = [way.inner_text() for way in alert.locator("button, a").all()]
    return sentence, ways


@pytest.mark.parametrize("arguments, words", [
    (["--use-fake-ui-for-media-stream=deny"], "blocked"),
    (["--use-fake-device-for-media-stream=device-count=0"], "No camera"),
], ids=["denied", "none"])
def test_a_camera_that_is_not_lent(open_mirror, launch_chromium, check_accessible, arguments, words):
    page = open_mirror(browser=launch_chromium(arguments=arguments))
    wait_for_picture(page)
    page.get_by_role("button", name="Turn on the camera").click()
    sentence, ways = failure_of(page)
    assert words in sentence
    assert ways == ["Try again", "Go on without"]
    check_accessible(page)
    page.get_by_role("button", name="Go on without").click()
    page.get_by_role("heading", name="Meet yourself").wait_for()
    assert shows_person(stage_picture(page))


def test_a_camera_in_use_and_one_that_is_unplugged(open_mirror, camera_browser):
    page = open_mirror(browser=camera_browser, script="""
      const lend = MediaDevices.prototype.getUserMedia;
      window.busy = true;
      MediaDevices.prototype.getUserMedia = async function (wish) {
        if (window.busy) throw new DOMException("in use", "NotReadableError");
        window.lent = await lend.call(this, wish);
        return window.lent;
      };""")
    wait_for_picture(page)
    page.get_by_role("button", name="Turn on the camera").click()
    assert "another program" in failure_of(page)[0]
    page.evaluate("() => { window.busy = false; }")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("() => told.shown.some((each) => each.passage.arrived !== undefined)",
                           timeout=90000)
    page.evaluate("""() => {
      const [track] = window.lent.getVideoTracks();
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }""")
    assert "stopped" in failure_of(page)[0]


@pytest.mark.parametrize("content, words", [
    (b"not an avatar at all, but some words", "not an avatar"), ("cut", "incomplete"),
    ("flipped", "damaged"),
], ids=["other", "cut", "flipped"])
def test_a_damaged_avatar(open_mirror, mirror_site, sample_avatar, tmp_path, content, words):
    whole = bytearray(sample_avatar.read_bytes())
    if content == "cut":
        content = bytes(whole[:3000])
    elif content == "flipped":
        whole[len(whole) // 4] ^= 0x40
        content = bytes(whole)
    odd = tmp_path / "odd.avatar"
    odd.write_bytes(content)
    mirror_site.mount("/avatars/odd.avatar", odd)
    page = open_mirror("/?avatar=/avatars/odd.avatar")
    sentence, ways = failure_of(page)
    assert words in sentence
    assert ways == ["Choose another"]
    page.get_by_role("button", name="Choose another").click()
    listed_avatar(page).click()
    page.get_by_role("heading", name="Meet yourself").wait_for(timeout=60000)


def test_a_lost_server(open_page, mirror_site):
    back = []
    page = open_page(
        PAGE, allow_errors="ERR_CONNECTION", before=lambda page: page.route(
            re.compile(r"^[^?]*/avatars/sample\.avatar$"),
            lambda route: route.continue_() if back else route.abort("connectionrefused")))
    sentence, ways = failure_of(page)
    assert "server" in sentence
    assert ways == ["Try again", "Choose another"]
    back.append(True)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="Meet yourself").wait_for(timeout=60000)


def test_a_server_lost_before_the_camera_is_turned_on(open_mirror, camera_browser):
    back = []
    page = open_mirror(
        browser=camera_browser, allow_errors="ERR_CONNECTION", before=lambda page: page.route(
            "**/models/**", lambda route: route.continue_() if back
            else route.abort("connectionrefused")))
    wait_for_picture(page)
    page.get_by_role("button", name="Turn on the camera").click()
    sentence, ways = failure_of(page)
    assert "server" in sentence
    assert ways == ["Try again", "Go on without"]
    back.append(True)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("() => told.shown.some((each) => each.passage.arrived !== undefined)",
                           timeout=90000)


NO_WEBGL = """
const make = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
  return kind === "webgl2" ? null : make.call(this, kind, ...more);
};
"""


def test_without_a_graphics_processor_the_processor_draws(open_mirror):
    page = open_mirror(script=NO_WEBGL, device_scale_factor=1.5)
    wait_for_picture(page)
    # What rests is drawn as finely as the display shows it.
    page.wait_for_function(
        "() => { const stage = document.getElementById('stage');"
        " return stage.width === Math.round(stage.clientWidth * 1.5); }")
    assert shows_person(stage_picture(page))


def test_both_ways_to_draw_show_the_same(open_mirror):
    pictures = []
    for way in ("gpu", "processor"):
        page = open_mirror(f"{PAGE}&draw={way}", viewport={"width": 640, "height": 560})
        wait_for_picture(page)
        pictures.append(settled_picture(page))
        context = page.evaluate(
            "() => ['webgl2', '2d'].find((kind) => document.getElementById('stage')"
            ".getContext(kind))")
        assert context == {"gpu": "webgl2", "processor": "2d"}[way]
    assert shows_person(pictures[0])
    # Both are smaller than the page shows them, and not alike.
    assert difference(*pictures) < 2


@pytest.mark.parametrize("path, script, words", [
    (PAGE + "&draw=gpu", NO_WEBGL, "WebGL 2"),
    (PAGE, "WebAssembly.validate = () => false;", "WebAssembly SIMD"),
    (PAGE, "window.Worker = undefined;", "module workers"),
], ids=["graphics", "simd", "workers"])
def test_an_old_browser(open_mirror, check_accessible, path, script, words):
    page = open_mirror(path, script=script)
    sentence, ways = failure_of(page)
    assert words in sentence
    assert ways == ["Try again"]
    check_accessible(page)


def test_lost_graphics_come_back(open_mirror):
    page = open_mirror(PAGE + "&draw=gpu")
    wait_for_picture(page)
    before = settled_picture(page)
    page.evaluate("""() => {
      const gl = document.getElementById("stage").getContext("webgl2");
      window.loser = gl.getExtension("WEBGL_lose_context");
      window.loser.loseContext();
    }""")
    page.get_by_text("The graphics were interrupted").wait_for()
    page.evaluate("() => window.loser.restoreContext()")
    page.get_by_text("The graphics were interrupted").wait_for(state="hidden")
    after = settled_picture(page)
    assert shows_person(after) and difference(before, after) < 0.5


def test_it_keeps_a_strict_content_policy(open_mirror, camera_browser):
    """What `visavis serve` allows pages: Sources/AvatarServer/Security/SecurityHeaders.swift."""
    policy = "; ".join([
        "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'",
        "style-src 'self'", "img-src 'self' blob: data:", "media-src 'self' blob:",
        "connect-src 'self'"])

    def answer(route):
        response = route.fetch()
        route.fulfill(
            response=response, headers={**response.headers, "content-security-policy": policy})

    page = open_mirror(
        browser=camera_browser, allow_errors="data:text/plain", before=lambda page: page.route(
            re.compile(r"^http://localhost:\d+/\?"), answer))
    wait_for_picture(page)
    assert page.evaluate("() => fetch('data:text/plain,x').then(() => 'allowed', () => 'refused')") \
        == "refused"
    start_camera(page)
    page.get_by_role("button", name="Tune").click()
    move_slider(page, "Jaw", 150)
    page.get_by_role("switch", name="Show what the camera sees").click()
    page.wait_for_function("() => document.getElementById('camera').videoWidth > 0")


def test_it_fits_a_small_screen(open_mirror, camera_browser, check_accessible, keep_picture):
    page = open_mirror(browser=camera_browser, viewport={"width": 360, "height": 640},
                       device_scale_factor=2, has_touch=True, is_mobile=True)
    wait_for_picture(page)
    keep_picture(page, "mirror-small-welcome")
    start_camera(page)
    page.get_by_role("button", name="Meters").click()
    keep_picture(page, "mirror-small-live")
    page.get_by_role("button", name="Tune").click()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360
    for control in page.locator("#dock button:visible, .bar button:visible").all():
        box = control.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    check_accessible(page)


def test_it_works_by_keys_alone_and_without_motion(open_mirror, camera_browser):
    page = open_mirror(browser=camera_browser, reduced_motion="reduce")
    wait_for_picture(page)
    page.get_by_role("heading", name="Meet yourself").wait_for()
    page.keyboard.press("c")
    page.wait_for_function("() => told.shown.some((each) => each.passage.arrived !== undefined)",
                           timeout=90000)
    page.keyboard.press("f")
    assert page.get_by_role("button", name="Freeze").get_attribute("aria-pressed") == "true"
    page.keyboard.press("t")
    page.locator("#panel").wait_for()
    assert page.evaluate("() => document.activeElement.closest('#panel') !== null")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert page.evaluate("() => document.activeElement.dataset.control") == "tune"
    page.keyboard.press("?")
    page.get_by_role("dialog").wait_for()
    page.get_by_role("switch", name="Single-letter keys").click()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    assert page.get_by_role("button", name="Freeze").get_attribute("aria-pressed") == "true"
