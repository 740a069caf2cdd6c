"""Measures the mirror in Chromium and prints what it found as JSON.

    python Tests/Web/mirror_figures.py [--avatar FILE] [--clip FILE] [--size 640x480] [--seconds 12]

Run it with the Python that Scripts/test-web installs. An avatar other than the tests' own is of use
with the clip it was made from.

First picture: a browser that was just started and has cached nothing, from the navigation's start
until the first picture of the avatar is finished; the median of several.

Camera to picture: the camera plays the clip with a strip of 14 black and white cells in its upper
left corner, which say the frame's number in binary. The camera's frames are read a second time,
apart from the page, and matched to the pictures by the camera's time stamp, which the state that a
picture shows carries. When the graphics processor has finished a picture, that picture is late by
the time since its frame was due: frame n is due n / 30 s after the camera's start, where the start
is that of the most punctual of the frames within a second (a camera that is starved falls behind
its own numbers for good). So waiting inside the browser counts, and the least time that a frame
takes through it does not. What the screen then adds, at most one interval of the display, no page
can see.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from conftest import CHROMIUM, OUTPUT, Site, cache_folder

RATE = 30
CELL = 16
BITS = 13
FRAMES = 240

LISTEN = """
window.shown = [];
document.addEventListener("visavis:shown", ({ detail }) => {
  window.shown.push({ ...detail.passage, time: detail.state.time });
});
"""

# Reads the strip of each camera frame, apart from the page.
READ_STRIP = """
window.frames30 = [];
const lend = MediaDevices.prototype.getUserMedia;
MediaDevices.prototype.getUserMedia = async function (wish) {
  const stream = await lend.call(this, wish);
  const track = stream.getVideoTracks()[0].clone();
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 4 }).readable.getReader();
  (async () => {
    let luma = new Uint8Array(0);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const arrived = performance.now();
      const size = value.allocationSize();
      if (luma.length < size) luma = new Uint8Array(size);
      const [{ offset, stride }] = await value.copyTo(luma);
      let number = 0, ones = 0;
      for (let bit = 0; bit <= BITS; bit += 1) {
        const isOn = luma[offset + (CELL >> 1) * stride + bit * CELL + (CELL >> 1)] > 128;
        if (isOn) ones += 1;
        if (isOn && bit < BITS) number |= 1 << bit;
      }
      if (ones % 2 === 0) window.frames30.push({ number, arrived, time: value.timestamp / 1e6 });
      value.close();
    }
  })();
  return stream;
};
""".replace("BITS", str(BITS)).replace("CELL", str(CELL))


def numbered_clip(clip, folder):
    """The clip as .y4m with each frame's number written into it."""
    size = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height",
         "-of", "csv=p=0", str(clip)], check=True, capture_output=True, text=True).stdout
    width, height = (int(part) for part in size.strip().split(",")[:2])
    scale = min(1, 640 / max(width, height))
    width, height = (int(side * scale) // 2 * 2 for side in (width, height))
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(clip), "-an", "-vf",
         f"scale={width}:{height},fps={RATE},format=yuv420p", "-frames:v", str(FRAMES), "-f",
         "rawvideo", "-"], check=True, capture_output=True).stdout
    length = width * height * 3 // 2
    path = Path(folder) / "numbered.y4m"
    with open(path, "wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(len(raw) // length):
            frame = bytearray(raw[number * length:(number + 1) * length])
            bits = [number >> bit & 1 for bit in range(BITS)]
            bits.append(sum(bits) % 2)
            for row in range(CELL):
                strip = b"".join((b"\xeb" if bit else b"\x10") * CELL for bit in bits)
                frame[row * width:row * width + len(strip)] = strip
            file.write(b"FRAME\n" + frame)
    return path, len(raw) // length


def first_pictures(launch, url, size, runs):
    """For each run, in a browser of its own that has cached nothing: milliseconds from navigation
    until the page's modules, the core, the avatar's base and the first finished picture."""
    found = []
    for _ in range(runs):
        browser = launch()
        page = browser.new_context(viewport=size).new_page()
        page.add_init_script(LISTEN)
        page.goto(url)
        page.wait_for_function("() => window.shown.length > 0", timeout=60000)
        found.append(page.evaluate("""() => {
          const ends = (pattern) => Math.max(0, ...performance.getEntriesByType("resource")
            .filter((each) => pattern.test(each.name)).map((each) => each.responseEnd));
          return {
            page: performance.getEntriesByType("navigation")[0].responseEnd,
            modules: ends(/(mirror|scene|parts|core)\\/[^/]+\\.js$/), core: ends(/\\.wasm$/),
            posed: window.shown[0].posed, shown: window.shown[0].drawn,
          };
        }"""))
        browser.close()
    return found


def unwrapped(frames, count):
    """Adds to each frame how many frames the camera has been through, `index`."""
    index = None
    for frame in frames:
        # The camera repeats the clip: the next index with this number, near where time says.
        if index is None:
            index = frame["number"]
        else:
            expected = last["index"] + (frame["arrived"] - last["arrived"]) * RATE / 1000
            index = frame["number"] + count * round((expected - frame["number"]) / count)
        frame["index"] = index
        last = frame
    return frames


def follow(browser, url, size, seconds, count):
    """Follows the camera for some seconds; medians in milliseconds."""
    page = browser.new_context(viewport=size).new_page()
    page.add_init_script(LISTEN + READ_STRIP)
    page.goto(url)
    page.wait_for_function("() => window.shown.length > 0", timeout=60000)
    page.get_by_role("button", name="Turn on the camera").click()
    page.wait_for_function(
        "() => window.shown.filter((each) => each.arrived !== undefined).length > 10",
        timeout=120000)
    page.wait_for_timeout(2000)
    page.evaluate("() => { window.shown.length = 0; window.frames30.length = 0; }")
    page.wait_for_timeout(seconds * 1000)
    frames = unwrapped(page.evaluate("() => window.frames30"), count)
    shown = [each for each in page.evaluate("() => window.shown") if "arrived" in each]
    page.context.close()
    starts = [frame["arrived"] - 1000 * frame["index"] / RATE for frame in frames]
    for frame in frames:
        frame["due"] = 1000 * frame["index"] / RATE + min(
            start for start, other in zip(starts, frames)
            if abs(other["arrived"] - frame["arrived"]) <= 1000)
    of_time = {round(frame["time"] * 1e6): frame for frame in frames}
    late, waited = [], []
    for each in shown:
        frame = of_time.get(round(each["time"] * 1e6))
        if frame:
            late.append(each["drawn"] - frame["due"])
            waited.append(each["arrived"] - frame["due"])

    def median(values):
        return round(statistics.median(values), 1) if values else None

    return {
        "cameraFrames": len(frames), "pictures": len(shown), "matched": len(late),
        "picturesPerSecond": round(len(shown) / seconds, 1),
        "cameraToPicture": median(late),
        "cameraToPicture90": round(sorted(late)[len(late) * 9 // 10], 1) if late else None,
        "waitedInBrowser": median(waited),
        "tracking": median([each["trackMs"] for each in shown]),
        "posing": median([each["poseMs"] + each["sortMs"] for each in shown]),
        "drawing": median([each["drawMs"] for each in shown]),
        "arrivedToPicture": median([each["drawn"] - each["arrived"] for each in shown]),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cache = cache_folder()
    parser.add_argument("--avatar", default=cache / "tests" / "sample-draft-1.avatar")
    parser.add_argument("--clip", default=cache / "sample" / "WolfgangLanger_Pexels.mp4")
    parser.add_argument("--size", default="640x480")
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--url", help="a server's address instead of the tests' own")
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    size = {"width": width, "height": height}
    site = Site()
    site.mount("/models", cache / "models")
    site.mount("/template.vvt", cache / "template.vvt")
    site.mount("/core/visavis.wasm", OUTPUT / "visavis.wasm")
    site.mount("/avatars/a.avatar", options.avatar)
    url = options.url or site.url + "/?avatar=/avatars/a.avatar"
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        camera, count = numbered_clip(options.clip, folder)
        extra = ["--no-sandbox"] if os.geteuid() == 0 else []

        def launch():
            return playwright.chromium.launch(
                executable_path=os.environ.get("VISAVIS_CHROMIUM", "/usr/bin/chromium"),
                args=[*CHROMIUM, *extra, f"--use-file-for-fake-video-capture={camera}"])

        starts = first_pictures(launch, url, size, options.starts)
        followed = {}
        if options.seconds > 0:
            browser = launch()
            followed = follow(browser, url, size, options.seconds, count)
            browser.close()
    site.server.shutdown()
    print(json.dumps({
        "size": options.size, "load": [load, os.getloadavg()[0]], "cores": os.cpu_count(),
        "firstPicture": round(statistics.median(each["shown"] for each in starts)),
        "firstPictureBest": round(min(each["shown"] for each in starts)),
        "untilFirstPicture": {
            name: round(statistics.median(each[name] for each in starts)) for name in starts[0]},
        **followed,
    }, indent=2))


if __name__ == "__main__":
    main()
