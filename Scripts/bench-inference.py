#!/usr/bin/env python3
"""Times our engine and LiteRT (XNNPACK) on the same models, one thread each, in turns.

    swift build -c release --product inference-bench
    python3 Scripts/bench-inference.py [--models DIR] [--level v4] [MODEL …]

Prints a table: median milliseconds of 50 runs (in five turns of ten, so that other work on the
machine meets both), the best of each, and the ratios; with --json a list of objects instead. Needs
numpy and ai-edge-litert.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter

MODELS = [
    "face_landmark", "iris_landmark", "face_detection_short_range",
    "face_detection_full_range_sparse", "selfie_segmentation", "selfie_segmentation_landscape",
    "palm_detection_lite", "palm_detection_full", "hand_landmark_lite", "hand_landmark_full",
    "pose_detection", "pose_landmark_full",
]


def main():
    root = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=pathlib.Path,
                        default=pathlib.Path.home() / ".cache/visavis/models")
    parser.add_argument("--bench", type=pathlib.Path,
                        default=root / ".build/release/inference-bench")
    parser.add_argument("--level", help="baseline, v3 or v4; the best by default")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("names", nargs="*", default=MODELS)
    options = parser.parse_args()
    environment = dict(os.environ)
    if options.level:
        environment["VISAVIS_SIMD"] = options.level

    rows = []
    if not options.json:
        print(f"{'model':34} {'MMAC':>6} {'ours':>8} {'LiteRT':>8} {'ratio':>6} {'best ratio':>10}")
    for name in options.names:
        path = options.models / f"{name}.tflite"
        interpreter = Interpreter(str(path), num_threads=1)
        interpreter.allocate_tensors()
        detail = interpreter.get_input_details()[0]
        pixels = np.arange(np.prod(detail["shape"])) % 251 / 251
        interpreter.set_tensor(
            detail["index"], pixels.astype(np.float32).reshape(detail["shape"]))
        ours, theirs = [], []
        for _ in range(5):
            for turn in range(12):
                start = time.perf_counter()
                interpreter.invoke()
                if turn >= 2:
                    theirs.append(1e3 * (time.perf_counter() - start))
            line = json.loads(subprocess.run(
                [options.bench, "--runs", "10", "--list", path], env=environment, check=True,
                capture_output=True, text=True).stdout)
            ours += line["all_ms"]
        row = {
            "model": name, "mmacs": line["mmacs"], "ours": statistics.median(ours),
            "litert": statistics.median(theirs), "best": min(ours) / min(theirs)}
        row["ratio"] = row["ours"] / row["litert"]
        rows.append(row)
        if not options.json:
            print(f"{name:34} {row['mmacs']:6.1f} {row['ours']:8.3f} {row['litert']:8.3f} "
                  f"{row['ratio']:6.2f} {row['best']:10.2f}")
    if options.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
