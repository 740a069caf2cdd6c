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
