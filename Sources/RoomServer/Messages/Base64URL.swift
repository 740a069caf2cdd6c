import Foundation

/// Binary values in messages and addresses: base64 of letters, digits, `-` and `_`, without padding
/// (RFC 4648, section 5).
public enum Base64URL {
  /// The one text that stands for bytes.
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  /// The bytes of a text; nil unless it is the one text that stands for them.
  ///
  /// - Parameter count: how many bytes there have to be, where that is known.
  public static func bytes(_ text: String, count: Int? = nil) -> [UInt8]? {
    if let count, text.utf8.count != (count * 8 + 5) / 6 { return nil }
    guard text.utf8.allSatisfy({ $0.isBase64URL }) else { return nil }
    let plain = text.replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
    // Spare bits have to be zero, or one value would have several names.
    guard let data = Data(base64Encoded: plain + padding), Self.text(data) == text else {
      return nil
    }
    return [UInt8](data)
  }
}

extension UInt8 {
  fileprivate var isBase64URL: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
