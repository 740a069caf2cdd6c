import Foundation

/// Bytes as letters, digits, `-` and `_`, without padding (RFC 4648, section 5).
enum Base64URL {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }

  /// The bytes of a text; nil unless it is the one text that stands for them.
  ///
  /// - Parameter count: how many bytes there have to be, where that is known.
  static func bytes(_ text: String, count: Int? = nil) -> [UInt8]? {
    if let count, text.utf8.count != (count * 8 + 5) / 6 { return nil }
    let isPlain = text.utf8.allSatisfy { letter in
      (65...90).contains(letter) || (97...122).contains(letter) || (48...57).contains(letter)
        || letter == 45 || letter == 95
    }
    guard isPlain else { return nil }
    let padded =
      text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
      + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    // Spare bits have to be zero, or one value would have several names.
    guard let data = Data(base64Encoded: padded), Self.text(data) == text else { return nil }
    return Array(data)
  }
}
