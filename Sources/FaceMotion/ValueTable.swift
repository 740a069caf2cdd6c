/// Lines of values under a header, separated by commas, as trackers write them: no quotes.
struct ValueTable {
  /// The header's names, without the space around them.
  let names: [String]
  /// The fields of each line after the header that is not blank, with the line's number from 1.
  let lines: [(number: Int, fields: [Substring])]

  /// Splits text into fields.
  ///
  /// - Throws: `notText`, `noHeader`, `repeatedColumn`, `wrongColumnCount`.
  init(bytes: [UInt8]) throws(FaceMotionError) {
    var content = bytes[...]
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = content.dropFirst(3) }
    guard let text = String(validating: content, as: UTF8.self) else { throw .notText }
    var names: [String] = []
    var lines: [(number: Int, fields: [Substring])] = []
    for (i, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
        Self.trimmed($0)
      }
      if i == 0 {
        names = fields.map(String.init)
        if names == [""] { throw .noHeader }
        continue
      }
      if fields == [""] { continue }
      if fields.count != names.count {
        throw .wrongColumnCount(line: i + 1, expected: names.count, found: fields.count)
      }
      lines.append((i + 1, fields))
    }
    if names.isEmpty { throw .noHeader }
    var seen: Set<String> = []
    for name in names {
      if !seen.insert(name.lowercased()).inserted { throw .repeatedColumn(name) }
    }
    self.names = names
    self.lines = lines
  }

  /// The index of a column, whatever its case.
  func index(of name: String) throws(FaceMotionError) -> Int {
    guard let i = indexIfPresent(of: name) else { throw .missingColumn(name) }
    return i
  }

  /// The index of a column, whatever its case; nil where there is none.
  func indexIfPresent(of name: String) -> Int? {
    let lower = name.lowercased()
    return names.firstIndex { $0.lowercased() == lower }
  }

  /// A value of a line.
  func number(_ line: Int, _ column: Int) throws(FaceMotionError) -> Double {
    let (number, fields) = lines[line]
    guard let value = Double(fields[column]), value.magnitude <= 1e6 else {
      throw .notANumber(line: number, column: names[column])
    }
    return value
  }

  private static func trimmed(_ field: Substring) -> Substring {
    var field = field
    while let c = field.first, c.isWhitespace { field.removeFirst() }
    while let c = field.last, c.isWhitespace { field.removeLast() }
    return field
  }
}
