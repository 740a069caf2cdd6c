"""Heads of other programs, by numpy alone: makes a synthetic one, and draws one as 3D Gaussian splatting is
written down (Kerbl et al. 2023), splat by splat in 64-bit numbers. Ours is compared with that.

    python heads.py make FILE.zip
"""

import json
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np

LOOKS = [f"eyeLook{way}{side}" for side in ("Left", "Right") for way in ("In", "Out", "Up", "Down")]


def ball(center, radii, rings, sides):
    """Points and triangles of an ellipsoid without its poles."""
    polar = np.pi * (np.arange(rings + 1) + 0.5) / (rings + 1)
    around = 2 * np.pi * np.arange(sides) / sides
    p, a = np.meshgrid(polar, around, indexing="ij")
    points = np.stack([np.sin(p) * np.sin(a), np.cos(p), np.sin(p) * np.cos(a)], -1)
    triangles = []
    for r in range(rings):
        for s in range(sides):
            k, n = r * sides + s, r * sides + (s + 1) % sides
            triangles += [(k, k + sides, n), (n, k + sides, n + sides)]
    return np.array(center) + points.reshape(-1, 3) * radii, np.array(triangles)


def make(path):
    """Writes an archive as LAM does: skin.glb with sparse targets, and offset.ply."""
    random = np.random.default_rng(3)
    parts = [ball((0, 1.68, 0), (0.075, 0.12, 0.09), 40, 60)]
    parts += [ball((x, 1.69, 0.065), (0.013, 0.013, 0.0133), 8, 12) for x in (0.031, -0.031)]
    points, triangles, marks = [], [], []
    for k, (p, t) in enumerate(parts):
        triangles.append(t + sum(map(len, points)))
        points.append(p)
        marks += [k] * len(p)
    points, triangles, marks = np.concatenate(points), np.concatenate(triangles), np.array(marks)
    targets = {}
    jaw = np.zeros_like(points)
    low = (points[:, 1] < 1.66) & (marks == 0)
    jaw[low] = np.outer((1.66 - points[low, 1]) / 0.1, [0, -0.02, -0.005])
    targets["jawOpen"] = jaw
    smile = np.zeros_like(points)
    smile[:, 0] = 0.01 * np.exp(-np.sum((points - [0.03, 1.64, 0.08]) ** 2, 1) / 0.0006)
    targets["mouthSmileLeft"] = smile * (np.abs(smile) > 1e-5)
    for name in LOOKS:
        delta = np.zeros_like(points)
        delta[marks == (1 if name.endswith("Left") else 2), 0] = 0.003
        targets[name] = delta

    binary, views, accessors = bytearray(), [], []

    def view(array):
        while len(binary) % 4:
            binary.append(0)
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": array.nbytes})
        binary.extend(array.tobytes())
        return len(views) - 1

    def add(array, kind, component, count):
        accessors.append(
            {"bufferView": view(array), "componentType": component, "count": count, "type": kind})
        return len(accessors) - 1

    n = len(points)
    weights = np.zeros((n, 4), "<f4")
    weights[np.arange(n), np.where(points[:, 1] > 1.62, 2, np.where(points[:, 1] > 1.59, 1, 0))] = 1
    attributes = {
        "POSITION": add(points.astype("<f4"), "VEC3", 5126, n),
        "JOINTS_0": add(np.tile(np.array([0, 1, 2, 0], np.uint8), (n, 1)), "VEC4", 5121, n),
        "WEIGHTS_0": add(weights, "VEC4", 5126, n),
    }
    indices = add(triangles.astype("<u2"), "SCALAR", 5123, triangles.size)
    sparse = []
    for delta in targets.values():
        moved = np.flatnonzero(np.any(delta != 0, axis=1))
        accessors.append(
            {
                "componentType": 5126, "count": n, "type": "VEC3",
                "sparse": {
                    "count": len(moved),
                    "indices": {"bufferView": view(moved.astype("<u2")), "componentType": 5123},
                    "values": {"bufferView": view(delta[moved].astype("<f4"))},
                },
            })
        sparse.append({"POSITION": len(accessors) - 1})
    gltf = {
        "asset": {"version": "2.0"}, "buffers": [{"byteLength": len(binary)}],
        "bufferViews": views, "accessors": accessors,
        "meshes": [
            {
                "primitives": [{"attributes": attributes, "indices": indices, "targets": sparse}],
                "extras": {"targetNames": list(targets)},
            }],
        "skins": [{"joints": [1, 2, 3]}],
        "nodes": [
            {"mesh": 0, "skin": 0}, {"name": "chest", "children": [2]},
            {"name": "neck", "children": [3]}, {"name": "head"}],
    }
    text = json.dumps(gltf).encode()
    text += b" " * (-len(text) % 4)
    binary.extend(bytes(-len(binary) % 4))
    glb = struct.pack("<IIIII", 0x46546C67, 2, 28 + len(text) + len(binary), len(text), 0x4E4F534A)
    glb += text + struct.pack("<II", len(binary), 0x004E4942) + bytes(binary)

    turn = random.normal(size=(n, 4))
    turn /= np.linalg.norm(turn, axis=1, keepdims=True)
    rows = np.concatenate(
        [
            random.normal(size=(n, 3)) * 0.0003, np.zeros((n, 3)), random.random((n, 3)),
            random.normal(size=(n, 1)) + 1, random.uniform(-7, -5.3, (n, 3)), turn,
        ], 1)
    names = "x y z nx ny nz f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2".split()
    names += [f"rot_{k}" for k in range(4)]
    header = f"ply\nformat binary_little_endian 1.0\nelement vertex {n}\n"
    header += "".join(f"property float {name}\n" for name in names) + "end_header\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("head/skin.glb", glb)
        archive.writestr("head/offset.ply", header.encode() + rows.astype("<f4").tobytes())


