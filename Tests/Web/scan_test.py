"""The scan, in Chromium, before the real server: a film from the camera, a chosen file, an upload
that outlives its server, and each failure with its sentence.

VISAVIS names the program; else it is looked for where builds put it."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]
# An enrolment takes a minute or two on two cores, longer on busy ones.
ENROLMENT = 900_000


def program():
    places = [os.environ.get("VISAVIS"), *(
        ROOT / build / "release" / "visavis" for build in (".build", ".build-tests"))]
    for place in places:
        if place and Path(place).is_file():
            return str(place)
    return None


class Server:
    """`visavis serve` on a port that stays the same when it is started again."""

    def __init__(self, data):
        self.data = data
        self.port = 0
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [program(), "serve", "--port", str(self.port), "--data", str(self.data),
             "--web", str(ROOT / "Web")], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(re.search(r":(\d+)/", line).group(1))
        # localhost is a secure context, as 127.0.0.1 is.
        self.url = f"http://localhost:{self.port}"
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=40)

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return answer.read()

    def json(self, path):
        return json.loads(self.get(path))

    def videos(self):
        """Raw videos on the disk."""
        return [p for p in self.data.rglob("*") if p.name == "video" or ".video." in p.name]


@pytest.fixture
def server(tmp_path):
    if not program():
        pytest.skip("no visavis: swift build -c release --product visavis")
    server = Server(tmp_path / "data").start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def slow_camera(tmp_path_factory, sample_clip):
    """The sample clip, its face in the middle, at a third of its speed: a minute without a jump."""
    output = tmp_path_factory.mktemp("camera") / "slow.mjpeg"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(sample_clip), "-an", "-vf",
         "setpts=3*PTS,crop=iw*0.6:ih:iw*0.4:0,scale=-2:360,pad=640:480:-1:-1:0x302820,"
         "fps=30,format=yuvj420p", "-c:v", "mjpeg", "-q:v", "3",
         "-f", "mjpeg", str(output)], check=True)
    return output


def colour_camera(tmp_path_factory, colour):
    output = tmp_path_factory.mktemp("camera") / f"{colour}.mjpeg"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", f"color={colour}:s=640x360:r=30:d=1",
         "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-f", "mjpeg", str(output)], check=True)
    return output


@pytest.fixture
def check_page(check_accessible):
    """check_accessible, with Tab beginning at the page's top wherever a step put the focus."""

    def check(page):
        page.evaluate(
            "() => { const root = document.documentElement; root.tabIndex = -1;"
            " root.focus({preventScroll: true}); root.blur(); root.removeAttribute('tabindex'); }")
        check_accessible(page)

    return check


def agree_and_send(page, name="Sam", quality="draft"):
    page.get_by_label("Name of the person").fill(name)
    page.get_by_label("Care").select_option(quality)
    page.get_by_label("I am the person in this video").check()
    page.get_by_role("button", name="Make my avatar").click()


@pytest.mark.limit(1200)
def test_a_film_becomes_an_avatar(
        server, open_page, launch_chromium, slow_camera, check_page, keep_picture):
    browser = launch_chromium(camera=slow_camera)
    page = open_page(server.url + "/scan/", browser=browser)
    expect(page.get_by_role("heading", name="Two minutes with a camera")).to_be_focused()
    check_page(page)
    keep_picture(page, "scan-1-welcome")

    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("heading", name="Find your place")).to_be_visible()
    expect(page.locator("[data-check=face][data-good=true]")).to_be_visible(timeout=60_000)
    begin = page.get_by_role("button", name="Begin", exact=True)
    keep_picture(page, "scan-2-framing")
    # The checks may be hard on the clip's framing; then there is a way past them.
    page.wait_for_function(
        "() => [...document.querySelectorAll('button')].some("
        "(b) => /^Begin/.test(b.textContent) && !b.disabled && b.offsetParent)", timeout=60_000)
    check_page(page)
    if begin.is_enabled():
        begin.click()
    else:
        page.get_by_role("button", name="Begin anyway").click()

    expect(page.get_by_role("heading", name="Look straight at the camera")).to_be_visible()
    # Time and what is seen lead on without a hand.
    expect(page.get_by_role("heading", name="Turn your head slowly to your left")).to_be_visible(
        timeout=15_000)
    seen = page.locator("svg.ring").get_attribute("aria-label")
    assert int(re.search(r"(\d+) per cent", seen).group(1)) > 0, "The ring stays empty."
    keep_picture(page, "scan-3-film")
    check_page(page)
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Now slowly to your right")).to_be_visible()
    page.wait_for_timeout(16_000)
    page.get_by_role("button", name="Finish early").click()

    expect(page.get_by_role("heading", name="Look at it once")).to_be_focused(timeout=30_000)
    page.wait_for_function("() => document.querySelector('.review video').readyState >= 1")
    page.wait_for_timeout(500)
    check_page(page)
    keep_picture(page, "scan-4-review")

    # A reload loses nothing.
    page.reload()
    expect(page.get_by_role("heading", name="Look at it once")).to_be_visible(timeout=30_000)
    # Nothing is sent without consent.
    page.get_by_label("Name of the person").fill("Sam")
    page.get_by_role("button", name="Make my avatar").click()
    expect(page.get_by_role("heading", name="Look at it once")).to_be_visible()
    assert server.json("/api/enrollments")["enrollments"] == []
    agree_and_send(page)

    expect(page.get_by_role("heading", name="Your avatar is being made")).to_be_visible(
        timeout=30_000)
    expect(page.locator("[data-stage=tracking][aria-current]")).to_be_visible(timeout=60_000)
    check_page(page)
    page.reload()
    expect(page.locator("[data-stage][aria-current]")).to_be_visible(timeout=60_000)
    expect(page.locator(".portrait.alive img")).to_be_visible(timeout=ENROLMENT)
    page.wait_for_timeout(6_000)
    keep_picture(page, "scan-5-making")

    expect(page.get_by_role("heading", name="Meet Sam")).to_be_visible(timeout=ENROLMENT)
    page.wait_for_timeout(500)
    keep_picture(page, "scan-6-done")
    check_page(page)
    link = page.get_by_role("link", name="To the mirror").get_attribute("href")
    assert link.endswith("/?avatar=/avatars/sam.avatar")
    assert server.get("/avatars/sam.avatar")[:4], "The avatar is empty."
    assert b"<html" in server.get("/avatars/sam.report.html")
    assert server.videos() == [], "The raw video is still there."
    # The browser keeps nothing either.
    assert page.evaluate("() => localStorage.getItem('visavis.scan')") is None

    # What is kept can be removed.
    page.goto(server.url + "/scan/")
    page.get_by_role("button", name="Remove the avatar of Sam").click()
    expect(page.get_by_text("The avatar of Sam is gone.")).to_be_visible()
    assert server.json("/api/avatars")["avatars"] == []


