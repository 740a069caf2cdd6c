"""Landmarks of every 24th frame of WolfgangLanger_Pexels.mp4, tracked by MediaPipe's FaceMesh.

    pip install mediapipe==0.10.14 && python pexels.py WolfgangLanger_Pexels.mp4 pexels.u16

Writes 20 frames of 468 points: x, y in 1/64 pixel, little-endian 16-bit. MediaPipe counts from the
corner pixel's middle and cuts its crops without half-pixel centres; the numbers are as it gives them.
"""
import sys

import cv2
import mediapipe
import numpy

mesh = mediapipe.solutions.face_mesh.FaceMesh(static_image_mode=False, max_num_faces=1)
video = cv2.VideoCapture(sys.argv[1])
rows = []
index = 0
while True:
    ok, frame = video.read()
    if not ok:
        break
    found = mesh.process(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)).multi_face_landmarks
    if index % 24 == 0:
        h, w = frame.shape[:2]
        rows.append([(p.x * w, p.y * h) for p in found[0].landmark])
    index += 1
numpy.round(numpy.array(rows) * 64).clip(0, 65535).astype("<u2").tofile(sys.argv[2])
