/// The bytes that a network adds to each packet.
///
/// | layer | bytes | source |
/// |---|---|---|
/// | IPv4, IPv6 | 20, 40 | RFC 791 §3.1, RFC 8200 §3 |
/// | UDP | 8 | RFC 768 |
/// | DTLS 1.2, AES-GCM | 13 header + 8 nonce + 16 tag | RFC 6347 §4.1, RFC 5288 §3 |
/// | DTLS 1.2, ChaCha20-Poly1305 | 13 header + 16 tag | RFC 7905 §2 |
/// | DTLS 1.3 | 5 header + 1 type + 16 tag | RFC 9147 §4: 16-bit number, length, no connection id |
/// | SCTP | 12 header + 16 of the DATA chunk, padded to 4 | RFC 9260 §3.1, §3.3.1 |
/// | RTP under SRTP | 12 header + 10 tag | RFC 3550 §5.1, RFC 3711 §4.2 |
///
/// Of a WebRTC data channel each message is one DATA chunk (RFC 8831). Its selective
/// acknowledgements travel the other way, at least one per two packets (RFC 9260 §6.2): 28 bytes and
/// the headers below SCTP; ``returningBits(packetsPerSecond:)`` counts them.
public struct WireOverhead: Sendable, Equatable {
  /// How records are kept secret.
  public enum Security: Sendable, Equatable {
    /// Not at all.
    case none
    /// DTLS 1.2 with AES-128-GCM or AES-256-GCM.
    case dtls12GCM
    /// DTLS 1.2 with ChaCha20-Poly1305.
    case dtls12ChaCha
    /// DTLS 1.3.
    case dtls13
    /// SRTP with an 80-bit tag, RTP's header included.
    case srtp

    /// Bytes a record.
    public var bytes: Int {
      switch self {
      case .none: 0
      case .dtls12GCM: 13 + 8 + 16
      case .dtls12ChaCha: 13 + 16
      case .dtls13: 5 + 1 + 16
      case .srtp: 12 + 10
      }
    }
  }

  /// Bytes of IP's header.
  public var internetBytes: Int
  /// Bytes of UDP's.
  public var datagramBytes: Int
  /// The layer that encrypts.
  public var security: Security
  /// Whether SCTP frames the message.
  public var hasSCTP: Bool
  /// Whether the states ride in a packet that is sent anyway, and pay for none of the above.
  public var isRiding: Bool

  /// Makes a stack of layers; the default is a WebRTC data channel as browsers have it.
  public init(
    internetBytes: Int = 20, datagramBytes: Int = 8, security: Security = .dtls12GCM,
    hasSCTP: Bool = true, isRiding: Bool = false
  ) {
    self.internetBytes = internetBytes
    self.datagramBytes = datagramBytes
    self.security = security
    self.hasSCTP = hasSCTP
    self.isRiding = isRiding
  }

  /// A WebRTC data channel over IPv4 and DTLS 1.2: 93 bytes and padding.
  public static var dataChannel: WireOverhead { WireOverhead() }
  /// A plain UDP datagram over IPv4 and DTLS 1.2: 65 bytes.
  public static var secureDatagram: WireOverhead { WireOverhead(hasSCTP: false) }
  /// A plain UDP datagram over IPv4, neither secret nor authentic: 28 bytes.
  public static var datagram: WireOverhead { WireOverhead(security: .none, hasSCTP: false) }
  /// Inside a packet of sound: the byte of its length.
  public static var riding: WireOverhead { WireOverhead(isRiding: true) }

  /// Bytes on the wire of a packet of `payload` bytes.
  public func bytes(payload: Int) -> Int {
    if isRiding { return payload + (payload < 128 ? 1 : 2) }
    let message = hasSCTP ? 12 + 16 + (payload + 3) / 4 * 4 : payload
    return internetBytes + datagramBytes + security.bytes + message
  }

  /// Bits a second of packets with `payload` bytes in the mean.
  public func bits(payload: Double, packetsPerSecond: Double) -> Double {
    if isRiding { return (payload + 1) * 8 * packetsPerSecond }
    // Padding adds 1.5 bytes on average.
    let fixed = Double(bytes(payload: 0)) + (hasSCTP ? 1.5 : 0)
    return (fixed + payload) * 8 * packetsPerSecond
  }

  /// Bits a second of SCTP's own acknowledgements, which travel the other way; 0 without SCTP.
  public func returningBits(packetsPerSecond: Double) -> Double {
    if isRiding || !hasSCTP { return 0 }
    let bytes = internetBytes + datagramBytes + security.bytes + 12 + 16
    return Double(bytes) * 8 * packetsPerSecond / 2
  }
}
