/// What a person types on a device they have to admit one they are about to have.
enum PairingCode {
  /// Letters and digits that nobody takes for another: no 0, O, 1, I or L.
  static let letters = Array("23456789ABCDEFGHJKMNPQRSTUVWXYZ".utf8)
  /// Letters of a code: 39 bits.
  static let length = 8
  /// How long one is good: ten minutes.
  static let milliseconds: Int64 = 600_000

  /// A new one.
  static func new() -> String {
    var random = SystemRandomNumberGenerator()
    let count = UInt32(letters.count)
    return String(
      decoding: (0..<length).map { _ in letters[Int(random.next(upperBound: count))] },
      as: UTF8.self)
  }

  /// A code as it was typed, in any case and with spaces or hyphens; nil where it can be none.
  static func read(_ text: String) -> String? {
    guard text.utf8.count <= 32 else { return nil }
    let code = text.uppercased().filter { !" -".contains($0) }
    guard code.utf8.count == length, code.utf8.allSatisfy({ letters.contains($0) }) else {
      return nil
    }
    return code
  }
}
