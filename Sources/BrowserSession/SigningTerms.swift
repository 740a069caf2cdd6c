internal import StreamSignatures

/// How many bytes of what signatures are bound to lie in a room: key, configuration, context.
public struct SigningLengths {
  let key, configuration, context: Int

  /// - Parameter key: 32, or 0 where it is not known.
  public init(key: Int32, configuration: Int32, context: Int32) {
    (self.key, self.configuration) = (Int(key), Int(configuration))
    self.context = Int(context)
  }

  /// All of them; −1 where one is impossible.
  var count: Int {
    let isPossible =
      (key == 0 || key == PublicKey.length) && (0...65536).contains(configuration)
      && (0..<65536).contains(context)
    return isPossible ? key + configuration + context : -1
  }
}

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
