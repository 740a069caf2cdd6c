"""Measures the picture of a room in Chromium and prints what it found as JSON.

    python Tests/Web/room_scene_figures.py [--avatar FILE] [--draw processor|gpu] [--people 3]
        [--surroundings conference] [--arrangement table] [--size 1280x720] [--seconds 8]

Run it with the Python that Scripts/test-web installs. States come thirty times a second for
everybody. `poses` are those that were shown, a second for each; `pictures` what the canvas showed;
`longest` the longest time between two pictures; `ready` the time from opening the room, its
avatars loaded, until everything was drawn as finely as it is drawn.
"""

import argparse
import json
import os

from playwright.sync_api import sync_playwright

from conftest import CHROMIUM, ROOT, Site, cache_folder

SEATS = {
    "facing": [1], "table": [4, 3, 5, 2, 6], "stage": [6, 5, 7, 4, 8, 3, 9, 2, 10, 1, 11],
    "sofa": [1, 2, 3],
}

MEASURE = """async ({ surroundings, arrangement, draw, seats, seconds }) => {
  const { RemoteAvatar } = room;
  const first = await RemoteAvatar.open("/figures.avatar");
  await first.whole;
  first.close();
  const begun = performance.now();
  const scene = room.open({ surroundings, arrangement, draw });
  const avatars = await room.seat(scene, "/figures.avatar", seats);
  await room.settled(scene);
  const ready = performance.now() - begun;
  const poses = avatars.map(() => 0), times = [];
  avatars.forEach((avatar, i) => {
    for (const name of ["draw", "pose"]) {
      const call = avatar[name].bind(avatar);
      avatar[name] = async (...all) => {
        const made = await call(...all);
        poses[i] += 1;
        return made;
      };
    }
  });
  scene.addEventListener("picture", () => times.push(performance.now()));
  const timer = setInterval(() => avatars.forEach((avatar, i) => {
    const wave = Math.sin(performance.now() / 180 + i);
    scene.show(i + 2, room.stateOf(avatar, { jawOpen: 0.3 + 0.3 * wave, turn: 0.05 * wave }));
  }), 1000 / 30);
  const start = performance.now();
  await new Promise((done) => setTimeout(done, 1000 * seconds));
  clearInterval(timer);
  const took = (performance.now() - start) / 1000;
  const gaps = times.slice(1).map((time, i) => time - times[i]);
  return {
    draws: scene.draws, ready: Math.round(ready),
    poses: poses.map((n) => Math.round((10 * n) / took) / 10),
    pictures: Math.round((10 * times.length) / took) / 10, longest: Math.round(Math.max(...gaps)),
  };
}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--avatar", default=cache_folder() / "tests" / "sample-draft-1.avatar")
    parser.add_argument("--draw", default="processor", choices=["processor", "gpu"])
    parser.add_argument("--people", type=int, default=3)
    parser.add_argument("--surroundings", default="conference")
    parser.add_argument("--arrangement", default="table", choices=SEATS)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    width, height = map(int, options.size.split("x"))
    site = Site()
    site.mount("/tests", ROOT / "Tests" / "Web")
    site.mount("/figures.avatar", options.avatar)
    arguments = CHROMIUM + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("VISAVIS_CHROMIUM", "/usr/bin/chromium"),
            args=arguments)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(site.url + "/tests/room-scene/page.html")
        page.wait_for_function("globalThis.room")
        found = page.evaluate(MEASURE, {
            "surroundings": options.surroundings, "arrangement": options.arrangement,
            "draw": options.draw, "seconds": options.seconds,
            "seats": SEATS[options.arrangement][:options.people]})
        browser.close()
    site.server.shutdown()
    print(json.dumps({"load": os.getloadavg()[0], **found}))


if __name__ == "__main__":
    main()
