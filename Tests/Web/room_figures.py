"""Figures of rooms, measured on a machine that does nothing else:

    python Tests/Web/room_figures.py [arrival] [skew]     (with what Scripts/test-web installs)

From a link to the others seen and heard; lips and voice. A first browser sits in the room, others come by the link. The
first one speaks and moves but draws nothing, is small, and has no camera: it stands for another machine. Who follows the
link does so in a browser that is open already, with a folder of its own, as people have."""

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from playwright.sync_api import sync_playwright  # noqa: E402

from conftest import CHROMIUM, ROOT, cache_folder  # noqa: E402
from room_support import EARS, LISTEN, RoomServer, bring_avatar, invite, press  # noqa: E402

AVATAR = cache_folder() / "tests" / "sample-draft-1.avatar"

# When the page first saw another's face and heard another's voice, in seconds since its navigation began.
FIRSTS = """
window.firsts = {};
document.addEventListener("DOMContentLoaded", () => { firsts.opened = performance.now() / 1000; });
document.addEventListener("visavis:room", ({ detail: { scene, session } }) => {
  window.firsts.started = performance.now() / 1000;
  const look = () => {
    for (const [number, other] of session.others) {
      firsts.known ??= performance.now() / 1000;
      if (scene.isShown(number)) firsts.seen ??= performance.now() / 1000;
      if (other.level > 0.05) firsts.heard ??= performance.now() / 1000;
    }
    if (firsts.seen === undefined || firsts.heard === undefined) setTimeout(look, 5);
  };
  look();
});
"""

# Moves the face without a camera, and draws nothing: neither a scene nor pages.
MOVE = """() => {
  scene.stop();
  window.requestAnimationFrame = (turn) => setTimeout(() => turn(performance.now()), 200);
  document.body.style.display = "none";
  const { resting } = session.me.info;
  setInterval(() => {
    const state = structuredClone(resting);
    state.time = performance.now() / 1000;
    state.expression[17] = 0.4 + 0.4 * Math.sin(9 * state.time);
    session.me.offerState(state);
  }, 33);
}"""

# A sudden opening of the mouth with a sudden tone, and when another page sees and hears it.
CLAP = """
window.makeClaps = async () => {
  const context = new AudioContext({ sampleRate: 48000 });
  const tone = new OscillatorNode(context, { frequency: 700 });
  const gate = new GainNode(context, { gain: 0 }), out = new MediaStreamAudioDestinationNode(context);
  tone.connect(gate).connect(out);
  tone.start();
  session.me.stopMicrophone();
  const track = out.stream.getAudioTracks()[0];
  navigator.mediaDevices.getUserMedia = async () => out.stream;
  await session.me.startMicrophone();
  const { resting } = session.me.info;
  let number = 0, opened = 0;
  // A tone begins in the track somewhat after it was asked for: by how much, the track itself tells.
  window.toneLate = [];
  const reader = new MediaStreamTrackProcessor({ track: track.clone() }).readable.getReader();
  (async () => {
    for (let wasLoud = false; ;) {
      const { value } = await reader.read(), at = performance.now() / 1000;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      value.close();
      const first = samples.findIndex((s) => Math.abs(s) > 0.02), isLoud = first >= 0;
      // What is read has just been captured whole.
      if (isLoud && !wasLoud && opened) toneLate.push(at - (samples.length - first) / 48000 - opened);
      wasLoud = isLoud;
    }
  })();
  setInterval(() => {
    const t = performance.now() / 1000;
    const phase = t % 1.5, isOpen = phase < 0.3;
    const state = structuredClone(resting);
    state.time = t;
    state.expression[17] = isOpen ? 0.9 : 0;
    session.me.offerState(state);
    const count = Math.floor(t / 1.5);
    if (isOpen && count !== number) {
      number = count;
      opened = t;
      gate.gain.cancelScheduledValues(0);
      gate.gain.setValueAtTime(0.8, context.currentTime);
      gate.gain.setValueAtTime(0, context.currentTime + 0.3);
    }
  }, 33);
};
window.watchClaps = () => {
  window.seen = []; window.heardAt = [];
  const [[number]] = session.others;
  let wasOpen = false, wasLoud = false;
  // When a picture was drawn with the mouth open, and a display's frame later it is seen.
  scene.addEventListener("picture", () => {
    const state = scene.seen(number), isOpen = state && state.expression[17] > 0.45;
    if (isOpen && !wasOpen) seen.push(performance.now() / 1000 + 0.016);
    wasOpen = isOpen;
  });
  // What plays, behind the detour for the echo canceller.
  const { voices } = session;
  const context = voices.stream ? new AudioContext({ sampleRate: 48000 }) : voices.context;
  const played = voices.stream
    ? new MediaStreamAudioSourceNode(context, { mediaStream: voices.stream }) : voices.output;
  const meter = new AnalyserNode(context, { fftSize: 256 }), samples = new Float32Array(256);
  played.connect(meter);
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    meter.getFloatTimeDomainData(samples);
    const isLoud = samples.some((s) => Math.abs(s) > 0.02);
    if (isLoud && !wasLoud) heardAt.push(performance.now() / 1000 + (context.outputLatency || context.baseLatency));
    wasLoud = isLoud;
    setTimeout(() => channel.port2.postMessage(0), 1);
  };
  channel.port2.postMessage(0);
};
"""


