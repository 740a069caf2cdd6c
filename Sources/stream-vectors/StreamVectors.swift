import ExpressionStream

/// What `vectors.json` holds; bytes are hexadecimal.
struct StreamVectors: Codable, Equatable {
  /// States coded one after the other, each against a given one.
  struct Chain: Codable, Equatable {
    var name: String
    /// States after it that the encoder knew of each state.
    var lookahead: Int
    var packets: [Packet]
  }

  /// A datagram of a chain.
  struct Packet: Codable, Equatable {
    /// How many states it holds, and how far its first state's reference lies back; 0 for a key.
    var count, distance: Int
    var datagram: String
    /// What canonical bytes hold of each state, as decimal numbers: ticks, then every component's
    /// steps.
    var states: [String]
  }

  /// A sender and a receiver with a network between them that takes some packets.
  struct Link: Codable, Equatable {
    var name: String
    /// "acknowledged" or "broadcast".
    var delivery: String
    var repeats, statesPerPacket, epoch: Int
    var steps: [Step]
  }

  /// What becomes of one state of a link.
  struct Step: Codable, Equatable {
    /// The datagram that the sender makes after it; empty while states gather.
    var packet: String
    /// Whether the network takes it.
    var isLost: Bool
    /// The low 16 bits of the numbers of the states that the receiver adds.
    var accepted: [UInt16]
    /// The CRC-32 of their canonical bytes, in order.
    var canonical: UInt32
    /// What the receiver answers; empty where no acknowledgement is due.
    var answer: String
  }

  /// The file `recording.vvs`.
  struct Recording: Codable, Equatable {
    var states: Int
    /// The CRC-32 of the canonical bytes of all states, in order.
    var canonical: UInt32
    /// Whose signatures lie in it, and the context that they are bound to, as text.
    var publicKey, context: String
    /// The stream's number, and the wall clock of its first state, in milliseconds since 1970.
    var stream: UInt32
    var wallClock: UInt64
  }

  /// The times of the states in ticks.
  var times: [Int]
  /// The configuration's identifier.
  var identifier: UInt32
  /// The first ten bytes of each datagram of the configuration, in epoch 5; the rest is its part.
  var fragmentHeaders: [String]
  var chains: [Chain]
  var links: [Link]
  var recording: Recording
}

/// Bytes as digits.
enum Hexadecimal {
  static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  static func bytes(_ text: String) -> [UInt8] {
    let digits = text.map { UInt8($0.hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}

/// Canonical bytes as numbers.
enum CanonicalText {
  /// The ticks, i64, then every component's steps, i32, all little-endian.
  static func text(_ bytes: [UInt8]) -> String {
    func number(_ i: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[i + $1]) << UInt64(8 * $1) }
    }
    let steps = stride(from: 8, to: bytes.count, by: 4).map {
      Int64(Int32(bitPattern: UInt32(number($0, 4))))
    }
    return ([Int64(bitPattern: number(0, 8))] + steps).map(String.init).joined(separator: " ")
  }
}
