/// What a packet between participants holds.
enum PacketKind: UInt8, Sendable, CaseIterable {
  /// A datagram of a stream: states, configuration, signature.
  case datagram = 1
  /// A receiver's acknowledgement, to one.
  case acknowledgement = 2
  /// Voice: the time of its first sample, one Opus packet.
  case voice = 3
  /// Where a walking participant stands.
  case place = 4

  /// Whether a payload may be this long.
  func allows(length: Int) -> Bool {
    switch self {
    case .datagram: (1...2048).contains(length)
    case .acknowledgement: (1...1024).contains(length)
    case .voice: (5...1500).contains(length)
    case .place: length == 16
    }
  }
}
