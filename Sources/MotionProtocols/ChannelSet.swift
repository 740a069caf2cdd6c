public import FaceRig

/// Some of the 52 expression coefficients.
public struct ChannelSet: OptionSet, Sendable, Hashable {
  /// A bit a channel.
  public var rawValue: UInt64

  /// A set of bits.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// A set of channels.
  public init(_ channels: some Sequence<ExpressionChannel>) {
    rawValue = channels.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
  }

  /// All of them.
  public static let all = ChannelSet(rawValue: (1 << UInt64(ExpressionChannel.count)) - 1)

  /// Whether a channel is among them.
  public func contains(_ channel: ExpressionChannel) -> Bool {
    rawValue >> UInt64(channel.rawValue) & 1 != 0
  }

  /// Adds a channel.
  public mutating func insert(_ channel: ExpressionChannel) {
    rawValue |= 1 << UInt64(channel.rawValue)
  }

  /// The channels, in their order.
  public var channels: [ExpressionChannel] { ExpressionChannel.allCases.filter(contains) }
}

extension ExpressionChannel {
  /// The channel of a name, whatever its case.
  public init?(name: String) {
    guard let channel = Self.byName[name.lowercased()] else { return nil }
    self = channel
  }

  private static let byName = Dictionary(
    uniqueKeysWithValues: allCases.map { ("\($0)".lowercased(), $0) })
}
