import ArgumentParser
import Foundation

/// The options that every command shares.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result, or the error, as JSON on standard output.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  init() {}
}

/// Results for machines.
enum JSONOutput {
  /// The text of a value: keys sorted, indented, infinities as strings.
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let data = try? encoder.encode(value) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }

  /// Prints a value on standard output.
  static func print(_ value: some Encodable) {
    FileHandle.standardOutput.write(Data((text(value) + "\n").utf8))
  }
}
