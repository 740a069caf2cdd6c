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
    self.init(codedConfiguration: configuration.encoded(), context: context)
  }

  /// Binds to a configuration's bytes, where nothing reads them, and, say, a room's name.
  ///
  /// - Parameter context: at most 65,535 bytes.
  public init(codedConfiguration: [UInt8], context: [UInt8]) {
    precondition(context.count < 65536)
    configuration = SHA256.hash(codedConfiguration)
    self.context = context
  }

  /// The bytes that both ends prepend to what is signed.
  public func message(_ packet: [UInt8]) -> [UInt8] {
    Array("visavis stream signature 1".utf8) + configuration
      + [UInt8(context.count & 255), UInt8(context.count >> 8)] + context + packet
  }

  /// Two bytes that let a receiver tell a foreign context from an altered packet.
  var binding: [UInt8] { Array(SHA256.hash(message([])).prefix(2)) }
}
