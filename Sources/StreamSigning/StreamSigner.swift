public import ExpressionStream
public import StreamSignatures

/// Signs states in runs of some seconds.
public struct StreamSigner: Sendable {
  /// How often, and in how large groups.
  public typealias Options = RunOptions

  private let key: SigningKey
  private var collector: RunCollector

  /// Starts a stream.
  ///
  /// - Parameters:
  ///   - epoch: of its datagrams.
  ///   - stream: tells streams apart; random unless given.
  public init(
    key: SigningKey, context: SigningContext, epoch: UInt8, options: Options = Options(),
    stream: UInt32 = .random(in: 0 ... .max)
  ) {
    self.key = key
    collector = RunCollector(
      key: key.publicKey, context: context, epoch: epoch, options: options, stream: stream)
  }

  /// Takes the next state.
  ///
  /// - Parameter wallClock: milliseconds since 1970.
  /// - Returns: datagrams to send: none, or a signature; two where numbers are skipped.
  /// - Complexity: a hash of the state; every ``RunOptions/run`` states a signature, about 50 µs.
  public mutating func add(_ state: CodedState, wallClock now: UInt64) -> [[UInt8]] {
    collector.add(state, wallClock: now).map(signed)
  }

  /// Signs what is left.
  public mutating func finish() -> [[UInt8]] { collector.finish().map(signed) }

  private func signed(_ run: UnsignedRun) -> [UInt8] {
    guard let datagram = run.datagram(signature: key.signature(for: run.message)) else {
      preconditionFailure("Ed25519 signatures have 64 bytes")
    }
    return datagram
  }
}
