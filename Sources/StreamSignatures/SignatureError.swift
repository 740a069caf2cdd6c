/// Why a signature, or states that it covers, are refused.
public enum SignatureError: Error, Equatable, Sendable {
  /// The datagram has another length than its counts call for, or is none of a signature.
  case malformed(length: Int)
  /// No key is expected, and the datagram carries none.
  case unknownKey
  /// Signed by somebody else.
  case foreignKey(found: PublicKey)
  /// Signed for another room or call, or another configuration.
  case otherContext
  /// The bytes are not those that the owner signed.
  case invalidSignature
  /// Another stream of the same owner.
  case otherStream(expected: UInt32, found: UInt32)
  /// Not later than what was accepted before it; milliseconds since 1970.
  case timeWentBack(to: UInt64, from: UInt64)
  /// Too far from the receiver's clock; milliseconds since 1970.
  case notFresh(signed: UInt64, now: UInt64)
  /// Some of its states are covered by another signature.
  case alreadyCovered(first: UInt32, last: UInt32)
  /// The states are not those that the owner signed.
  case alteredStates(first: UInt32, last: UInt32)
}
