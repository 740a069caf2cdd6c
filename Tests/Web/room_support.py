"""What the tests of rooms share: a real server, browsers with a face as camera and a voice as
microphone, and what their pages see and hear."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from conftest import ROOT, cache_folder

# Keeps the session and the scene, and what the page tells.
LISTEN = """
window.told = { status: [], trouble: [] };
document.addEventListener("visavis:room", ({ detail }) => { Object.assign(window, detail); });
document.addEventListener("visavis:status", ({ detail }) => window.told.status.push(detail.status));
document.addEventListener("visavis:trouble", ({ detail }) =>
  window.told.trouble.push(String(detail.error?.message ?? detail.error)));
"""

# When, and how loud each other participant is then, as this page hears them.
EARS = """
window.ears = {};
setInterval(() => {
  for (const [number, other] of window.session?.others ?? []) {
    (window.ears[other.person.name] ??= []).push([performance.now(), other.loudness]);
  }
}, 20);
"""

VOICES = {
    "Anna": ("en+f3", "The quick brown fox jumps over the lazy dog. Then it rests a while, and looks."),
    "Ben": ("en+m2", "Seven. Eight. Nine hundred and ninety nine thousand. One. Two, and three at last!"),
    "Cleo": ("en+f5", "Once upon a midnight dreary, while I pondered weak and weary over books."),
    "Dan": ("en+m7", "Go. Stop. Go. Stop. Now we wait for somebody to say something long and winding."),
}


def program():
    """The program, where one was built or installed."""
    for path in (os.environ.get("VISAVIS"), ROOT / ".build/release/visavis",
                 ROOT / ".build-tests/release/visavis", shutil.which("visavis")):
        if path and os.access(path, os.X_OK):
            return str(path)
    return None


class RoomServer:
    """`visavis serve` on a port of its own, which can be killed and started again."""

    def __init__(self, folder):
        self.folder = folder
        self.log = folder.with_suffix(".log")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.process = None

    def start(self):
        environment = {**os.environ, "VISAVIS_CACHE": str(cache_folder())}
        self.process = subprocess.Popen(
            [program(), "serve", "--port", str(self.port), "--data", str(self.folder), "--web",
             str(ROOT / "Web")],
            stdout=open(self.log, "ab"), stderr=subprocess.STDOUT, env=environment)
        for _ in range(400):
            if self.process.poll() is not None:
                raise RuntimeError(f"The server has ended:\n{self.log.read_text()}")
            try:
                with urllib.request.urlopen(self.url + "/api/health", timeout=2) as answer:
                    if answer.status == 200:
                        return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"The server does not listen:\n{self.log.read_text()}")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()


@pytest.fixture(scope="session")
def room_server(tmp_path_factory):
    if not program():
        pytest.skip("no visavis to serve rooms; swift build -c release")
    server = RoomServer(tmp_path_factory.mktemp("rooms") / "data").start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def voice_file(tmp_path_factory):
    """voice_file(name) → a WAV file of that person's speech, ten seconds, played over and over."""
    folder = tmp_path_factory.mktemp("voices")

    def make(name):
        path = folder / f"{name}.wav"
        if not path.exists():
            voice, text = VOICES[name]
            raw = folder / f"{name}-raw.wav"
            subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", str(raw), text], check=True)
            subprocess.run(
                ["ffmpeg", "-v", "error", "-i", str(raw), "-af", "apad,volume=0.8", "-t", "8", "-ar",
                 "48000", "-ac", "1", str(path)], check=True)
        return path

    return make


@pytest.fixture(scope="session")
def person_browser(launch_chromium, camera_file, sample_clip, voice_file):
    """person_browser(name) → Chromium with the sample clip as camera and a voice as microphone."""
    made = {}

    def browser(name):
        if name not in made:
            made[name] = launch_chromium(
                camera=camera_file(sample_clip, seconds=8),
                arguments=[f"--use-file-for-fake-audio-capture={voice_file(name)}"])
        return made[name]

    return browser


def enter(open_page, url, name, browser=None, query="", script="", **options):
    """Opens a room's link as somebody; returns the page once they are in."""
    place, _, secret = url.partition("#")

    def before(page):
        page.add_init_script(LISTEN + EARS + script)
        page.add_init_script(
            "localStorage.getItem('visavis.room') ?? localStorage.setItem('visavis.room', "
            + json.dumps(json.dumps({"name": name})) + ")")

    page = open_page(f"{place}{query}#{secret}", browser=browser, before=before, **options)
    page.wait_for_function("told.status.includes('here') || told.status.includes('lobby')", timeout=60000)
    return page


def make_room(page, server, name="Our room", surroundings="darkness", arrangement="facing"):
    """Makes a room as the person of a page that stands at /room/; returns its identifier."""
    page.goto(server.url + "/room/")
    page.get_by_label("Your name").fill("Anna")
    page.get_by_label("The room's name").fill(name)
    page.get_by_label("Surroundings").select_option(surroundings)
    page.get_by_label("Seats").select_option(arrangement)
    page.get_by_role("button", name="Open it").click()
    page.wait_for_function("told.status.includes('here')", timeout=60000)
    return re.search(r"#([a-z2-7]{26})", page.url).group(1)


def invite(page, role="guest"):
    """A link into the room of a moderator's page."""
    page.get_by_role("button", name="Invite").click()
    page.get_by_label("For", exact=True).select_option(role)
    page.get_by_role("button", name="Make a link").click()
    field = page.get_by_label("Whoever has this link can come in")
    field.wait_for()
    link = field.input_value()
    page.keyboard.press("Escape")
    return link


def bring_avatar(page, avatar):
    """Chooses an avatar file in a room."""
    page.get_by_role("button", name="You", exact=True).click()
    page.set_input_files("dialog input[type=file][accept='.avatar']", str(avatar))
    page.wait_for_function("document.querySelectorAll('dialog .choices .kept').length > 0", timeout=60000)
    page.keyboard.press("Escape")


def press(page, name, on=True):
    """Presses a control of the dock and waits for what it does."""
    button = page.locator(f"#dock [data-control={name}]")
    button.click()
    page.wait_for_function(
        f"document.querySelector('#dock [data-control={name}]').getAttribute('aria-pressed') === '{str(on).lower()}'",
        timeout=60000)
