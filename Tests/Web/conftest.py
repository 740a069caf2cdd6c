"""What the browser tests share: a static server over Web/, Chromium on a software GPU with or
without a camera that plays the sample clip, pages that fail their test when they report an error,
screenshots, and accessibility checks."""

import functools
import http.server
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / ".build-web"
SCREENSHOTS = OUTPUT / "screenshots"
TYPES = {
    ".avatar": "application/octet-stream", ".css": "text/css", ".html": "text/html",
    ".js": "text/javascript", ".json": "application/json", ".mjs": "text/javascript",
    ".png": "image/png", ".svg": "image/svg+xml", ".tflite": "application/octet-stream",
    ".vvs": "application/octet-stream", ".vvt": "application/octet-stream",
    ".wasm": "application/wasm", ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
TIME_LIMIT = 180
CHROMIUM = [
    "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
    "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required", "--disable-dev-shm-usage",
]


def cache_folder():
    if os.environ.get("VISAVIS_CACHE"):
        return Path(os.environ["VISAVIS_CACHE"])
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"]) / "visavis"
    return Path.home() / ".cache" / "visavis"


outcomes = {}


def pytest_runtest_logreport(report):
    """A test whose page reports an error fails, though its body passed."""
    rank = {"passed": 1 if report.when == "call" else 0, "skipped": 2, "failed": 3}
    outcomes[report.nodeid] = max(
        outcomes.get(report.nodeid, 0), rank[report.outcome])


def pytest_sessionfinish():
    """Leave the counts for Scripts/test-web."""
    ranks = list(outcomes.values())
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "pages.count").write_text(f"{ranks.count(1)} {ranks.count(3)} {ranks.count(2)}\n")


class Site:
    """A static server. A path comes from the longest mount that it begins with, else Web/."""

    def __init__(self):
        self.mounts = {}
        handler = functools.partial(Handler, self)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        # localhost is a secure context, which cameras and shared memory ask for.
        self.url = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def mount(self, prefix, path):
        """Serve a file or a folder at an absolute URL path; returns its URL."""
        self.mounts[prefix] = Path(path)
        return self.url + prefix

    def file(self, path):
        """The file for a URL path, or None."""
        for prefix in sorted(self.mounts, key=len, reverse=True):
            base = self.mounts[prefix]
            if path == prefix and base.is_file():
                return base
            if path.startswith(prefix.rstrip("/") + "/"):
                return self.inside(base, path[len(prefix.rstrip("/")) + 1:])
        return self.inside(ROOT / "Web", path.lstrip("/"))

    @staticmethod
    def inside(base, relative):
        file = (base / relative).resolve()
        if file.is_dir():
            file = file / "index.html"
        return file if file.is_file() and base.resolve() in file.parents else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site, *arguments):
        self.site = site
        super().__init__(*arguments)

    def do_GET(self):
        file = self.site.file(self.path.split("?")[0])
        body = file.read_bytes() if file else b"Not found."
        self.send_response(200 if file else 404)
        kind = TYPES.get(file.suffix, "application/octet-stream") if file else "text/plain"
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            pass


def pytest_sessionstart():
    """Pages are tested as their modules are now."""
    subprocess.run([ROOT / "Scripts" / "build-pages"], check=True, stdout=subprocess.DEVNULL)


def pytest_configure(config):
    config.addinivalue_line("markers", "limit(seconds): more time than tests have ordinarily")


@pytest.fixture(autouse=True)
def time_limit(request):
    """A page that never answers fails its test, instead of all that follow."""
    marker = request.node.get_closest_marker("limit")
    seconds = marker.args[0] if marker else TIME_LIMIT

    def give_up(*_):
        raise TimeoutError(f"The test took longer than {seconds} seconds.")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    yield
    signal.alarm(0)


@pytest.fixture(scope="session")
def site():
    """The static server: Web/, test pages at /tests/, and what the core needs where it exists."""
    site = Site()
    site.mount("/tests", ROOT / "Tests" / "Web")
    site.mount("/core/visavis.wasm", OUTPUT / "visavis.wasm")
    site.mount("/models", cache_folder() / "models")
    site.mount("/template.vvt", cache_folder() / "template.vvt")
    yield site
    site.server.shutdown()


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def launch_chromium(playwright):
    """launch_chromium(camera=None, arguments=()) → Browser; camera is a .y4m or .mjpeg file."""
    browsers = []

    def launch(camera=None, arguments=()):
        extra = [f"--use-file-for-fake-video-capture={camera}"] if camera else []
        if os.geteuid() == 0:
            extra.append("--no-sandbox")
        path = os.environ.get("VISAVIS_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(
            executable_path=path, args=[*CHROMIUM, *extra, *arguments])
        browsers.append(browser)
        return browser

    yield launch
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="session")
def browser(launch_chromium):
    """Chromium with the built-in test picture as its camera."""
    return launch_chromium()


@pytest.fixture(scope="session")
def sample_clip():
    """The sample clip of a face, freely licensed."""
    clip = cache_folder() / "sample" / "WolfgangLanger_Pexels.mp4"
    if not clip.is_file():
        pytest.skip("no sample clip; Scripts/fetch-assets gets it")
    return clip


