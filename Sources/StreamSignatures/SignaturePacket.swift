/// A datagram of kind 3: an owner's signature over a run of consecutive states.
///
///     0    1     2      4         5             6        10       12          18     34
///     kind epoch newest count − 1 key? │ group  stream   binding  wall clock  whole  groups … key? signature
///
/// A state's digest is SHA-256 of its number modulo 2¹⁶ and its canonical bytes; a group's is
/// SHA-256 of its states' digests, of which 8 bytes are sent; the run's is SHA-256 of its groups'
/// digests, of which 16 bytes are sent. The signature covers every byte before it and the context.
public struct SignaturePacket: Sendable, Equatable {
  /// Changes when the sender restarts.
  public var epoch: UInt8
  /// The number of the newest state covered, modulo 2¹⁶.
  public var newest: UInt16
  /// States covered, 1…256, and in each group but the last, 1…127.
  public var count, group: Int
  /// Chosen at random when a stream starts.
  public var stream: UInt32
  /// See ``SigningContext``.
  var binding: [UInt8]
  /// When the first state was signed, in milliseconds since 1970, 48 bits.
  public var wallClock: UInt64
  /// 16 bytes of the run's digest.
  var whole: [UInt8]
  /// 8 bytes of each group's digest.
  var groups: [[UInt8]]
  /// The owner's key, which is carried now and then.
  public var key: PublicKey?
  /// 64 bytes.
  var signature: [UInt8] = []

  static let headerLength = 34
  static let kindByte: UInt8 = 1 << 6 | 3 << 4

  /// Whether a datagram is of kind 3.
  public static func isSignature(_ datagram: [UInt8]) -> Bool {
    datagram.first.map { $0 & 0xF0 == kindByte } ?? false
  }

  /// The number of groups.
  var groupCount: Int { (count + group - 1) / group }

  /// The bytes before the signature.
  var signedBytes: [UInt8] {
    var out: [UInt8] = [
      Self.kindByte, epoch, UInt8(newest & 255), UInt8(newest >> 8), UInt8(count - 1),
      UInt8(group) | (key == nil ? 0 : 128),
    ]
    for shift in stride(from: 0, to: 32, by: 8) {
      out.append(UInt8(truncatingIfNeeded: stream >> UInt32(shift)))
    }
    out += binding
    for shift in stride(from: 0, to: 48, by: 8) {
      out.append(UInt8(truncatingIfNeeded: wallClock >> UInt64(shift)))
    }
    out += whole
    for digest in groups { out += digest }
    return out + (key?.bytes ?? [])
  }

  /// The datagram.
  public var bytes: [UInt8] { signedBytes + signature }

  /// Reads a datagram.
  ///
  /// - Throws: ``SignatureError/malformed(length:)``.
  public init(bytes: [UInt8]) throws(SignatureError) {
    guard bytes.count >= Self.headerLength, bytes[0] == Self.kindByte, bytes[5] & 127 > 0 else {
      throw .malformed(length: bytes.count)
    }
    epoch = bytes[1]
    newest = UInt16(bytes[2]) | UInt16(bytes[3]) << 8
    count = Int(bytes[4]) + 1
    group = Int(bytes[5] & 127)
    stream = (0..<4).reduce(0) { $0 | UInt32(bytes[6 + $1]) << UInt32(8 * $1) }
    binding = Array(bytes[10..<12])
    wallClock = (0..<6).reduce(0) { $0 | UInt64(bytes[12 + $1]) << UInt64(8 * $1) }
    whole = Array(bytes[18..<34])
    groups = []
    let n = (count + group - 1) / group
    let keyLength = bytes[5] & 128 != 0 ? 32 : 0
    let end = Self.headerLength + 8 * n
    guard bytes.count == end + keyLength + 64 else { throw .malformed(length: bytes.count) }
    for k in 0..<n { groups.append(Array(bytes[34 + 8 * k..<42 + 8 * k])) }
    key = keyLength > 0 ? PublicKey(bytes: Array(bytes[end..<end + 32])) : nil
    signature = Array(bytes.suffix(64))
  }

  init(
    epoch: UInt8, newest: UInt16, count: Int, group: Int, stream: UInt32, binding: [UInt8],
    wallClock: UInt64, digests: [[UInt8]], key: PublicKey?
  ) {
    self.epoch = epoch
    self.newest = newest
    self.count = count
    self.group = group
    self.stream = stream
    self.binding = binding
    self.wallClock = wallClock
    let groups = SignatureDigests.groups(digests, of: group)
    whole = Array(SignatureDigests.of(groups).prefix(16))
    self.groups = groups.map { Array($0.prefix(8)) }
    self.key = key
  }
}
