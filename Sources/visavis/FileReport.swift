import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// What `visavis info` finds; parts that a kind of file lacks are nil.
struct FileReport: Codable, Equatable {
  /// A part of the file.
  struct Section: Codable, Equatable {
    var name: String
    var bytes: Int
  }

  /// Splats bound to one thing.
  struct Group: Codable, Equatable {
    var kind: String
    var splats: Int
  }

  /// Where an avatar comes from.
  struct Origin: Codable, Equatable {
    /// When it was made, in ISO 8601.
    var created: String
    var software: String
    /// The capture's size in pixels, its frames, and those used.
    var captureWidth, captureHeight, captureFrames, fittedFrames: Int
    /// Pixels.
    var focalLength: Double
    /// Steps of the fit, and its seed.
    var steps: Int
    var seed: UInt64
  }

  /// What a stream holds.
  struct Stream: Codable, Equatable {
    var frames: Int
    /// Seconds; frames a second; the file's data rate.
    var start, seconds, frameRate, kilobitsPerSecond: Double
    /// The driving camera.
    var width, height: Int
    var focalLength: Double
    /// The likeness that it is coded for, in decibels, and whether its index is there.
    var quality: Int
    var isComplete: Bool
    /// Bytes at the end that are no whole records, and records that are damaged.
    var tornBytes, damagedRecords: Int
  }

  var path: String
  var kind: VisavisFile
  /// The file's size, and the version of its format.
  var bytes, version: Int
  /// Milliseconds that decoding took.
  var openingMilliseconds: Double
  var sections: [Section]
  var vertices, triangles, identityModes: Int?
  var splats, codeLength: Int?
  var groups: [Group]?
  /// Whether the avatar can be compared with pictures while it is driven.
  var isDrivenByPictures: Bool?
  /// Whether it can follow a video; heads of other programs cannot.
  var followsFaces: Bool?
  var origin: Origin?
  var stream: Stream?

  /// Decodes a file.
  ///
  /// - Throws: `FileFailure.damaged`.
  init(path: String, kind: VisavisFile, bytes: [UInt8]) throws(FileFailure) {
    self.path = path
    self.kind = kind
    self.bytes = bytes.count
    version = Self.word(bytes, 4) ?? 0
    sections = kind == .stream ? [] : Self.sections(bytes, kind)
    openingMilliseconds = 0
    let clock = ContinuousClock()
    let start = clock.now
    do {
      switch kind {
      case .avatar:
        let avatar = try Avatar(bytes: bytes)
        openingMilliseconds = (clock.now - start) / .milliseconds(1)
        describe(avatar)
      case .stream:
        let reader = try RecordingReader(bytes)
        openingMilliseconds = (clock.now - start) / .milliseconds(1)
        try describe(reader)
      case .template:
        let template = try Template(bytes: bytes)
        openingMilliseconds = (clock.now - start) / .milliseconds(1)
        describe(template)
      }
    } catch {
      throw .damaged(path: path, error)
    }
  }

  private mutating func describe(_ avatar: Avatar) {
    describe(avatar.template)
    splats = avatar.splats.count
    codeLength = avatar.splats.codeLength
    groups = avatar.splats.groups.map {
      Group(kind: String(describing: $0.kind), splats: $0.range.count)
    }
    isDrivenByPictures = avatar.driving != nil
    followsFaces = !avatar.template.landmarks.isEmpty
    let from = avatar.provenance
    // Years beyond 9999 are nobody's; the formatter would trap far out.
    let seconds = min(max(from.created, 0), 253_402_300_799)
    origin = Origin(
      created: Date(timeIntervalSince1970: seconds).formatted(.iso8601),
      software: from.software, captureWidth: from.captureWidth,
      captureHeight: from.captureHeight, captureFrames: from.captureFrames,
      fittedFrames: from.fittedFrames, focalLength: Double(from.focalLength), steps: from.steps,
      seed: from.seed)
  }

  private mutating func describe(_ template: Template) {
    vertices = template.vertices.count
    triangles = template.triangles.count
    if kind == .template { identityModes = template.identityModeCount }
  }

