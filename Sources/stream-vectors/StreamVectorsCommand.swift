import Foundation

/// `stream-vectors FOLDER`: writes the golden vectors of coded bytes; see
/// `Tests/Vectors/stream/README.md`.
@main
struct StreamVectorsCommand {
  static func main() {
    guard CommandLine.arguments.count == 2, !CommandLine.arguments[1].hasPrefix("-") else {
      FileHandle.standardError.write(Data("usage: stream-vectors FOLDER\n".utf8))
      exit(64)
    }
    do {
      try VectorFiles.make().write(to: URL(fileURLWithPath: CommandLine.arguments[1]))
    } catch {
      FileHandle.standardError.write(Data("stream-vectors: \(error)\n".utf8))
      exit(1)
    }
  }
}
