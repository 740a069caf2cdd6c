"""Reads what exchange-samples wrote with readers that are not ours: plyfile, trimesh, pygltflib, Pillow, and
SPZ's documented layout with gzip and zstandard. Prints a line a check; fails at the first that is wrong."""

import gzip
import struct
import sys
from pathlib import Path

import numpy as np
import pygltflib
import trimesh
import zstandard
from plyfile import PlyData

import heads

HARMONIC = 0.28209479177387814
folder = Path(sys.argv[1])
truth = np.loadtxt(folder / "scene.csv", delimiter=",")
position, rotation = truth[:, 0:3], truth[:, 3:7]
scale, opacity, color = truth[:, 7:10], truth[:, 10], truth[:, 11:14]
passed = 0


def check(name, wrong, limit):
    global passed
    wrong = float(np.max(np.abs(wrong)))
    assert wrong <= limit, f"{name}: {wrong} is more than {limit}"
    passed += 1
    print(f"{name}: within {wrong:.2g}")


def turned(a, b):
    """How far quaternions are apart, either sign being the same turn."""
    return 1 - np.abs(np.sum(a * b, axis=1))


def check_ply():
    vertex = PlyData.read(folder / "scene.ply")["vertex"]
    flip = np.array([1, -1, -1])
    check("ply position", np.stack([vertex[n] for n in "xyz"], 1) * flip - position, 1e-6)
    check("ply scale", np.exp([vertex[f"scale_{k}"] for k in range(3)]).T / scale - 1, 1e-4)
    check("ply opacity", 1 / (1 + np.exp(-vertex["opacity"])) - opacity, 1e-5)
    dc = np.stack([vertex[f"f_dc_{k}"] for k in range(3)], 1)
    check("ply colour", dc * HARMONIC + 0.5 - color, 1e-5)
    w, x, y, z = (vertex[f"rot_{k}"] for k in range(4))
    check("ply rotation", turned(np.stack([x, -y, -z, w], 1), rotation), 1e-5)


def accessor(gltf, index):
    a = gltf.accessors[index]
    view = gltf.bufferViews[a.bufferView]
    kind = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}[a.componentType]
    width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}[a.type]
    start = (view.byteOffset or 0) + (a.byteOffset or 0)
    values = np.frombuffer(gltf.binary_blob(), kind, a.count * width, start)
    return values.reshape(a.count, width) if width > 1 else values


def check_glb():
    gltf = pygltflib.GLTF2().load(str(folder / "scene.glb"))
    assert "KHR_gaussian_splatting" in gltf.extensionsUsed
    primitive = gltf.meshes[0].primitives[0]
    assert primitive.mode == 0
    settings = primitive.extensions["KHR_gaussian_splatting"]
    assert settings["kernel"] == "ellipse" and settings["colorSpace"] == "srgb_rec709_display"
    # The names have a colon, so they are read from the JSON as it stands.
    raw = (folder / "scene.glb").read_bytes()
    length = struct.unpack("<I", raw[12:16])[0]
    import json

    names = json.loads(raw[20 : 20 + length])["meshes"][0]["primitives"][0]["attributes"]
    prefix = "KHR_gaussian_splatting:"
    check("glb position", accessor(gltf, names["POSITION"]) - position, 1e-6)
    check("glb rotation", turned(accessor(gltf, names[prefix + "ROTATION"]), rotation), 1e-5)
    check("glb scale, linear", accessor(gltf, names[prefix + "SCALE"]) - scale, 1e-8)
    check("glb opacity", accessor(gltf, names[prefix + "OPACITY"]) - opacity, 1e-6)
    dc = accessor(gltf, names[prefix + "SH_DEGREE_0_COEF_0"])
    check("glb colour", dc * HARMONIC + 0.5 - color, 1e-6)


def check_spz(version):
    raw = (folder / f"scene-{version}.spz").read_bytes()
    sizes = [9, 1, 3, 3, 4, 0]
    if version == 3:
        raw = gzip.decompress(raw)
        magic, found, count, degree, bits, flags, _ = struct.unpack("<IIIBBBB", raw[:16])
        parts, start = [], 16
        for size in sizes:
            parts.append(raw[start : start + size * count])
            start += size * count
        assert start == len(raw)
    else:
        magic, found, count, degree, bits, flags, streams, table = struct.unpack(
            "<IIIBBBBI", raw[:20]
        )
        assert streams == 6 and raw[20:32] == bytes(12)
        parts, start = [], table + 16 * streams
        for k in range(streams):
            packed, plain = struct.unpack_from("<QQ", raw, table + 16 * k)
            part = raw[start : start + packed]
            parts.append(zstandard.ZstdDecompressor().decompress(part, max_output_size=plain or 1))
            assert len(parts[-1]) == plain == sizes[k] * count
            start += packed
        assert start == len(raw)
    assert (magic, found, count, degree) == (0x5053474E, version, len(truth), 0)
    b = np.frombuffer(parts[0], np.uint8).reshape(-1, 3, 3).astype(np.int64)
    fixed = b[:, :, 0] | b[:, :, 1] << 8 | b[:, :, 2] << 16
    fixed = np.where(fixed >= 1 << 23, fixed - (1 << 24), fixed)
    check(f"spz {version} position", fixed / (1 << bits) - position, 2e-6)
    check(f"spz {version} opacity", np.frombuffer(parts[1], np.uint8) / 255 - opacity, 0.002)
    c = np.frombuffer(parts[2], np.uint8).reshape(-1, 3)
    check(f"spz {version} colour", (c / 255 - 0.5) / 0.15 * HARMONIC + 0.5 - color, 0.0038)
    s = np.frombuffer(parts[3], np.uint8).reshape(-1, 3)
    check(f"spz {version} scale", np.exp(s / 16 - 10.0) / scale - 1, 0.033)
    words = np.frombuffer(parts[4], "<u4")
    turns = np.zeros((count, 4))
    for i, word in enumerate(words):
        word, largest, total = int(word), int(word) >> 30, 0.0
        for k in (3, 2, 1, 0):
            if k != largest:
                v = (word & 511) / 511 / np.sqrt(2)
                turns[i, k] = -v if word & 512 else v
                total += v * v
                word >>= 10
        turns[i, largest] = np.sqrt(1 - total)
    check(f"spz {version} rotation", turned(turns, rotation), 1e-5)