class Head:
    """An archive's contents."""

    def __init__(self, path):
        with zipfile.ZipFile(path) as archive:
            def entry(name):
                found = [i for i in archive.namelist()
                         if i.endswith("/" + name) and not i.startswith("__MACOSX")]
                return archive.read(found[0])
            glb, ply = entry("skin.glb"), entry("offset.ply")
        length = struct.unpack("<I", glb[12:16])[0]
        self.gltf, self.binary = json.loads(glb[20 : 20 + length]), glb[28 + length :]
        mesh = self.gltf["meshes"][0]
        primitive = mesh["primitives"][0]
        self.points = self.numbers(primitive["attributes"]["POSITION"], "<f4", 3).astype(float)
        self.targets = dict(
            zip(mesh["extras"]["targetNames"], (t["POSITION"] for t in primitive["targets"])))
        self.triangles = self.numbers(primitive["indices"], "<u2", 3).astype(int)
        start = ply.index(b"end_header\n") + 11
        names = [line.split()[2] for line in ply[:start].decode().splitlines()
                 if line.startswith("property")]
        rows = np.frombuffer(ply, "<f4", offset=start).reshape(-1, len(names)).astype(float)
        column = {name: rows[:, k] for k, name in enumerate(names)}
        self.centers = self.points + np.stack([column[k] for k in "xyz"], 1)
        self.colors = np.stack([column[f"f_dc_{k}"] for k in range(3)], 1)
        self.opacity = 1 / (1 + np.exp(-column["opacity"]))
        w, x, y, z = (column[f"rot_{k}"] for k in range(4))
        scale = np.exp(np.stack([column[f"scale_{k}"] for k in range(3)], 1))
        turn = np.stack(
            [
                1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
                2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
                2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
            ], 1).reshape(-1, 3, 3)
        self.axes = turn * scale[:, None, :]

    def view(self, number, kind, count):
        view = self.gltf["bufferViews"][number]
        return np.frombuffer(self.binary, kind, count, view.get("byteOffset", 0))

    def numbers(self, number, kind, width):
        accessor = self.gltf["accessors"][number]
        elements = {"SCALAR": 1, "VEC3": 3}[accessor["type"]]
        count = accessor["count"] * elements
        return self.view(accessor["bufferView"], kind, count).reshape(-1, width)

    def delta(self, name):
        """What a target adds at 1."""
        accessor = self.gltf["accessors"][self.targets[name]]
        sparse = accessor["sparse"]
        result = np.zeros_like(self.points)
        kind = {5123: "<u2", 5125: "<u4"}[sparse["indices"]["componentType"]]
        places = self.view(sparse["indices"]["bufferView"], kind, sparse["count"])
        values = self.view(sparse["values"]["bufferView"], "<f4", 3 * sparse["count"])
        result[places] = values.reshape(-1, 3)
        return result

    def eyes_middle(self):
        """Half-way between the eyeballs: parts of the mesh that targets for looking move."""
        centers = []
        for side in ("Left", "Right"):
            moved = np.abs(self.delta(f"eyeLookIn{side}")).max(1) > 1e-4
            parent = np.arange(len(self.points))
            changed = True
            while changed:
                low = parent[self.triangles].min(1)
                before = parent.copy()
                for k in range(3):
                    np.minimum.at(parent, self.triangles[:, k], low)
                parent = parent[parent]
                changed = np.any(parent != before)
            labels, counts = np.unique(parent, return_counts=True)
            best = max(
                (label for label, count in zip(labels, counts) if count < len(parent) / 2),
                key=lambda label: np.count_nonzero(moved[parent == label]))
            ball = self.points[parent == best]
            centers.append((ball.min(0) + ball.max(0)) / 2)
        return np.mean(centers, 0)


