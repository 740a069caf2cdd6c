"""A second decoder, written from docs/stream-format.md alone, that checks the golden vectors here.

    python3 Tests/Vectors/stream/decode.py

It is slow, needs nothing but Python 3.9, and says what it found equal.
"""

import json
import math
import struct
import zlib
from copy import deepcopy
from pathlib import Path

HERE = Path(__file__).resolve().parent


def f32(x):
    """The float nearest to a result of one operation on floats."""
    return struct.unpack("<f", struct.pack("<f", x))[0]


def clamp(x, low, high):
    return min(max(x, low), high)


def divide(a, b):
    """The quotient towards zero."""
    return a // b if (a < 0) == (b < 0) else -(-a // b)


def int32(x):
    return (x + (1 << 31)) % (1 << 32) - (1 << 31)


# Elementary functions: doubles, rounded once.


def exp(x):
    if not x > -104:
        return 0.0
    if x > 89:
        return math.inf
    d = x * 1.442695040888963407
    n = float(round(d))
    r = (d - n) * 0.693147180559945309
    p = 1 / 39916800
    for k in (3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2, 1, 1):
        p = p * r + 1 / k
    return f32(p * 2.0 ** int(n))


def log(x):
    mantissa, exponent = math.frexp(x)
    mantissa, exponent = mantissa * 2, exponent - 1
    if mantissa > 1.4142135623730951:
        mantissa, exponent = mantissa * 0.5, exponent + 1
    t = (mantissa - 1) / (mantissa + 1)
    s = t * t
    p = 1 / 15
    for k in (13, 11, 9, 7, 5, 3, 1):
        p = p * s + 1 / k
    return f32(2 * t * p + exponent * 0.693147180559945309)


def sin_cos(x):
    if not abs(x) <= 1e9:
        return 0.0, 1.0
    n = float(round(x * 0.636619772367581343))
    r = (x - n * 1.57079632673412561417) - n * 6.07710050650619224932e-11
    s = r * r
    a = -1 / 39916800
    for term in (1 / 362880, -1 / 5040, 1 / 120, -1 / 6):
        a = a * s + term
    sine = r + r * s * a
    b = 1 / 479001600
    for term in (-1 / 3628800, 1 / 40320, -1 / 720, 1 / 24, -0.5):
        b = b * s + term
    cosine = 1 + s * b
    turned = ((sine, cosine), (cosine, -sine), (-sine, -cosine), (-cosine, sine))
    return tuple(f32(v) for v in turned[int(n) & 3])


# Tables.

LOGITS = []
for k in range(4096):
    p = f32(f32(k + 0.5) / 4096)
    LOGITS.append(clamp(round(f32(log(f32(p / f32(1 - p))) * 256)), -2047, 2047))
PROBABILITIES = []
for k in range(4096):
    p = f32(65536 / f32(1 + exp(f32((2048 - k) / 256))))
    PROBABILITIES.append(clamp(round(p), 32, 65504))
