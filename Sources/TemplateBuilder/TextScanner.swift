import CZlib
import Foundation

/// Reads numbers and words from the text formats of the base mesh, plain or gzip-compressed.
struct TextScanner {
  private let bytes: [UInt8]
  private var position = 0
  private(set) var line = 1
  let path: String

  init(path: String) throws(TemplateBuildError) {
    self.path = path
    guard let file = gzopen(path, "rb") else { throw .unreadable(path: path) }
    defer { gzclose(file) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = gzread(file, &chunk, UInt32(chunk.count))
      guard count >= 0 else { throw .unreadable(path: path) }
      if count == 0 { break }
      contents += chunk[0..<Int(count)]
    }
    bytes = contents
  }

  var isAtEnd: Bool { position >= bytes.count }

  /// Whether no further word is on this line.
  mutating func isAtLineEnd() -> Bool {
    while position < bytes.count,
      bytes[position] == 32 || bytes[position] == 9 || bytes[position] == 13
    {
      position += 1
    }
    return position >= bytes.count || bytes[position] == 10
  }

  mutating func nextLine() {
    while position < bytes.count, bytes[position] != 10 { position += 1 }
    position += 1
    line += 1
  }

  /// The next run of characters that are not blank; empty at the line's end.
  mutating func word() -> String {
    guard !isAtLineEnd() else { return "" }
    let start = position
    while position < bytes.count, bytes[position] > 32 { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// A decimal number, correctly rounded as long as it has at most 15 digits.
  mutating func number() throws(TemplateBuildError) -> Double {
    guard !isAtLineEnd(), let value = scanNumber() else {
      throw .malformed(path: path, line: line)
    }
    return value
  }

  /// An index, as in `12` or the two of `12/34`.
  mutating func integer() throws(TemplateBuildError) -> Int {
    guard !isAtLineEnd(), let value = scanDigits() else {
      throw .malformed(path: path, line: line)
    }
    return value
  }

  /// Steps over a character if it is next.
  mutating func skip(_ character: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == character else { return false }
    position += 1
    return true
  }

  private mutating func scanDigits() -> Int? {
    var value = 0
    let start = position
    while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57,
      position - start < 18
    {
      value = value * 10 + Int(bytes[position] - 48)
      position += 1
    }
    return position > start ? value : nil
  }

  private mutating func scanNumber() -> Double? {
    let negative = skip(45)
    if !negative { _ = skip(43) }
    var mantissa = 0.0
    var exponent = 0
    var digits = 0
    var pastPoint = false
    while position < bytes.count {
      let c = bytes[position]
      if c >= 48 && c <= 57 {
        mantissa = mantissa * 10 + Double(c - 48)
        digits += 1
        if pastPoint { exponent -= 1 }
      } else if c == 46 && !pastPoint {
        pastPoint = true
      } else {
        break
      }
      position += 1
    }
    guard digits > 0 else { return nil }
    if skip(101) || skip(69) {
      let negativeExponent = skip(45)
      if !negativeExponent { _ = skip(43) }
      guard let e = scanDigits(), e < 300 else { return nil }
      exponent += negativeExponent ? -e : e
    }
    var power = 1.0
    for _ in 0..<abs(exponent) { power *= 10 }
    let value = exponent < 0 ? mantissa / power : mantissa * power
    return negative ? -value : value
  }
}
