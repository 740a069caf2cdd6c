/// SHA-256 (FIPS 180-4), of bytes that come in pieces.
///
/// Written out because this module also runs in browsers, where swift-crypto does not build and the
/// browser's own digest answers only later.
public struct SHA256: Sendable {
  /// Bytes in a digest.
  public static var digestLength: Int { 32 }

  private var state: [UInt32]
  /// The sixteen words of the block that is being filled, then those that follow from them.
  private var schedule = [UInt32](repeating: 0, count: 64)
  private let constants: [UInt32]
  /// Bytes in the block that is being filled, and in all.
  private var filled = 0
  private var length: UInt64 = 0

  /// The digest of nothing, so far.
  public init() {
    state = Self.start
    constants = Self.rounds
  }

  /// The digest of bytes that are all there.
  public static func hash(_ bytes: [UInt8]) -> [UInt8] {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// Takes the next bytes.
  public mutating func update(_ bytes: [UInt8]) {
    for byte in bytes { append(byte) }
    length &+= UInt64(bytes.count)
  }

  /// Ends the message; returns its 32 bytes.
  public mutating func finalize() -> [UInt8] {
    append(0x80)
    while filled != 56 { append(0) }
    let bits = length &* 8
    for shift in stride(from: 56, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    var digest: [UInt8] = []
    digest.reserveCapacity(Self.digestLength)
    for word in state {
      for shift in [24, 16, 8, 0] as [UInt32] {
        digest.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return digest
  }

  private mutating func append(_ byte: UInt8) {
    schedule[filled >> 2] = schedule[filled >> 2] << 8 | UInt32(byte)
    filled += 1
    if filled == 64 {
      compress()
      filled = 0
    }
  }

  /// Section 6.2.2, steps 1 to 4.
  private mutating func compress() {
    for t in 16..<64 {
      let x = schedule[t - 15], y = schedule[t - 2]
      let s0 = Self.rotated(x, 7) ^ Self.rotated(x, 18) ^ x >> 3
      let s1 = Self.rotated(y, 17) ^ Self.rotated(y, 19) ^ y >> 10
      schedule[t] = schedule[t - 16] &+ s0 &+ schedule[t - 7] &+ s1
    }
    var a = state[0], b = state[1], c = state[2], d = state[3]
    var e = state[4], f = state[5], g = state[6], h = state[7]
    for t in 0..<64 {
      let s1 = Self.rotated(e, 6) ^ Self.rotated(e, 11) ^ Self.rotated(e, 25)
      let choice = e & f ^ ~e & g
      let t1 = h &+ s1 &+ choice &+ constants[t] &+ schedule[t]
      let s0 = Self.rotated(a, 2) ^ Self.rotated(a, 13) ^ Self.rotated(a, 22)
      let t2 = s0 &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e) = (g, f, e, d &+ t1)
      (d, c, b, a) = (c, b, a, t1 &+ t2)
    }
    let step = [a, b, c, d, e, f, g, h]
    for i in 0..<8 { state[i] = state[i] &+ step[i] }
  }

  @inline(__always)
  private static func rotated(_ x: UInt32, _ n: UInt32) -> UInt32 { x >> n | x << (32 - n) }
}

extension SHA256 {
  /// The fractions of the square roots of the first 8 primes, 32 bits of each.
  private static let start: [UInt32] = [
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
    0x1f83d9ab, 0x5be0cd19,
  ]

  /// The same of the cube roots of the first 64.
  private static let rounds: [UInt32] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
  ]
}