def test_an_upload_outlives_its_server_and_its_page(server, open_page, tmp_path, sample_clip):
    # The clip, and a box of nothing that players pass over.
    nothing = 24 << 20
    video = tmp_path / "clip.mp4"
    video.write_bytes(
        sample_clip.read_bytes() + (nothing + 8).to_bytes(4, "big") + b"free" + bytes(nothing))
    page = open_page(server.url + "/scan/", allow_errors="ERR_|Failed to load resource")
    connection = page.context.new_cdp_session(page)
    connection.send("Network.enable")
    connection.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 4 << 20})
    page.set_input_files("#video-file", video)
    agree_and_send(page)
    received = "() => document.querySelector('progress')?.value * %d" % video.stat().st_size
    page.wait_for_function(received + " > 4e6", timeout=60_000)
    address = json.loads(page.evaluate("() => localStorage.getItem('visavis.scan')"))["upload"]
    server.kill()
    expect(page.get_by_text("The server does not answer")).to_be_visible(timeout=30_000)
    server.start()
    page.wait_for_function(received + " > 12e6", timeout=60_000)

    page.reload()
    page.wait_for_function(received + " > 12e6", timeout=60_000)
    session = json.loads(page.evaluate("() => localStorage.getItem('visavis.scan')"))
    assert session["upload"] == address, "The upload began anew."
    expect(page.get_by_role("heading", name="Your avatar is being made")).to_be_visible(
        timeout=60_000)
    job = server.json("/api/enrollments")["enrollments"][0]
    stored = server.data / "enrollments" / job["id"] / "video"
    assert stored.read_bytes() == video.read_bytes()
    page.get_by_role("button", name="Stop and remove the video").click()
    expect(page.get_by_role("heading", name="Two minutes with a camera")).to_be_visible(
        timeout=30_000)
    assert server.videos() == []


def test_a_killed_server_goes_on_with_the_avatar(server, open_page, sample_clip):
    page = open_page(server.url + "/scan/", allow_errors="ERR_|Failed to load resource")
    page.set_input_files("#video-file", sample_clip)
    agree_and_send(page)
    expect(page.locator("[data-stage=tracking][aria-current]")).to_be_visible(timeout=60_000)
    server.kill()
    expect(page.get_by_text("it will be asked again")).to_be_visible(timeout=30_000)
    server.start()
    expect(page.locator("[data-stage=tracking][aria-current]")).to_be_visible(timeout=60_000)
    job = server.json("/api/enrollments")["enrollments"][0]
    assert job["state"] == "running"
    page.get_by_role("button", name="Stop and remove the video").click()
    expect(page.get_by_role("heading", name="Two minutes with a camera")).to_be_visible(
        timeout=30_000)
    assert server.json("/api/enrollments")["enrollments"] == []


@pytest.mark.limit(600)
def test_a_video_without_a_face_gets_one_sentence(server, open_page, keep_picture, sample_clip):
    video = sample_clip.parent / "no_face.mp4"
    if not video.is_file():
        pytest.skip("no clip without a face")
    long = server.data.parent / "long.mp4"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-stream_loop", "20", "-i", str(video), "-t", "12", "-an",
         str(long)], check=True)
    page = open_page(server.url + "/scan/")
    page.set_input_files("#video-file", long)
    agree_and_send(page, "Nobody")
    expect(page.get_by_role("alert")).to_contain_text("face", timeout=ENROLMENT)
    keep_picture(page, "scan-no-face")
    assert server.videos() == []
    page.get_by_role("button", name="Film again").click()
    expect(page.get_by_role("heading", name="Two minutes with a camera")).to_be_visible()


