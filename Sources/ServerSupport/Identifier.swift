/// Names that cannot be guessed and are safe in a path: 26 of the letters and digits of base32.
public enum Identifier {
  /// The letters, lower-case (RFC 4648).
  public static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

  /// A new one from the system's random numbers: 130 bits.
  public static func new() -> String {
    var random = SystemRandomNumberGenerator()
    return String(
      decoding: (0..<26).map { _ in letters[Int(random.next(upperBound: UInt32(32)))] },
      as: UTF8.self)
  }

  /// Whether a text could be one.
  public static func isIdentifier(_ text: some StringProtocol) -> Bool {
    text.utf8.count == 26
      && text.utf8.allSatisfy { (97...122).contains($0) || (50...55).contains($0) }
  }
}
