import Crypto
public import ExpressionStream

/// What a signature is bound to besides the states, known to both ends and never sent.
public struct SigningContext: Sendable, Equatable {
  /// SHA-256 of the coded configuration: steps mean nothing without it.
  let configuration: [UInt8]
  /// The room or call, so that what was signed for one cannot be played in another.
  let context: [UInt8]

  /// Binds to a configuration and, say, a room's name.
  ///
  /// - Parameter context: at most 65,535 bytes.
  public init(configuration: StreamConfiguration, context: [UInt8]) {
    precondition(context.count < 65536)
    self.configuration = Array(SHA256.hash(data: configuration.encoded()))
    self.context = context
  }

  /// The bytes that both ends prepend to what is signed.
  func message(_ packet: some Collection<UInt8>) -> [UInt8] {
    Array("visavis stream signature 1".utf8) + configuration
      + [UInt8(context.count & 255), UInt8(context.count >> 8)] + context + packet
  }

  /// Two bytes that let a receiver tell a foreign context from an altered packet.
  var binding: [UInt8] { Array(SHA256.hash(data: message([])).prefix(2)) }
}

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
    let groups = Digests.groups(digests, of: group)
    whole = Array(Digests.of(groups).prefix(16))
    self.groups = groups.map { Array($0.prefix(8)) }
    self.key = key
  }
}

/// The tree of digests.
enum Digests {
  static func of(_ state: CodedState) -> [UInt8] {
    var hash = SHA256()
    hash.update(data: [UInt8(state.number & 255), UInt8(state.number >> 8 & 255)])
    hash.update(data: state.canonicalBytes)
    return Array(hash.finalize())
  }

  /// Of digests one level below.
  static func of(_ digests: [[UInt8]]) -> [UInt8] {
    var hash = SHA256()
    for digest in digests { hash.update(data: digest) }
    return Array(hash.finalize())
  }

  static func groups(_ digests: [[UInt8]], of size: Int) -> [[UInt8]] {
    stride(from: 0, to: digests.count, by: size).map {
      of(Array(digests[$0..<min($0 + size, digests.count)]))
    }
  }
}
