import Foundation

/// Small pieces of HTML.
enum Markup {
  /// Text with the characters replaced that HTML gives a meaning.
  static func escaped(_ text: String) -> String {
    var result = ""
    for c in text.unicodeScalars {
      switch c {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(c)
      }
    }
    return result
  }

  /// A number with a fixed count of decimals and a true minus sign.
  static func number(_ value: Double, decimals: Int = 0) -> String {
    if !value.isFinite { return value > 0 ? "∞" : "–" }
    let text = String(format: "%.\(decimals)f", value)
    let isZero = Double(text) == 0
    let digits = text.replacingOccurrences(of: "-", with: "")
    return value < 0 && !isZero ? "−" + digits : digits
  }

  /// A whole number in groups of three digits.
  static func grouped(_ value: Int) -> String {
    var digits = String(value.magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "−" : "") + ([digits] + groups).joined(separator: "\u{202F}")
  }

  /// A length of time in words.
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e7 else { return "–" }
    if seconds < 9.95 { return number(seconds, decimals: 1) + " s" }
    let whole = Int(seconds.rounded())
    return whole < 60 ? "\(whole) s" : "\(whole / 60) min \(whole % 60) s"
  }
}
