/// The 52 expression coefficients of one moment, each 0…1.
public struct Expression: Sendable, Equatable {
  /// The coefficients in ``ExpressionChannel`` order; the last twelve lanes stay zero.
  @usableFromInline
  var lanes: SIMD64<Float>

  /// The neutral face.
  @inlinable
  public init() { lanes = .zero }

  /// The coefficient of a channel.
  @inlinable
  public subscript(channel: ExpressionChannel) -> Float {
    get { lanes[channel.rawValue] }
    set { lanes[channel.rawValue] = newValue }
  }

  /// The coefficient at an index 0..<52.
  @inlinable
  public subscript(index: Int) -> Float {
    get {
      precondition(index < ExpressionChannel.count)
      return lanes[index]
    }
    set {
      precondition(index < ExpressionChannel.count)
      lanes[index] = newValue
    }
  }
}
