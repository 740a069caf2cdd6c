import Geometry

/// Ways to spoil bytes.
struct Mutator {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// A number below `count`.
  mutating func index(_ count: Int) -> Int { random.index(max(count, 1)) }

  /// Flips bits, overwrites, cuts off, takes out, repeats, splices and lies about sizes.
  mutating func spoil(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var out = bytes
    for _ in 0...index(8) / 4 {
      if out.isEmpty { return [UInt8(index(256))] }
      let at = index(out.count)
      switch index(9) {
      case 0, 1: out[at] ^= 1 << UInt8(index(8))
      case 2: out[at] = UInt8(index(256))
      case 3: out[at] = [0, 1, 127, 128, 254, 255][index(6)]
      case 4: out.removeLast(out.count - at)
      case 5:
        let end = min(out.count, at + 1 + index(16))
        out.removeSubrange(at..<end)
      case 6:
        let end = min(out.count, at + 1 + index(16))
        out.insert(contentsOf: Array(out[at..<end]), at: at)
      case 7:
        // The rest is another's.
        if !other.isEmpty { out = Array(out[..<at]) + Array(other[index(other.count)...]) }
      default:
        // Sizes stand near the start, as 8, 16 or 32 bits.
        let at = index(min(out.count, 48))
        let lie = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF][index(8)]
        for k in 0..<[1, 2, 4][index(3)] where at + k < out.count {
          out[at + k] = UInt8(truncatingIfNeeded: lie >> (8 * k))
        }
      }
    }
    return out
  }
}
