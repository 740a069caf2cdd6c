internal import StreamSignatures

/// What signatures are bound to.
struct SigningTerms {
  let key: PublicKey?
  let context: SigningContext

  /// Takes it from bytes, as many as the lengths say.
  init(_ bytes: [UInt8], _ lengths: SigningLengths) {
    key = PublicKey(bytes: Array(bytes[..<lengths.key]))
    let middle = lengths.key + lengths.configuration
    context = SigningContext(
      codedConfiguration: Array(bytes[lengths.key..<middle]), context: Array(bytes[middle...]))
  }
}

extension UInt64 {
  /// Milliseconds since 1970 as pages count them; nil for what is no time within 48 bits.
  init?(milliseconds: Double) {
    guard milliseconds >= 0, milliseconds < 281_474_976_710_656 else { return nil }
    self = UInt64(milliseconds)
  }
}