class Browsers:
    def __init__(self, playwright):
        self.playwright = playwright
        self.open = []

    def start(self, camera=None, voice=None):
        arguments = [*CHROMIUM, "--no-sandbox"]
        if camera:
            arguments.append(f"--use-file-for-fake-video-capture={camera}")
        if voice:
            arguments.append(f"--use-file-for-fake-audio-capture={voice}")
        browser = self.playwright.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        self.open.append(browser)
        return browser

    def page(self, url, name, script="", context=None, **options):
        context = context or self.start(**options).new_context(
            viewport={"width": 1280, "height": 800}, bypass_csp=True)
        page = context.new_page()
        page.add_init_script(LISTEN + EARS + script)
        page.add_init_script(f"localStorage.setItem('visavis.room', {json.dumps(json.dumps({'name': name}))})")
        page.goto(url)
        return page


class SlowLine:
    """A way to a server on this machine that brings so many megabits a second, each 10 ms late. The browser's own
    throttling hands out 1,500 bytes at a time, which keeps two cores busy."""

    LATENESS, PIECE = 0.01, 16384

    def __init__(self, port, megabits):
        self.upstream, self.rate, self.free = port, megabits * 125000, 0.0
        ready = threading.Event()
        threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True).start()
        ready.wait()

    async def _serve(self, ready):
        server = await asyncio.start_server(self._connect, "localhost", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await server.serve_forever()

    async def _connect(self, reader, writer):
        up_reader, up_writer = await asyncio.open_connection("localhost", self.upstream)
        await asyncio.gather(self._pump(reader, up_writer, False), self._pump(up_reader, writer, True))

    async def _pump(self, reader, writer, is_slow):
        try:
            while piece := await reader.read(self.PIECE):
                if is_slow:
                    # One line for all connections: each piece after the ones before it. A timer that was late is
                    # made up for.
                    now = time.monotonic()
                    self.free = max(self.free, now - self.LATENESS) + len(piece) / self.rate
                    await asyncio.sleep(max(0, self.free - now))
                asyncio.get_running_loop().call_later(self.LATENESS if is_slow else 0, writer.write, piece)
        except ConnectionError:
            pass
        asyncio.get_running_loop().call_later(2 * self.LATENESS, writer.close)


def first_moments(browsers, link, folder):
    """A browser follows the link: with nothing kept, then thrice with everything."""
    context = browsers.playwright.chromium.launch_persistent_context(
        folder, executable_path="/usr/bin/chromium", args=[*CHROMIUM, "--no-sandbox"],
        viewport={"width": 1280, "height": 800}, bypass_csp=True)
    result = {"first": [], "again": []}
    for label in ("first", "again", "again", "again"):
        # A browser that has just been started, or has just left a room, is busy with itself.
        time.sleep(4)
        page = context.new_page()
        page.add_init_script(LISTEN + FIRSTS)
        page.goto(link, wait_until="commit")
        page.wait_for_function("firsts.seen !== undefined && firsts.heard !== undefined", timeout=90000)
        result[label].append(page.evaluate("firsts"))
        time.sleep(3)
        # Who only closes the page is waited for, which keeps the other busy.
        page.evaluate("session.leave()")
        time.sleep(1)
        page.close()
    context.close()
    return result


def leave(page):
    """Leaves so that nobody waits for who may come back."""
    page.evaluate("session.leave()")
    time.sleep(2)
    page.context.browser.close()


def skew(browsers, link, query):
    place, _, secret = link.partition("#")
    anna = browsers.page(f"{place}{query}#{secret}", "Clapper", script=CLAP)
    anna.wait_for_function("told.status.includes('here')", timeout=60000)
    bring_avatar(anna, AVATAR)
    anna.evaluate("scene.stop()")
    ben = browsers.page(f"{place}{query}#{secret}", "Watcher", script=CLAP)
    ben.wait_for_function("told.status.includes('here')", timeout=60000)
    anna.evaluate("makeClaps()")
    ben.wait_for_function("[...session.others.values()][0].stream.states > 30", timeout=60000)
    time.sleep(20)
    ben.evaluate("watchClaps()")
    time.sleep(24)
    seen, heard = ben.evaluate("seen"), ben.evaluate("heardAt")
    lips = ben.evaluate("[...session.others.values()].map(({lips}) => ({...lips}))[0]")
    lips["latency"] = ben.evaluate("session.voices.latency")
    # Both as if the tone had been in the track when the mouth opened.
    offset = statistics.median(anna.evaluate("toneLate"))
    heard = [h - offset for h in heard]
    pairs = [(s, min(heard, key=lambda h: abs(h - s))) for s in seen] if heard else []
    late = [1000 * (s - h) for s, h in pairs if abs(s - h) < 0.7]
    leave(anna)
    leave(ben)
    return {"claps": len(late), "tone": 1000 * offset, "median": statistics.median(late) if late else None,
            "worst": max(late, key=abs) if late else None, "lips": lips}


def main():
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = RoomServer(Path(folder) / "data").start()
        browsers = Browsers(playwright)
        try:
            camera, voice = Path(folder) / "camera.mjpeg", Path(folder) / "voice.wav"
            clip = cache_folder() / "sample" / "WolfgangLanger_Pexels.mp4"
            subprocess.run(["ffmpeg", "-v", "error", "-t", "6", "-i", str(clip), "-an", "-vf",
                            "scale=640:360,fps=30,format=yuvj420p", "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg",
                            str(camera)], check=True)
            # Speech without pauses: noise suppression takes tones away.
            raw = Path(folder) / "raw.wav"
            subprocess.run(["espeak-ng", "-s", "190", "-w", str(raw),
                            "and on and on and on we go and never stop to breathe at all " * 3], check=True)
            subprocess.run(["ffmpeg", "-v", "error", "-i", str(raw), "-ar", "48000", "-ac", "1", str(voice)],
                           check=True)
            host = browsers.page(server.url + "/room/?echo=off", "Host", voice=voice, camera=camera)
            host.get_by_label("Your name").fill("Host")
            host.get_by_label("Seats").select_option("facing")
            host.get_by_role("button", name="Open it").click()
            host.wait_for_function("told.status.includes('here')", timeout=60000)
            bring_avatar(host, AVATAR)
            link = invite(host)
            press(host, "microphone")
            host.evaluate(MOVE)
            host.set_viewport_size({"width": 320, "height": 240})
            time.sleep(3)
            parts = sys.argv[1:] or ["arrival", "skew"]
            for label, megabits in (("this machine", None), ("20 Mbit/s", 20)):
                if "arrival" not in parts:
                    break
                way = link
                if megabits:
                    line = SlowLine(server.port, megabits)
                    way = link.replace(f":{server.port}/", f":{line.port}/")
                runs = [first_moments(browsers, way, Path(folder) / f"{label[:2]}-{k}") for k in range(3)]
                for which in ("first", "again"):
                    all = [visit for run in runs for visit in run[which]]
                    line = {key: round(statistics.median(visit[key] for visit in all), 2)
                            for key in ("opened", "started", "known", "seen", "heard")}
                    line["worst"] = round(max(max(visit["seen"], visit["heard"]) for visit in all), 2)
                    print(label, which, len(all), json.dumps(line), flush=True)
            leave(host)
            for query in ("", "?path=relay"):
                if "skew" not in parts:
                    break
                print("skew", query or "direct", json.dumps(skew(browsers, link, query)), flush=True)
        finally:
            for browser in browsers.open:
                browser.close()
            server.stop()


if __name__ == "__main__":
    main()
