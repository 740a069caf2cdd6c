"""How fast the scene is drawn, beside the way of the first public viewers, in the same browser.

    <cache>/web-venv/bin/python Tests/Web/scene_benchmark.py [--splats FILE [--reference FILE.rgba]]

Both draw the same splats, in blocks, turn and turn about. Times are medians; on a software GPU the
ratio is that of the processor time of Chromium's GPU process, which other programs do not disturb.
Splats are a synthetic head's unless a file is given, in the format of Tests/Vectors/scene.
"""

import argparse
import json
import os
import statistics
from pathlib import Path

from playwright.sync_api import sync_playwright

import conftest


def gpu_seconds():
    """Processor time of the GPU process among this one's descendants."""
    parents, found = {}, None
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            parents[int(folder.name)] = int(fields[1])
            if "--type=gpu-process" not in (folder / "cmdline").read_text():
                continue
        except OSError:
            continue
        ancestor = int(folder.name)
        while ancestor > 1 and ancestor != os.getpid():
            ancestor = parents.get(ancestor) or parent_of(ancestor)
        if ancestor == os.getpid():
            found = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return found


def parent_of(process):
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splats")
    parser.add_argument("--reference", help="the native rasteriser's picture, for PSNR")
    parser.add_argument("--count", type=int, default=12000)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--gpu", action="store_true", help="not the software GPU")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    site = conftest.Site()
    site.mount("/tests", conftest.ROOT / "Tests" / "Web")
    options = {
        "count": arguments.count, "size": arguments.size, "rounds": arguments.rounds,
        "url": arguments.splats and site.mount("/given.splats", arguments.splats),
        "reference": arguments.reference and site.mount("/given.rgba", arguments.reference),
    }
    flags = ["--no-sandbox"] + ([] if arguments.gpu else conftest.CHROMIUM)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        page = browser.new_page()
        page.goto(site.url + "/tests/scene/page.html")
        module = "import('/tests/scene/benchmark.js')"
        def call(name, argument):
            return page.evaluate(f"async (o) => (await {module}).{name}(o)", argument)

        result = call("prepare", options)
        for part, moving in [("draw", False), ("whole", True)]:
            times, seconds = {"stage": [], "usual": []}, {"stage": [], "usual": []}
            for _ in range(arguments.rounds):
                for name in times:
                    before = gpu_seconds()
                    times[name] += call("block", {"name": name, "rounds": 3, "moving": moving})
                    seconds[name].append((gpu_seconds() - before) / 3)
            result[part] = {
                name: {"ms": statistics.median(times[name]),
                       "gpuProcessMs": 1000 * sum(seconds[name]) / arguments.rounds}
                for name in times}
            result[part]["ratio"] = (
                sum(times["usual"]) / sum(times["stage"]) if arguments.gpu
                else sum(seconds["usual"]) / sum(seconds["stage"]))
        if options["reference"]:
            result["psnr"] = call("likeness", options["reference"])
        result["parts"] = call("parts", {**options, "rounds": 60})
        browser.close()
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"{result['splats']} splats at {result['width']} × {result['height']}, "
          f"{result['renderer']}")
    for part, words in [("draw", "drawing"), ("whole", "new splats, then drawing")]:
        figures = result[part]
        stage, usual = figures["stage"], figures["usual"]
        print(f"  {words}: {stage['ms']:.1f} ms ({stage['gpuProcessMs']:.1f} of processor time), "
              f"the usual way {usual['ms']:.1f} ({usual['gpuProcessMs']:.1f}): "
              f"{figures['ratio']:.2f} times as fast")
    if "psnr" in result:
        print("  against the native rasteriser: "
              + ", ".join(f"{k} {v:.1f} dB" for k, v in result["psnr"].items()))
    cost = result["parts"]
    print(f"  on the page's own thread: taking a frame {cost['updateMs']:.2f} ms, "
          f"with drawing commands {cost['submitMs']:.2f} ms, "
          f"two avatars merged {cost['submitTwoMergedMs']:.2f} ms")


if __name__ == "__main__":
    main()
