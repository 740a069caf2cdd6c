/// Reads JSON (RFC 8259) without ever trapping, and tells where it is damaged.
public struct JSONReader {
  /// How many lists and objects may lie within each other, unless said otherwise.
  public static let deepest = 64

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int
  private var deepest = Self.deepest

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - range: where it lies in `bytes`; nil for all. Offsets count from the range's start.
  ///   - deepest: how many lists and objects may lie within each other.
  /// - Complexity: O(bytes).
  public static func read(
    _ bytes: [UInt8], in range: Range<Int>? = nil, deepest: Int = deepest
  ) throws(JSONError) -> JSONNode {
    var reader = JSONReader(range.map { Array(bytes[$0]) } ?? bytes)
    reader.deepest = deepest
    if reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
    let node = try reader.node(depth: 0)
    reader.skipSpace()
    if reader.position < reader.end {
      throw .unexpected(offset: reader.position, expected: "the end")
    }
    return node
  }

  private init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = 0
    end = bytes.count
  }

  private mutating func skipSpace() {
    while position < end, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private func peek() throws(JSONError) -> UInt8 {
    if position >= end { throw .truncated(offset: position) }
    return bytes[position]
  }

  private mutating func node(depth: Int) throws(JSONError) -> JSONNode {
    skipSpace()
    let start = position
    switch try peek() {
    case UInt8(ascii: "{"):
      if depth >= deepest { throw .tooDeep(offset: start) }
      return JSONNode(.object(try members(depth: depth)), at: start)
    case UInt8(ascii: "["):
      if depth >= deepest { throw .tooDeep(offset: start) }
      return JSONNode(.list(try elements(depth: depth)), at: start)
    case UInt8(ascii: "\""): return JSONNode(.text(try text()), at: start)
    case UInt8(ascii: "t"):
      try word("true")
      return JSONNode(.bool(true), at: start)
    case UInt8(ascii: "f"):
      try word("false")
      return JSONNode(.bool(false), at: start)
    case UInt8(ascii: "n"):
      try word("null")
      return JSONNode(.null, at: start)
    default: return JSONNode(.number(try number()), at: start)
    }
  }

  private mutating func word(_ word: String) throws(JSONError) {
    let start = position
    for byte in word.utf8 {
      if try peek() != byte { throw .unexpected(offset: start, expected: word) }
      position += 1
    }
  }

  private mutating func elements(depth: Int) throws(JSONError) -> [JSONNode] {
    position += 1
    var list: [JSONNode] = []
    skipSpace()
    if try peek() == UInt8(ascii: "]") {
      position += 1
      return list
    }
    while true {
      list.append(try node(depth: depth + 1))
      if try isLast(UInt8(ascii: "]")) { return list }
    }
  }

  private mutating func members(depth: Int) throws(JSONError) -> [(name: String, node: JSONNode)] {
    position += 1
    var members: [(name: String, node: JSONNode)] = []
    skipSpace()
    if try peek() == UInt8(ascii: "}") {
      position += 1
      return members
    }
    while true {
      skipSpace()
      if try peek() != UInt8(ascii: "\"") {
        throw .unexpected(offset: position, expected: "a name in quotes")
      }
      let name = try text()
      skipSpace()
      if try peek() != UInt8(ascii: ":") {
        throw .unexpected(offset: position, expected: "a colon")
      }
      position += 1
      members.append((name, try node(depth: depth + 1)))
      if try isLast(UInt8(ascii: "}")) { return members }
    }
  }

  /// Takes a comma, or the closing bracket.
  private mutating func isLast(_ closing: UInt8) throws(JSONError) -> Bool {
    skipSpace()
    let next = try peek()
    if next != closing && next != UInt8(ascii: ",") {
      throw .unexpected(offset: position, expected: "a comma or a closing bracket")
    }
    position += 1
    return next == closing
  }

  private mutating func number() throws(JSONError) -> Double {
    let start = position
    while position < end,
      bytes[position] >= 0x30 && bytes[position] <= 0x39
        || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(bytes[position])
    {
      position += 1
    }
    if position == start { throw .unexpected(offset: start, expected: "a value") }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard position - start <= 64, Self.isNumber(bytes[start..<position]),
      let number = Double(text), number.isFinite
    else { throw .badNumber(offset: start) }
    return number
  }

  /// Whether bytes are `-? (0 | 1…9 0…9*) (. 0…9+)? ((e | E) (+ | -)? 0…9+)?`.
  private static func isNumber(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    func digits() -> Int {
      let count = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let hasLeadingZero = rest.first == UInt8(ascii: "0")
    let whole = digits()
    if whole == 0 || (hasLeadingZero && whole > 1) { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      if digits() == 0 { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if let sign = rest.first, [0x2B, 0x2D].contains(sign) { rest = rest.dropFirst() }
      if digits() == 0 { return false }
    }
    return rest.isEmpty
  }

  private mutating func text() throws(JSONError) -> String {
    let start = position
    position += 1
    var plain: [UInt8] = []
    while true {
      let byte = try peek()
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte < 0x20 { throw .badText(offset: position - 1) }
      if byte == UInt8(ascii: "\\") { try escape(into: &plain) } else { plain.append(byte) }
    }
    guard let text = String(validating: plain, as: UTF8.self) else { throw .badText(offset: start) }
    return text
  }

  private mutating func escape(into plain: inout [UInt8]) throws(JSONError) {
    let start = position - 1
    let byte = try peek()
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): plain.append(byte)
    case UInt8(ascii: "b"): plain.append(0x08)
    case UInt8(ascii: "f"): plain.append(0x0C)
    case UInt8(ascii: "n"): plain.append(0x0A)
    case UInt8(ascii: "r"): plain.append(0x0D)
    case UInt8(ascii: "t"): plain.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard position + 1 < end, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw .badText(offset: start) }
        position += 2
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw .badText(offset: start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw .badText(offset: start) }
      plain += Array(String(Character(scalar)).utf8)
    default: throw .badText(offset: start)
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      let byte = try peek()
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw .badText(offset: position)
      }
      code = code << 4 | UInt32(digit)
      position += 1
    }
    return code
  }
}