def draw(head, weights, size, focal, turn=np.eye(3), distance=60):
    """A picture over black and its transmittance, as ours is asked for: centimetres, 0.9 of life size."""
    centers = head.centers.copy()
    for name, weight in weights.items():
        centers += weight * head.delta(name)
    face = np.diag([1.0, -1, -1]) @ turn
    centers = (centers - head.eyes_middle()) * 90 + [0, 2.1, 1.95]
    centers = centers @ face.T + [0, 0, distance]
    axes = np.einsum("ij,njk->nik", face, head.axes * 90)
    x, y, z = centers.T
    # The perspective's slope is clamped as Kerbl's, where splats lie far beside the picture.
    reach = 1.3 * size / 2 / focal
    u, v = (np.clip(q / z, -reach, reach) for q in (x, y))
    slope = np.zeros((len(z), 2, 3))
    slope[:, 0, 0] = slope[:, 1, 1] = focal / z
    slope[:, 0, 2], slope[:, 1, 2] = -focal * u / z, -focal * v / z
    flat = slope @ axes
    covariance = flat @ flat.transpose(0, 2, 1) + 0.3 * np.eye(2)
    middle = np.stack([focal * x / z, focal * y / z], 1) + size / 2
    inverse = np.linalg.inv(covariance)
    radius = np.ceil(3.4 * np.sqrt(np.stack([covariance[:, 0, 0], covariance[:, 1, 1]], 1)))
    picture, clear = np.zeros((size, size, 3)), np.ones((size, size))
    for i in np.argsort(z, kind="stable"):
        low = np.maximum(np.floor(middle[i] - radius[i]), 0).astype(int)
        high = np.minimum(np.ceil(middle[i] + radius[i]), size).astype(int)
        if z[i] < 1 or np.any(low >= high):
            continue
        dx = np.arange(low[0], high[0]) + 0.5 - middle[i, 0]
        dy = (np.arange(low[1], high[1]) + 0.5 - middle[i, 1])[:, None]
        a, b, c = inverse[i, 0, 0], inverse[i, 0, 1], inverse[i, 1, 1]
        alpha = head.opacity[i] * np.exp(-0.5 * (a * dx * dx + c * dy * dy) - b * dx * dy)
        alpha = np.where(alpha < 1 / 255, 0, np.minimum(alpha, 0.99))
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        picture[part] += (alpha * clear[part])[:, :, None] * head.colors[i]
        clear[part] *= 1 - alpha
    return picture, clear


def draw_mesh(points, triangles, coordinates, texture, size, focal, distance):
    """A textured mesh from the front, and where it is; coordinates count from the picture's upper left."""
    z = distance - points[:, 2]
    flat = np.stack([points[:, 0], -points[:, 1]], 1) / z[:, None] * focal + size / 2
    picture, depth = np.zeros((size, size, 3)), np.full((size, size), np.inf)
    limit = np.array(texture.shape[1::-1]) - 1
    for t in triangles:
        a, b, c = flat[t]
        area = (b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])
        low = np.clip(np.floor(flat[t].min(0)), 0, size - 1).astype(int)
        high = np.clip(np.ceil(flat[t].max(0)), 0, size - 1).astype(int) + 1
        if abs(area) < 1e-9:
            continue
        y, x = np.mgrid[low[1] : high[1], low[0] : high[0]] + 0.5
        second = ((x - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (y - a[1])) / area
        third = ((b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1])) / area
        share = np.stack([1 - second - third, second, third], -1)
        part = (slice(low[1], high[1]), slice(low[0], high[0]))
        inside = np.all(share >= 0, -1) & (share @ z[t] < depth[part])
        texel = np.clip(share @ coordinates[t] * (limit + 1), 0, limit).astype(int)[inside]
        depth[part][inside] = (share @ z[t])[inside]
        picture[part][inside] = texture[texel[:, 1], texel[:, 0]]
    return picture, np.isfinite(depth)


if __name__ == "__main__":
    assert sys.argv[1] == "make"
    make(Path(sys.argv[2]))
