import ArgumentParser
import AvatarExchange
import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import MediaIO

/// `visavis export`: avatars and streams leave in open formats.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write an avatar or a stream in an open format, for other programs.",
    discussion: """
      The name's ending says how. An avatar becomes .glb (glTF 2.0: splats, or the mesh with its 52 \
      morph targets), .ply or .spz (splats), or .vrm (VRM 1.0). A stream becomes .csv (Live Link Face's \
      table), .json, or .glb (its avatar's mesh in motion).

      Splats show the face at rest; only the mesh can be moved by other programs.

      Example: visavis export me.avatar -o me.glb --contents mesh

      More:
        visavis export me.avatar -o me.spz
        visavis export talk.vvs --avatar me.avatar -o talk.glb
      """)

  @Argument(help: "The avatar or stream.", completion: .file(extensions: ["avatar", "vvs"]))
  var input: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output: String

  @Option(help: ArgumentHelp("The avatar that a stream moves.", valueName: "file"))
  var avatar: String?

  @Option(help: ArgumentHelp("What a .glb of an avatar holds.", valueName: "contents"))
  var contents: ExportContents = .both

  @Option(help: ArgumentHelp("Version 3 or 4 of .spz.", valueName: "version"))
  var spzVersion = 3

  @Option(help: ArgumentHelp("The avatar's name in .vrm. (default: the file's)", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("Who made the avatar, for .vrm; again for each.", valueName: "name"))
  var author: [String] = []

  @Option(
    help: ArgumentHelp(
      "Who may wear a .vrm: onlyAuthor, onlySeparatelyLicensedPerson or everyone.",
      valueName: "whom"))
  var permission = "onlyAuthor"

  @Option(
    help: ArgumentHelp(
      "What a .vrm may be used for: personalNonProfit, personalProfit or corporation.",
      valueName: "use"))
  var commercialUse = "personalNonProfit"

  @Flag(help: "Allow a .vrm to be passed on.")
  var redistribution = false

  @OptionGroup var outputOptions: OutputOptions

  func validate() throws {
    if SPZWriter.Version(rawValue: spzVersion) == nil {
      throw ValidationError("--spz-version must be 3 or 4.")
    }
    if !["onlyAuthor", "onlySeparatelyLicensedPerson", "everyone"].contains(permission) {
      throw ValidationError(
        "--permission must be onlyAuthor, onlySeparatelyLicensedPerson or everyone.")
    }
    if !["personalNonProfit", "personalProfit", "corporation"].contains(commercialUse) {
      throw ValidationError(
        "--commercial-use must be personalNonProfit, personalProfit or corporation.")
    }
  }

  func run() throws {
    let report = try export()
    if outputOptions.json { JSONOutput.print(report) } else { print(report.text) }
  }

  /// Reads, converts and writes.
  func export() throws -> ExportReport {
    // An unwritable place is found out now.
    try AtomicFile(path: output).discard()
    let bytes: [UInt8]
    switch try VisavisFile.kind(of: input) {
    case .avatar: bytes = try export(VisavisFile.avatar(input))
    case .stream: bytes = try export(VisavisFile.stream(input))
    default: throw FileFailure.unknownKind(path: input)
    }
    try AtomicFile.write(bytes, to: output)
    return ExportReport(path: output, bytes: bytes.count)
  }

  private var ending: String { (output as NSString).pathExtension.lowercased() }

  private func export(_ avatar: Avatar) throws -> [UInt8] {
    let hasMesh = !avatar.template.triangles.isEmpty
    switch ending {
    case "glb":
      if contents == .mesh && !hasMesh { throw ExportError.noMesh(path: input) }
      return try GLBWriter.encoded(avatar, contents: hasMesh ? contents.contents : .splats)
    case "ply": return PLYWriter.encoded(SplatScene(avatar: avatar))
    case "spz":
      return SPZWriter.encoded(
        SplatScene(avatar: avatar), version: SPZWriter.Version(rawValue: spzVersion) ?? .gzip)
    case "vrm":
      guard hasMesh else { throw ExportError.noMesh(path: input) }
      let file = ((input as NSString).lastPathComponent as NSString).deletingPathExtension
      var meta = VRMWriter.Meta(
        name: name ?? file, authors: author.isEmpty ? [NSFullUserName()] : author)
      meta.avatarPermission = permission
      meta.commercialUsage = commercialUse
      meta.allowsRedistribution = redistribution
      return try VRMWriter.encoded(avatar, meta: meta)
    default: throw ExportError.unknownEnding(path: output, known: ".glb, .ply, .spz or .vrm")
    }
  }

  private func export(_ stream: AvatarStream) throws -> [UInt8] {
    guard let first = stream.states.first else { throw FileFailure.emptyStream(path: input) }
    let person = try avatar.map { try VisavisFile.avatar($0) }
    let reference = person?.reference ?? first.cameraFromTorso
    switch ending {
    case "csv": return Array(StreamTables.csv(stream.states, reference: reference).utf8)
    case "json": return Array(try StreamTables.json(stream.states).utf8)
    case "glb":
      guard let person, let avatar else { throw ExportError.noAvatar }
      if person.template.triangles.isEmpty { throw ExportError.noMesh(path: avatar) }
      return try GLBWriter.encoded(person, animatedBy: stream.states)
    default: throw ExportError.unknownEnding(path: output, known: ".csv, .json or .glb")
    }
  }
}