  /// Reads every state, also where some cannot be.
  private mutating func describe(_ reader: RecordingReader) throws(StreamError) {
    let player = RecordingPlayer(reader)
    let configuration = player.configuration
    var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
    var times: [Double] = []
    while try player.next(into: &state) != nil { times.append(state.face.time) }
    codeLength = configuration.transform.count - StateCoordinates.correction
    let interval = AvatarStream.frameInterval(of: times)
    let seconds = times.isEmpty ? 0 : (times.last ?? 0) - times[0] + interval
    self.stream = Stream(
      frames: times.count, start: times.first ?? 0, seconds: seconds, frameRate: 1 / interval,
      kilobitsPerSecond: seconds > 0 ? Double(bytes) * 8 / 1000 / seconds : 0,
      width: configuration.camera.width, height: configuration.camera.height,
      focalLength: Double(configuration.camera.focalLength.x), quality: configuration.quality,
      isComplete: reader.isComplete, tornBytes: reader.tornByteCount,
      damagedRecords: player.damagedRecordCount)
  }

  /// The table that avatars and templates begin with; what lies beyond the file is left out.
  private static func sections(_ bytes: [UInt8], _ kind: VisavisFile) -> [Section] {
    let count = min(word(bytes, 8) ?? 0, max(0, bytes.count - 12) / 16)
    return (0..<count).compactMap { k in
      guard let number = word(bytes, 12 + 16 * k), let length = word(bytes, 20 + 16 * k) else {
        return nil
      }
      let name =
        kind == .avatar
        ? AvatarSection(rawValue: UInt32(number)).map { String(describing: $0) }
        : TemplateSection(rawValue: UInt32(number)).map { String(describing: $0) }
      return Section(name: name ?? "unknown (\(number))", bytes: length)
    }
  }

  private static func word(_ bytes: [UInt8], _ offset: Int) -> Int? {
    guard offset + 4 <= bytes.count else { return nil }
    return (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
  }
}

extension FileReport {
  /// The report for people.
  var text: String {
    var lines = [
      "\(path): \(kind.words) (format \(version)), \(Self.size(bytes)), opens in "
        + String(format: "%.1f ms", openingMilliseconds)
    ]
    if let vertices, let triangles {
      let modes = identityModes.map { ", \($0) shapes of heads" } ?? ""
      lines.append("  mesh          \(vertices) vertices, \(triangles) triangles\(modes)")
    }
    if let splats, let groups, let codeLength {
      let shares = groups.map { "\($0.kind) \($0.splats)" }.joined(separator: ", ")
      lines.append("  splats        \(splats) (\(shares)), code of \(codeLength) numbers")
    }
    if let isDrivenByPictures {
      let means =
        isDrivenByPictures
        ? "by landmarks and pictures"
        : followsFaces == false ? "by streams of others only" : "by landmarks only"
      lines.append("  driving       \(means)")
    }
    if let origin {
      lines.append("  made          \(origin.created) by \(origin.software)")
      lines.append(
        "  capture       \(origin.captureWidth) × \(origin.captureHeight) pixels, "
          + "\(origin.captureFrames) frames, \(origin.fittedFrames) used; focal length "
          + String(format: "%.0f pixels", origin.focalLength))
      lines.append("  fit           \(origin.steps) steps, seed \(origin.seed)")
    }
    if let stream {
      lines.append(
        "  states        \(stream.frames) from "
          + String(format: "%.2f s, over %.2f s", stream.start, stream.seconds)
          + String(
            format: " (%.4g a second, %.1f kbit/s)", stream.frameRate, stream.kilobitsPerSecond)
          + ", code of \(codeLength ?? 0) numbers")
      lines.append(
        "  camera        \(stream.width) × \(stream.height) pixels, focal length "
          + String(format: "%.0f pixels", stream.focalLength))
      lines.append(
        "  coding        \(stream.quality) dB"
          + (stream.isComplete ? "" : "; without its index, as when recording was cut off")
          + (stream.tornBytes > 0 ? "; \(stream.tornBytes) bytes at the end are torn" : "")
          + (stream.damagedRecords > 0 ? "; \(stream.damagedRecords) records are damaged" : ""))
    }
    for section in sections {
      let name = section.name.padding(toLength: 20, withPad: " ", startingAt: 0)
      lines.append("  section       \(name) \(Self.size(section.bytes))")
    }
    return lines.joined(separator: "\n")
  }

  private static func size(_ bytes: Int) -> String {
    bytes < 10_000 ? "\(bytes) bytes" : "\((bytes + 500) / 1000) kB"
  }
}