def check_texture(mesh, texture):
    """The textured mesh from the front against the splats that the texture was baked from."""
    picture, covered = heads.draw_mesh(
        mesh.vertices, mesh.faces, mesh.visual.uv * [1, -1] + [0, 1], texture, 512, 900, 0.5)
    ours = np.fromfile(folder / "avatar.f32", "<f4").reshape(4, 512, 512).transpose(1, 2, 0)
    # The face, without what only one of the two has: hair around it, and clothes.
    face = np.zeros((512, 512), bool)
    face[190:330, 190:322] = True
    face &= covered & (ours[:, :, 3] < 0.05)
    assert np.count_nonzero(face) > 10_000
    likeness = -10 * np.log10(np.mean((picture - ours[:, :, :3])[face] ** 2))
    print(f"texture: {likeness:.1f} dB in the face")
    check("texture", max(22 - likeness, 0), 0)


def check_avatar():
    mesh = trimesh.load(folder / "avatar.glb", force="mesh", process=False)
    height = mesh.bounds[1][1] - mesh.bounds[0][1]
    assert 0.2 < height < 0.7, f"a head of {height} m"
    assert len(mesh.faces) > 1000
    gltf = pygltflib.GLTF2().load(str(folder / "avatar.glb"))
    image = gltf.images[0]
    view = gltf.bufferViews[image.bufferView]
    assert image.mimeType == "image/png" and view.byteLength < 2_000_000
    texture = mesh.visual.material.baseColorTexture
    assert texture.size == (1024, 1024) and gltf.meshes[0].primitives[0].attributes.COLOR_0 is None
    check_texture(mesh, np.asarray(texture.convert("RGB")) / 255)
    assert len(gltf.meshes[0].extras["targetNames"]) == 52
    assert len(gltf.meshes[0].primitives[0].targets) == 52
    moved = accessor(gltf, gltf.meshes[0].primitives[0].targets[17]["POSITION"])
    assert np.abs(moved).max() > 0.005, "an open jaw moves by millimetres"
    vrm = pygltflib.GLTF2().load_binary(str(folder / "avatar.vrm"))
    bones = vrm.extensions["VRMC_vrm"]["humanoid"]["humanBones"]
    assert len(bones) == 17 and vrm.extensions["VRMC_vrm"]["specVersion"] == "1.0"
    weights = accessor(vrm, vrm.meshes[0].primitives[0].attributes.WEIGHTS_0)
    check("vrm weights sum to one", weights.sum(axis=1) - 1, 1e-5)
    moving = pygltflib.GLTF2().load(str(folder / "animation.glb"))
    sampler = moving.animations[0].samplers[2]
    values = accessor(moving, sampler.output).reshape(-1, 52)
    check("animation weights", values[:, 17] - np.arange(10) / 10, 1e-6)


def check_heads():
    """Heads of other programs, drawn by us, against splatting in numpy."""
    size, turned = 512, np.radians(20)
    turn = np.array(
        [[np.cos(turned), 0, np.sin(turned)], [0, 1, 0], [-np.sin(turned), 0, np.cos(turned)]])
    face = {"jawOpen": 0.6, "mouthSmileLeft": 1.0}
    # At rest and turned both draw the same; in motion ours also turn with their neighbours.
    wanted = {"rest": ({}, np.eye(3), 50), "turned": ({}, turn, 50), "face": (face, np.eye(3), 32)}
    for path in sys.argv[2:]:
        head = heads.Head(path)
        for name, (weights, pose, least) in wanted.items():
            ours = np.fromfile(folder / f"{Path(path).stem}-{name}.f32", "<f4")
            ours = ours.reshape(4, size, size)
            picture, clear = heads.draw(head, weights, size, 900, pose)
            grey = 0.5
            wrong = (ours[:3] + grey * ours[3]).transpose(1, 2, 0) - picture - grey * clear[:, :, None]
            likeness = -10 * np.log10(np.mean(wrong**2))
            print(f"{Path(path).stem}, {name}: {likeness:.1f} dB")
            check(f"{Path(path).stem} {name}", max(least - likeness, 0), 0)


check_ply()
check_glb()
check_spz(3)
check_spz(4)
if (folder / "avatar.glb").exists():
    check_avatar()
check_heads()
print(f"Exchange: {passed} checks passed.")