/// What a .glb holds; see ``GLBWriter/Contents``.
enum ExportContents: String, ExpressibleByArgument, CaseIterable {
  case splats, mesh, both

  var contents: GLBWriter.Contents {
    switch self {
    case .splats: .splats
    case .mesh: .mesh
    case .both: .both
    }
  }
}

/// What `visavis export` did.
struct ExportReport: Codable, Equatable {
  var path: String
  var bytes: Int

  /// The report for people.
  var text: String { "\(path): \((bytes + 500) / 1000) kB" }
}

/// Why nothing is exported.
enum ExportError: Error, Equatable, UserFacingError {
  /// A name whose ending says nothing.
  case unknownEnding(path: String, known: String)
  /// A stream alone has no mesh.
  case noAvatar
  /// A head of another program is splats alone.
  case noMesh(path: String)

  var sentence: String {
    switch self {
    case .unknownEnding(let path, let known):
      "\(path) does not say which format it should have. End the name in \(known)."
    case .noAvatar: "A stream alone has no mesh to move. Give the person's avatar with --avatar."
    case .noMesh(let path):
      "\(path) comes from another program and has no mesh, only splats. Export .ply, .spz or a .glb of splats."
    }
  }

  var exitCode: FailureCode { .usage }
}

extension ExchangeError: UserFacingError {
  var sentence: String {
    switch self {
    case .unknownFormat: "A scene as .ply, .spz or .glb is expected, and this is none."
    case .truncated(let offset, let needed, let available):
      "At byte \(offset) \(needed) more bytes are expected, \(available) are there."
    case .unexpected(let offset, let expected): "At byte \(offset) \(expected) is expected."
    case .unsupportedVersion(let offset, let found, let expected):
      "At byte \(offset) version \(expected) is expected, and it is \(found)."
    case .valueOutOfRange(let offset, let expected): "At byte \(offset) \(expected) is expected."
    case .badCount(let offset, let found):
      "At byte \(offset) a count is expected that the file can hold, and \(found) is none."
    case .tooMany(let found, let most):
      "It holds \(found) of what may be \(most): make it simpler with the program it comes from."
    case .damagedCompression(let offset, let expected):
      "The compressed data at byte \(offset) are damaged, or are not the \(expected) bytes expected."
    case .damagedJSON(let error): error.sentence
    case .badMember(let name, let offset):
      "At byte \(offset) of the JSON a sound \"\(name)\" is expected."
    case .missingProperty(let name): "The property \(name) is expected, and it is missing."
    case .missingEntry(let name): "The archive should hold \(name), and it does not."
    case .inEntry(let name, let error): "\(name) in the archive: \(error.sentence)"
    case .empty: "There is nothing in it to show."
    }
  }

  var exitCode: FailureCode { .badData }
}
