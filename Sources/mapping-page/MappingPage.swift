import FaceRig
import Foundation
import MotionProtocols

/// `mapping-page`: prints docs/mapping.md, made from the table that the program uses.
@main
struct MappingPage {
  static func main() { FileHandle.standardOutput.write(Data(page.utf8)) }

  /// The page.
  static var page: String {
    var lines = [
      "# Mapping of expressions", "",
      "Made by `swift run mapping-page > docs/mapping.md` from `ExpressionTable.swift`; do not edit.",
      "",
      "*give, take* after a shape: the coefficient moves the shape by *give*, the shape moves the coefficient "
        + "by *take*. Alone: 1, and an equal share.", "",
      "| ARKit | " + Vocabulary.allCases.map(\.title).joined(separator: " | ") + " |",
      "|---|" + Vocabulary.allCases.map { _ in "---|" }.joined(),
    ]
    for channel in ExpressionChannel.allCases {
      let cells = Vocabulary.allCases.map { cell($0, channel) }
      lines.append("| \(channel) | " + cells.joined(separator: " | ") + " |")
    }
    for vocabulary in Vocabulary.allCases { lines += section(vocabulary) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func cell(_ vocabulary: Vocabulary, _ channel: ExpressionChannel) -> String {
    let mapping = ExpressionMapping.of(vocabulary)
    let entries = mapping.entries.filter { $0.channel == channel }
    let usual = 1 / Float(entries.count)
    return entries.map {
      let name = mapping.shapes[$0.shape]
      return $0.give == 1 && $0.take == usual ? name : "\(name) *\($0.give), \($0.take)*"
    }.joined(separator: "<br>")
  }

  private static func section(_ vocabulary: Vocabulary) -> [String] {
    let mapping = ExpressionMapping.of(vocabulary)
    var kept = 0
    var lost: [String] = [], mixed: [String] = []
    for channel in ExpressionChannel.allCases {
      switch mapping.fate(of: channel) {
      case .kept: kept += 1
      case .lost: lost.append("\(channel)")
      case .mixed(let parts):
        let text = ExpressionChannel.allCases.compactMap { other in
          parts[other].map { "\(other) \($0)" }
        }
        mixed.append("- \(channel) → " + text.joined(separator: ", "))
      }
    }
    var lines = [
      "", "## \(vocabulary.title)", "", "\(kept) of 52 coefficients come back as they were.",
    ]
    if !lost.isEmpty { lines += ["", "It cannot express: \(lost.joined(separator: ", "))."] }
    if !mixed.isEmpty { lines += ["", "One whole coefficient comes back as:", ""] + mixed }
    let other = mapping.inexpressible
    if !other.isEmpty { lines += ["", "ARKit cannot express: \(other.joined(separator: ", "))."] }
    return lines
  }
}
