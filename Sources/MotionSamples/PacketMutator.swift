public import Geometry

/// Ways to spoil datagrams and files.
public struct PacketMutator {
  private var random: SeededRandom

  /// The same seed spoils in the same ways.
  public init(seed: UInt64) { random = SeededRandom(seed: seed) }

  /// A number below `count`.
  public mutating func index(_ count: Int) -> Int { random.index(max(count, 1)) }

  /// Flips bits, overwrites, cuts off, takes out, repeats, splices, and lies about sizes.
  public mutating func spoil(_ bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var out = bytes
    for _ in 0...index(4) {
      if out.isEmpty { return [UInt8(index(256))] }
      let at = index(out.count)
      switch index(10) {
      case 0, 1: out[at] ^= 1 << UInt8(index(8))
      case 2: out[at] = UInt8(index(256))
      case 3: out[at] = [0, 1, 127, 128, 254, 255][index(6)]
      case 4: out.removeLast(out.count - at)
      case 5: out.removeSubrange(at..<min(out.count, at + 1 + index(16)))
      case 6:
        let part = Array(out[at..<min(out.count, at + 1 + index(16))])
        out.insert(contentsOf: part, at: at)
      case 7: if !other.isEmpty { out = Array(out[..<at]) + other[index(other.count)...] }
      case 8: out[at] = Array("0123456789-.,|&#=eEnaif/\",:[]{}".utf8)[index(31)]
      default:
        // Sizes are 1, 2 or 4 bytes long, in either order.
        let lie: UInt32 = [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF][index(8)]
        let length = [1, 2, 4][index(3)]
        let isBig = index(2) == 0
        for k in 0..<length where at + k < out.count {
          let shift = UInt32(8 * (isBig ? length - 1 - k : k))
          out[at + k] = UInt8(truncatingIfNeeded: lie >> shift)
        }
      }
    }
    return out
  }
}