@pytest.mark.parametrize("name, sentence", [
    ("NotAllowedError", "The camera is blocked for this page"),
    ("NotFoundError", "No camera was found"),
    ("NotReadableError", "being used by another program"),
])
def test_a_camera_that_is_not_lent_has_a_way_on(
        server, open_page, check_page, name, sentence):
    page = open_page(server.url + "/scan/")
    page.evaluate(
        "(name) => { navigator.mediaDevices.getUserMedia = async () => {"
        " throw new DOMException('', name); }; }", name)
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("alert")).to_contain_text(sentence)
    check_page(page)
    page.get_by_role("button", name="Choose a video").click()
    expect(page.get_by_role("heading", name="Two minutes with a camera")).to_be_visible()


def test_an_old_browser_has_a_way_on(server, open_page):
    page = open_page(server.url + "/scan/")
    page.evaluate(
        "() => Object.defineProperty(navigator, 'mediaDevices', {value: undefined})")
    page.get_by_role("button", name="Use the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("lacks camera access")


@pytest.mark.parametrize("colour, check, words", [
    ("black", "light", "Too dark"), ("gray", "face", "No face can be seen"),
])
def test_the_checks_say_what_is_wrong(
        server, open_page, launch_chromium, tmp_path_factory, keep_picture, colour, check, words):
    browser = launch_chromium(camera=colour_camera(tmp_path_factory, colour))
    page = open_page(server.url + "/scan/", browser=browser)
    page.get_by_role("button", name="Use the camera").click()
    item = page.locator(f"[data-check={check}][data-good=false]")
    expect(item).to_contain_text(words, timeout=60_000)
    expect(page.get_by_role("button", name="Begin", exact=True)).to_be_disabled()
    keep_picture(page, f"scan-{colour}")
    # Nobody is kept out by a check.
    expect(page.get_by_role("button", name="Begin anyway")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("heading", name="Two minutes with a camera")).to_be_visible()


def test_what_is_no_video_is_said_to_be_none(server, open_page, tmp_path):
    text = tmp_path / "letter.txt"
    text.write_text("Dear Sir or Madam")
    page = open_page(server.url + "/scan/")
    page.set_input_files("#video-file", text)
    expect(page.get_by_role("alert")).to_contain_text("letter.txt is not a video")


def test_without_a_server_the_video_can_be_saved(site, open_page, sample_clip):
    page = open_page("/scan/", allow_errors="404|Failed to load resource")
    page.set_input_files("#video-file", sample_clip)
    expect(page.get_by_role("alert")).to_contain_text("no Visavis server")
    expect(page.get_by_role("button", name="Make my avatar")).to_be_disabled()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save the video").click()
    assert Path(download.value.path()).stat().st_size == sample_clip.stat().st_size


def test_keys_alone_suffice(server, open_page, launch_chromium, slow_camera):
    browser = launch_chromium(camera=slow_camera)
    page = open_page(server.url + "/scan/", browser=browser, reduced_motion="reduce")

    def press(name):
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("() => document.activeElement.textContent").strip() == name:
                page.keyboard.press("Enter")
                return
        pytest.fail(f"Tab does not reach {name}.")

    press("Use the camera")
    expect(page.get_by_role("heading", name="Find your place")).to_be_focused()
    page.wait_for_function(
        "() => [...document.querySelectorAll('button')].some("
        "(b) => /^Begin/.test(b.textContent) && !b.disabled && b.offsetParent)", timeout=60_000)
    press("Begin" if page.get_by_role("button", name="Begin", exact=True).is_enabled()
          else "Begin anyway")
    expect(page.get_by_role("heading", name="Look straight at the camera")).to_be_visible()
    page.wait_for_timeout(1000)
    for _ in range(6):
        page.keyboard.press("n")
    expect(page.get_by_role("heading", name="Smile, with your teeth")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_contain_text("shorter than ten seconds")


@pytest.mark.parametrize("width, height", [(320, 568), (390, 844), (844, 390), (1600, 1000)])
def test_every_size_of_screen_holds_the_page(
        server, open_page, launch_chromium, slow_camera, sample_clip, keep_picture, width, height):
    browser = launch_chromium(camera=slow_camera)
    page = open_page(
        server.url + "/scan/", browser=browser, viewport={"width": width, "height": height})

    def fits(step):
        over = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{step} is {over} pixels too wide."
        keep_picture(page, f"scan-{width}-{step}")

    fits("welcome")
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("[data-check=light]")).to_be_visible(timeout=60_000)
    fits("framing")
    page.get_by_role("button", name="Back").click()
    page.set_input_files("#video-file", sample_clip)
    expect(page.get_by_role("heading", name="Look at it once")).to_be_visible()
    fits("review")
