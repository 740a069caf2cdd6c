"""A room of splats and a box of triangles that nobody has a copyright in, to be brought as scenes."""

import json
import math
import struct

PROPERTIES = ("x y z nx ny nz f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 "
              "rot_0 rot_1 rot_2 rot_3").split()
HARMONIC = 0.28209479

RED, BLUE, GREEN, WHITE, GREY = (0.8, 0.1, 0.1), (0.1, 0.15, 0.85), (0.1, 0.6, 0.15), (0.9, 0.9, 0.85), (0.4, 0.4, 0.4)


def walls(side=6.0, height=3.0, steps=36, scale=1.0, lift=0.0):
    """Points, colours and the axis across each, of a room around the origin, floor at `lift`: red towards −z, blue
    towards +z, a green floor, white sides and a grey ceiling. y is up."""
    half = side / 2
    grid = [(i + 0.5) / steps for i in range(steps)]
    points = []
    for u in grid:
        for v in grid:
            a, h = side * u - half, height * v
            points += [((a, h, -half), RED, 2), ((a, h, half), BLUE, 2)]
            points += [((-half, h, a), WHITE, 0), ((half, h, a), WHITE, 0)]
            b = side * v - half
            points += [((a, 0, b), GREEN, 1), ((a, height, b), GREY, 1)]
    return [(tuple(scale * p for p in (x, y + lift, z)), *rest) for (x, y, z), *rest in points]


def ply(points, radius):
    """Flat splats in PLY as programs of 3D Gaussian splatting write it: y down, z forward."""
    header = ["ply", "format binary_little_endian 1.0", f"element vertex {len(points)}"]
    header += [f"property float {name}" for name in PROPERTIES] + ["end_header", ""]
    rows = []
    for (x, y, z), color, axis in points:
        sizes = [math.log(radius * (0.1 if k == axis else 1)) for k in range(3)]
        dc = [(c - 0.5) / HARMONIC for c in color]
        rows.append(struct.pack("<17f", x, -y, -z, 0, 0, 0, *dc, 6.0, *sizes, 1, 0, 0, 0))
    return "\n".join(header).encode() + b"".join(rows)


def splat_room(path, scale=1.0, lift=0.0, steps=36):
    path.write_bytes(ply(walls(scale=scale, lift=lift, steps=steps), 0.1 * scale * 36 / steps))
    return path


def mesh_room(path, side=6.0, height=3.0):
    """The same walls and floor as rectangles of a GLB, colours by materials, three of them."""
    half = side / 2
    faces = [
        ([(-half, 0, -half), (half, 0, -half), (-half, height, -half), (half, height, -half)], 0),
        ([(-half, 0, half), (half, 0, half), (-half, height, half), (half, height, half)], 1),
        ([(-half, 0, -half), (half, 0, -half), (-half, 0, half), (half, 0, half)], 2),
    ]
    binary, views, accessors, primitives = b"", [], [], []

    def add(data, component, kind, count, **more):
        nonlocal binary
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(data)})
        binary += data + b"\0" * (-len(data) % 4)
        accessors.append({"bufferView": len(views) - 1, "componentType": component, "type": kind, "count": count, **more})
        return len(accessors) - 1

    for corners, material in faces:
        low, high = ([f(c[k] for c in corners) for k in range(3)] for f in (min, max))
        position = add(b"".join(struct.pack("<3f", *c) for c in corners), 5126, "VEC3", 4, min=low, max=high)
        index = add(struct.pack("<6H", 0, 1, 2, 2, 1, 3), 5123, "SCALAR", 6)
        primitives.append({"attributes": {"POSITION": position}, "indices": index, "material": material})
    linear = [[*(c ** 2.2 for c in color), 1] for color in (RED, BLUE, GREEN)]
    root = {
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": primitives}], "accessors": accessors, "bufferViews": views,
        "buffers": [{"byteLength": len(binary)}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": c, "metallicFactor": 0}} for c in linear],
    }
    text = json.dumps(root).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(binary)
    path.write_bytes(b"glTF" + struct.pack("<II", 2, total) + struct.pack("<I", len(text)) + b"JSON" + text
                     + struct.pack("<I", len(binary)) + b"BIN\0" + binary)
    return path