@pytest.fixture(scope="session")
def camera_file(tmp_path_factory):
    """camera_file(clip, seconds=6) → a file that Chromium plays, over and over, as its camera."""

    def convert(clip, seconds=6, size="640:360"):
        # Chromium plays MJPEG files at 30 frames a second.
        output = tmp_path_factory.mktemp("camera") / f"{Path(clip).stem}.mjpeg"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-t", str(seconds), "-i", str(clip), "-an",
             "-vf", f"scale={size},fps=30,format=yuvj420p", "-c:v", "mjpeg", "-q:v", "3",
             "-f", "mjpeg", str(output)], check=True)
        return output

    return convert


@pytest.fixture(scope="session")
def camera_browser(launch_chromium, camera_file, sample_clip):
    """Chromium whose camera plays the sample clip."""
    return launch_chromium(camera=camera_file(sample_clip))


@pytest.fixture
def open_page(request, site):
    """open_page(path, browser=None, allow_errors=None, before=None, **context) → Page.

    `before` gets the page before it goes anywhere: to add scripts and routes.

    Every page is photographed when the test ends, and the test fails when a page reported an
    error that `allow_errors`, a regular expression, does not match. `context` goes to
    `browser.new_context`: viewport, device_scale_factor, reduced_motion, has_touch, …
    """
    opened = []

    def open_page(path="/", browser=None, allow_errors=None, before=None, **context):
        chosen = browser or request.getfixturevalue("browser")
        context.setdefault("viewport", {"width": 1280, "height": 800})
        page = chosen.new_context(**context).new_page()
        errors = []

        def report(text):
            if not (allow_errors and re.search(allow_errors, text)):
                errors.append(text)

        def hear(message):
            if message.type == "error":
                report(f"{message.text} ({message.location.get('url', '')})")

        page.on("console", hear)
        page.on("pageerror", lambda error: report(str(error)))
        page.on("crash", lambda: report("The page crashed."))
        opened.append((page, errors))
        if before:
            before(page)
        page.goto(path if "://" in path else site.url + path)
        return page

    yield open_page
    name = re.sub(r"[^\w.-]+", "-", f"{request.path.stem}-{request.node.name}")
    errors = []
    for number, (page, found) in enumerate(opened, 1):
        errors += found
        if not page.is_closed():
            keep_picture(page, name if len(opened) == 1 else f"{name}-{number}")
            page.context.close()
    assert not errors, "The page reported errors:\n" + "\n".join(errors)


def keep_picture(page, name):
    """Save what a page shows as .build-web/screenshots/NAME.png."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    try:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", timeout=20000)
    except Error as error:
        print(f"no screenshot of {name}: {str(error).splitlines()[0]}")


@pytest.fixture(name="keep_picture")
def keep_picture_fixture():
    return keep_picture


FOCUSABLE = """() => {
  const shown = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && !e.closest('[inert]') && !e.disabled && e.tabIndex >= 0;
  const query = 'a[href],button,input,select,textarea,summary,[tabindex],audio[controls],'
    + 'video[controls],[contenteditable=true]';
  // Of a group of radio buttons Tab reaches one.
  const groups = new Set();
  return [...document.querySelectorAll(query)].filter((e) => {
    if (!shown(e) || (e.type === 'radio' && groups.has(e.name))) return false;
    if (e.type === 'radio') groups.add(e.name);
    return true;
  }).map((e) => {
    const copy = e.cloneNode(false);
    e.dataset.focusTest ??= String(document.querySelectorAll('[data-focus-test]').length);
    return {id: e.type === 'radio' ? 'radio ' + e.name : e.dataset.focusTest,
      text: copy.outerHTML.slice(0, 120)};
  });
}"""
FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)
    || style.boxShadow !== 'none' || e.tagName === 'VIDEO' || e.tagName === 'AUDIO';
  return {id: e.type === 'radio' ? 'radio ' + e.name : e.dataset.focusTest, ring,
    text: e.cloneNode(false).outerHTML.slice(0, 120)};
}"""


def check_accessible(page, keyboard=True, ignore=()):
    """Fail on any violation axe-core finds, except of the rules named in `ignore`; with
    `keyboard`, also when Tab does not reach everything that can be used, in the order of the
    page, or the focus cannot be seen."""
    rules = {rule: {"enabled": False} for rule in ignore}
    results = Axe().run(page, options={"resultTypes": ["violations"], "rules": rules})
    assert results.violations_count == 0, results.generate_report()
    if not keyboard:
        return
    expected = page.evaluate(FOCUSABLE)
    page.evaluate("() => { document.activeElement?.blur(); getSelection().removeAllRanges(); }")
    reached = []
    # Tab begins where the last click was, so it passes the page's end once.
    ends = 0
    for _ in range(3 * len(expected) + 5):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            ends += 1
            if reached and ends > 1:
                break
            continue
        if focused["id"] in reached:
            # Parts of one control, as of an input of a time, share its element.
            if focused["id"] != reached[-1]:
                break
            continue
        assert focused["ring"], f"The focus cannot be seen on {focused['text']}"
        reached.append(focused["id"])
    missed = [e["text"] for e in expected if e["id"] not in reached]
    assert not missed, "Tab does not reach:\n" + "\n".join(missed)
    order = [e["id"] for e in expected]
    start = order.index(reached[0]) if reached and reached[0] in order else 0
    assert [r for r in reached if r in order] == order[start:] + order[:start], \
        "Tab does not follow the order of the page."


@pytest.fixture(name="check_accessible")
def check_accessible_fixture():
    return check_accessible
