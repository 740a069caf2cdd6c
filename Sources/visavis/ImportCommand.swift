import ArgumentParser
import AvatarExchange
import AvatarModel
import Enrollment
import FaceRig
import Foundation
import MediaIO

/// `visavis import`: a head that another program made becomes an avatar.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Make an avatar of a head from another program.",
    discussion: """
      The head is a zip archive as LAM (Large Avatar Model) writes it: a mesh with morph targets named \
      by ARKit and one splat a vertex. Streams of whoever it is drive the avatar, and so do other \
      programs; it does not follow a video by itself.

      Example: visavis import head.zip -o head.avatar

      More:
        visavis render talk.vvs --avatar head.avatar -o talk.mp4
        visavis drive --from livelink --avatar head.avatar --to talk.vvs
      """)

  @Argument(help: "The archive.", completion: .file(extensions: ["zip"]))
  var input: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The avatar to write. (default: the archive's name, ending in .avatar)", valueName: "file"),
    completion: .file(extensions: ["avatar"]))
  var output: String?

  @OptionGroup var outputOptions: OutputOptions

  func run() throws {
    let report = try convert()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Reads, converts and writes.
  func convert() throws -> ImportReport {
    let path = output ?? (input as NSString).deletingPathExtension + ".avatar"
    // An unwritable place is found out now.
    try AtomicFile(path: path).discard()
    guard FileManager.default.fileExists(atPath: input) else {
      throw FileFailure.notFound(path: input)
    }
    guard let data = FileManager.default.contents(atPath: input) else {
      throw FileFailure.unreadable(path: input)
    }
    let head: GaussianHead
    let avatar: Avatar
    do throws(ExchangeError) {
      head = try GaussianHead(bytes: [UInt8](data))
      avatar = try Avatar(
        head: head, created: Date().timeIntervalSince1970,
        software: "visavis \(Version.string), imported")
    } catch { throw FileFailure.damaged(path: input, error) }
    let bytes = avatar.encoded()
    try AtomicFile.write(bytes, to: path)
    return ImportReport(
      path: path, bytes: bytes.count, splats: avatar.splats.count,
      missing: ExpressionChannel.allCases.filter { head.deltas[$0] == nil }.map { "\($0)" })
  }
}

/// What `visavis import` did.
struct ImportReport: Codable, Equatable {
  var path: String
  var bytes, splats: Int
  /// Coefficients that the head has no target for.
  var missing: [String]

  /// The report for people.
  var text: String {
    let still = missing.isEmpty ? "" : "; nothing moves by \(missing.joined(separator: ", "))"
    return "\(path): \(splats) splats, \((bytes + 500) / 1000) kB\(still)"
  }
}
