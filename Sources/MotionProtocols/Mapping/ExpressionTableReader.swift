import FaceRig

/// Reads ``ExpressionTable``.
enum ExpressionTableReader {
  /// What one coefficient has in one vocabulary.
  struct Line {
    struct Shape {
      var name: String
      var give, take: Float
    }

    var channel: ExpressionChannel
    var vocabulary: Vocabulary
    var shapes: [Shape]
  }

  /// The whole table.
  static let lines = read(ExpressionTable.text)

  /// Reads a table.
  ///
  /// - Precondition: it names channels, vocabularies and numbers that there are.
  static func read(_ text: String) -> [Line] {
    text.split(separator: "\n").flatMap { line -> [Line] in
      let sides = line.contains("{") ? [0, 1] : [0]
      return sides.flatMap { side in lines(expanded(String(line), side: side)) }
    }
  }

  /// A line for the left or the right.
  private static func expanded(_ line: String, side: Int) -> String {
    var line = line
    for (mark, words) in [
      ("{Left}", ["Left", "Right"]), ("{LEFT}", ["LEFT", "RIGHT"]), ("{L}", ["L", "R"]),
    ] {
      line = line.split(separator: mark, omittingEmptySubsequences: false)
        .joined(separator: words[side])
    }
    return line
  }

  private static func lines(_ line: String) -> [Line] {
    let parts = line.split(separator: "|").map { $0.split(separator: " ").map(String.init) }
    guard let name = parts.first?.first, let channel = ExpressionChannel(name: name) else {
      preconditionFailure("the table names channels that there are")
    }
    return parts.dropFirst().map { words in
      guard let vocabulary = Vocabulary(rawValue: words[0]) else {
        preconditionFailure("the table names vocabularies that there are")
      }
      let share = 1 / Float(words.dropFirst().filter { !$0.contains("*") }.count)
      return Line(
        channel: channel, vocabulary: vocabulary,
        shapes: words.dropFirst().map { shape($0, share: share) })
    }
  }

  private static func shape(_ word: String, share: Float) -> Line.Shape {
    let parts = word.split(separator: "*")
    if parts.count == 1 { return Line.Shape(name: word, give: 1, take: share) }
    let numbers = parts[1].split(separator: ",").map { Float($0) ?? .nan }
    precondition(numbers.count == 2 && numbers.allSatisfy(\.isFinite))
    return Line.Shape(name: String(parts[0]), give: numbers[0], take: numbers[1])
  }
}