RATES = [131072 // (2 * k + 3) // 2 for k in range(121)]


class Configuration:
    def __init__(self, data):
        self.data = data
        self.quality, _, self.interval = struct.unpack_from("<HHI", data)
        (self.n,) = struct.unpack_from("<I", data, 32)
        n, at = self.n, 36
        numbers = struct.unpack_from(f"<{12 + 2 * n}f", data, at)
        self.rotation, self.translation = numbers[:9], numbers[9:12]
        self.mean, self.units = numbers[12:12 + n], numbers[12 + n:]
        at += 4 * len(numbers)
        increments, levels = data[at:at + n], data[at + n:at + 2 * n]
        columns = struct.unpack_from(f"<{n * n}b", data, at + 2 * n)
        assert at + 2 * n + n * n == len(data)
        self.basis = [
            [f32(columns[k * n + i] * self.units[i]) for i in range(n)] for k in range(n)]
        self.step = f32(f32(0.285) * exp(f32(-self.quality * f32(0.11512925))))
        self.increments = [
            int(clamp(f32(f32(self.scale(v) / self.step) * 100), 4, 1536)) for v in increments]
        self.levels = [self.level(f32(self.scale(v) / self.step)) for v in levels]

    @staticmethod
    def scale(octaves):
        return exp(f32(f32(octaves / 8 - 25) * f32(0.69314718)))

    @staticmethod
    def level(steps):
        return clamp(round(f32(f32(log(max(steps, f32(1e-3))) * 2) + 3)), 0, 19)


class Decoder:
    """Reads decisions; the range coder."""

    def __init__(self, data):
        self.data, self.next = data, 0
        self.low, self.high, self.value = 0, 0xFFFFFFFF, 0
        for _ in range(4):
            self.value = self.value << 8 | self.byte()

    def byte(self):
        self.next += 1
        return self.data[self.next - 1] if self.next <= len(self.data) else 0

    def decision(self, one):
        middle = self.low + ((self.high - self.low) * one >> 16)
        bit = 1 if self.value <= middle else 0
        if bit:
            self.high = middle
        else:
            self.low = middle + 1
        while (self.low ^ self.high) >> 24 == 0:
            self.low = self.low << 8 & 0xFFFFFFFF
            self.high = self.high << 8 & 0xFFFFFFFF | 255
            self.value = self.value << 8 & 0xFFFFFFFF | self.byte()
        return bit

    def evenly(self, count):
        bits = 0
        for _ in range(count):
            bits = bits << 1 | self.decision(32768)
        return bits


class Kind:
    """Counters of a kind of decision, `[view][context]`, and weights, `[set][view]`."""

    def __init__(self, sizes, sets, assumed=None):
        even = 65536 // len(sizes)
        weight = even if len(sizes) == 1 else even * 9 // 8
        self.weights = [[weight] * len(sizes) for _ in range(sets)]
        self.counters = [
            [[32768, 0] if assumed is None else [assumed(v, c), 6] for c in range(size)]
            for v, size in enumerate(sizes)]


def move(counter, bit):
    target = 65535 if bit else 0
    counter[0] += (target - counter[0]) * RATES[counter[1]] >> 15
    counter[1] = min(counter[1] + 1, 120)


def thousandths(x):
    return x * 65536 // 1000


def alone(counter, decoder):
    bit = decoder.decision(clamp(counter[0], 64, 65472))
    move(counter, bit)
    return bit


def mixed(kind, contexts, chosen, decoder):
    counters = [view[c] for view, c in zip(kind.counters, contexts)]
    logits = [LOGITS[e >> 4] for e, _ in counters]
    weights = kind.weights[chosen]
    total = sum(x * w for x, w in zip(logits, weights)) >> 16
    one = PROBABILITIES[clamp(total, -2047, 2047) + 2048]
    bit = decoder.decision(one)
    error = (bit << 16) - one
    for v, counter in enumerate(counters):
        weights[v] += logits[v] * error >> 14
        move(counter, bit)
    return bit


BY_ACTIVITY = [20, 50, 95, 160, 240, 340, 460, 590, 720, 850]


def assumed_nonzero(view, c):
    if view in (0, 2):
        return thousandths(BY_ACTIVITY[c % 10])
    if view == 1:
        return thousandths(min(850, 60 + 110 * (c % 9 // 3 + c % 3) + 60 * (c % 54 // 9)))
    if view == 3:
        return thousandths(min(800, 40 + 90 * (c % 8)))
    return thousandths((120, 330, 550)[c // 3 % 3])


def assumed_larger(view, c):
    if view == 0:
        return thousandths(min(800, 60 + 60 * (c // 2 % 10)))
    if view == 1:
        return thousandths(200 + 50 * (c // 2 % 6))
    return thousandths(420 - 20 * (c % 12))


def assumed_width(_, c):
    size, k = divmod(c, 20)

    def tail(k):
        edge = 0.5 if k == 0 else f32((1 << min(k, 24)) - 0.5)
        return exp(f32(-edge / exp(f32((size - 3) * 0.5))))

    above = 1.0 if k == 0 else tail(k - 1)
    return int(f32(clamp(f32(tail(k) / max(above, f32(1e-12))), f32(0.001), f32(0.995)) * 65536))


class Memory:
    """What both ends keep of a state."""

    def __init__(self, c):
        n = c.n
        self.values, self.last, self.before, self.drift = ([0] * n for _ in range(4))
        self.quick, self.slow = list(c.increments), list(c.increments)
        self.activity, self.ticks, self.late = 128, 0, 0
        self.nonzero = Kind([30, 162, 180, 288, 9 * n], 36, assumed_nonzero)
        self.negative = Kind([9, n, 70], 1)
        self.larger = Kind([300, 180, 180], 1, assumed_larger)
        self.unexpected = Kind([2], 1, lambda _, c: thousandths((20, 400)[c]))
        self.later = Kind([16], 1)
        self.width = Kind([400], 1, assumed_width)


def above(v, edges):
    return sum(v >= e for e in edges)


def near_class(v):
    return above(v, (26, 77, 154, 256, 410))


def activity_class(v):
    return above(min(max(v, 0) >> 3, 70), (1, 3, 5, 8, 13, 19, 29, 45, 70))


def drift_class(v):
    size = above(abs(v), (26, 77, 205))
    return size + 3 if v < 0 and size > 0 else size


def sign_class(v):
    return 0 if v == 0 else 1 if v > 0 else 2


def code_size(m, i, own, near, odd, decoder):
    signs = sign_class(m.last[i]) + 3 * sign_class(m.before[i])
    drift = drift_class(m.drift[i]) * 10 + own
    negative = mixed(m.negative, (signs, i, drift), 0, decoder)
    size = 1
    while size < 16:
        row = size - 1
        contexts = ((row * 10 + own) * 2 + odd, (row * 6 + near) * 2 + odd,
                    row * 12 + min(i // 2, 11))
        if not mixed(m.larger, contexts, 0, decoder):
            break
        size += 1
    if size == 16:
        width = 0
        while width < 20 and decoder.decision(32768):
            width += 1
        size = min(size + (1 << width | decoder.evenly(width)) - 1, 1 << 20)
    return -size if negative else size


def code_components(c, m, distance, decoder):
    spread = math.isqrt(distance << 16)
    near = total = condition = 0
    for i in range(c.n):
        quick, slow = m.quick[i], m.slow[i]
        own = activity_class((quick * 179 + slow * 77 >> 8) * spread >> 8)
        lasting = activity_class(slow * spread >> 8)
        last, before = min(abs(m.last[i]), 2), min(abs(m.before[i]), 2)
        close, kind = near_class(near), max(condition - 1, 0)
        mean = total * (65536 // i) >> 8 if i else 0
        contexts = (
            own + 10 * kind, last * 3 + before + 9 * close + 54 * kind,
            lasting + 10 * close + 60 * kind,
            near_class(m.activity + mean) + 8 * min(i // 4, 11) + 96 * kind,
            (i * 3 + last) * 3 + kind)
        symbol = mixed(m.nonzero, contexts, min(i // 8, 11) * 3 + kind, decoder)
        if symbol:
            symbol = code_size(m, i, own, close, condition >> 1, decoder)
        size = abs(symbol)
        near = 3 * near + min(size, 3) * 384 >> 2
        total += min(size, 4)
        scaled = (min(size, 6) << 16) // spread
        m.quick[i] += (scaled - quick) * 77 >> 8
        m.slow[i] += (scaled - slow) * 18 >> 8
        m.before[i], m.last[i] = m.last[i], symbol
        movement = symbol * 2
        if condition >= 2 and symbol:
            movement -= 1 if symbol > 0 else -1
        m.drift[i] = (m.drift[i] >> 1) + clamp(movement, -64, 64) * 64
        m.values[i] = clamp(m.values[i] + movement, -(1 << 20), 1 << 20)
        condition = ((0, 2), (2, 0), (1, 3), (3, 1))[condition][symbol & 1]
    m.activity = (m.activity >> 1) + divide(total * 384, c.n)


def code_time(c, m, distance, decoder):
    m.ticks += distance * c.interval
    m.late = alone(m.unexpected.counters[0][m.late], decoder)
    if m.late:
        negative = decoder.decision(32768)
        width = 0
        while width < 20 and alone(m.later.counters[0][min(width, 15)], decoder):
            width += 1
        off = 1 << width | decoder.evenly(width)
        m.ticks += 90 * (-off if negative else off)


def code_key(c, m, decoder):
    m.ticks = decoder.evenly(40)
    for i in range(c.n):
        width = 0
        while width < 20 and alone(m.width.counters[0][c.levels[i] * 20 + min(width, 19)], decoder):
            width += 1
        if width:
            negative = decoder.decision(32768)
            value = 1 << width - 1 | decoder.evenly(width - 1)
            m.values[i] = -value if negative else value


def read_states(c, memories, datagram):
    """Reads a datagram of states into `memories`; returns their numbers mod 2¹⁶."""
    flags, _, newest, count, distance = struct.unpack_from("<BBHBB", datagram)
    count, at, end = count + 1, 6, len(datagram)
    assert flags & 0xF7 == 0x40
    if flags & 8:
        length, at = datagram[6], 7
        if length > 127:
            length, at = length & 127 | datagram[7] << 7, 8
        end = at + length
    decoder = Decoder(datagram[at:end])
    numbers = [newest - count + 1 + k & 0xFFFF for k in range(count)]
    for k, number in enumerate(numbers):
        back = distance if k == 0 else 1
        if back:
            m = deepcopy(memories[number - back & 0xFFFF])
            code_time(c, m, back, decoder)
            code_components(c, m, back, decoder)
        else:
            m = Memory(c)
            code_key(c, m, decoder)
        assert decoder.next - len(decoder.data) <= 4
        memories[number] = m
    return numbers


def canonical(m):
    return struct.pack(f"<q{len(m.values)}i", m.ticks, *m.values)


# What is shown.


def dot(a, b):
    return f32(f32(f32(a[0] * b[0]) + f32(a[1] * b[1])) + f32(a[2] * b[2]))


def over_length(a):
    length = f32(math.sqrt(dot(a, a)))
    return [f32(v / length) for v in a]


def small_rotation(w):
    a, second = over_length((1.0, -w[2], w[1])), (w[2], 1.0, -w[0])
    share = dot(a, second)
    b = over_length([f32(y - f32(x * share)) for x, y in zip(a, second)])
    return a, b, [
        f32(f32(a[i] * b[j]) - f32(a[j] * b[i])) for i, j in ((1, 2), (2, 0), (0, 1))]


def rotation(w):
    angle = f32(math.sqrt(dot(w, w)))
    if angle < f32(1e-6):
        return small_rotation(w)
    x, y, z = (f32(v / angle) for v in w)
    s, c = sin_cos(angle)
    q = f32(1 - c)

    def term(a, b, rest, sign):
        return f32(f32(f32(a * b) * q) + sign * rest)

    sx, sy, sz = f32(x * s), f32(y * s), f32(z * s)
    return (
        (f32(c + f32(f32(x * x) * q)), term(x, y, sz, -1), term(x, z, sy, 1)),
        (term(y, x, sz, 1), f32(c + f32(f32(y * y) * q)), term(y, z, sx, -1)),
        (term(z, x, sy, -1), term(z, y, sx, 1), f32(c + f32(f32(z * z) * q))))


def pose(c, x):
    z = f32(50 * exp(clamp(x[5], f32(-3.9), f32(5.29))))
    turn = rotation(x[:3])
    columns = [c.rotation[k::3] for k in range(3)]
    # a · b is taken by rows of the transpose of b.
    turned = [dot(columns[k], row) for row in turn for k in range(3)]
    return turned + [f32(x[3] * z), f32(x[4] * z), z]


def shown(c, m):
    x = list(c.mean)
    for k in range(c.n):
        if m.values[k]:
            amount = f32(m.values[k] * c.step)
            x = [f32(a + f32(b * amount)) for a, b in zip(x, c.basis[k])]
    return ([clamp(v, 0.0, 1.0) for v in x[:52]] + x[52:56] + pose(c, x[56:62])
            + pose(c, x[62:68]) + x[68:])


def main():
    configuration = Configuration((HERE / "configuration.bin").read_bytes())
    vectors = json.loads((HERE / "vectors.json").read_text())
    assert zlib.crc32(configuration.data) == vectors["identifier"]
    states = 0
    for chain in vectors["chains"]:
        memories = {}
        for packet in chain["packets"]:
            numbers = read_states(configuration, memories, bytes.fromhex(packet["datagram"]))
            for number, expected in zip(numbers, packet["states"]):
                m = memories[number]
                found = " ".join(map(str, [m.ticks] + m.values))
                assert found == expected, (chain["name"], number, found, expected)
                states += 1
        if chain is vectors["chains"][0]:
            floats = [v for k in range(8) for v in shown(configuration, memories[k])]
            assert struct.pack(f"<{len(floats)}f", *floats) == (HERE / "shown.f32").read_bytes()
    for link in vectors["links"]:
        memories = {}
        for step in link["steps"]:
            if not step["packet"] or step["isLost"]:
                continue
            read_states(configuration, memories, bytes.fromhex(step["packet"]))
            together = b"".join(canonical(memories[k]) for k in step["accepted"])
            assert zlib.crc32(together) == step["canonical"], (link["name"], step["accepted"])
            states += len(step["accepted"])
    states += read_recording(vectors["recording"])
    print(f"{states} states are those of the vectors; 8 are shown with the same bits")


def read_recording(facts):
    data = (HERE / "recording.vvs").read_bytes()
    assert data[:8] == b"VVST\x02\0\0\0"
    at, memories, together, count = 8, {}, b"", 0
    while at < len(data):
        frame = int.from_bytes(data[at:at + 3], "little")
        kind, length = frame >> 22, frame & 0x3FFFFF
        contents = data[at + 3:at + 3 + length]
        assert zlib.crc32(data[at:at + 3 + length]) == struct.unpack_from("<I", data, at + 3 + length)[0]
        at += length + 7
        if kind == 1:
            configuration = Configuration(contents)
        elif kind == 0 and contents[0] >> 4 == 4:
            for number in read_states(configuration, memories, contents):
                together += canonical(memories[number])
                count += 1
    assert count == facts["states"] and zlib.crc32(together) == facts["canonical"]
    return count


if __name__ == "__main__":
    main()
