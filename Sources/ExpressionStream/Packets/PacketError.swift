/// Why a datagram was refused. Nothing was changed by it unless the case says so.
public enum PacketError: Error, Equatable, Sendable {
  /// Fewer bytes than the layout needs.
  case truncated(needed: Int, available: Int)
  /// Longer than any datagram is.
  case tooLong(Int)
  /// The version in byte 0 is not known.
  case unsupportedVersion(UInt8)
  /// Bits that must be zero are not.
  case reservedBits(UInt8)
  /// Another kind of packet than the one expected here.
  case unexpectedKind(UInt8)
  /// Made before the sender's latest restart, or by another sender.
  case foreignEpoch(expected: UInt8, found: UInt8)
  /// The configuration of this epoch is not known yet; acknowledgements ask for it.
  case configurationMissing(epoch: UInt8)
  /// More states than a receiver remembers.
  case tooManyStates(Int)
  /// The states are older than what the receiver remembers.
  case tooOld(newest: UInt32, known: UInt32)
  /// The first state is coded against one that the receiver does not have.
  case referenceMissing(UInt32)
  /// The coded states were refused; those before the fault were accepted.
  case damaged(StreamError)
  /// The sections after the states do not add up.
  case malformedSection(offset: Int)
  /// An acknowledgement of states that were never sent.
  case impossibleAcknowledgement(newest: UInt32, sent: UInt32)
  /// More receivers than a sender serves.
  case tooManyReceivers(Int)
  /// A configuration larger than is allowed, or fragments that contradict each other.
  case malformedFragment
  /// All fragments are there, but their checksum does not hold; all were forgotten.
  case configurationDamaged(expected: UInt32, found: UInt32)
}
