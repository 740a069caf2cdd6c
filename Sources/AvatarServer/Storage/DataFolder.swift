import Foundation
import ServerSupport

#if canImport(Darwin)
  import Darwin
#else
  import CoreFoundation
  import Glibc
#endif

/// The folder that holds everything people entrust to the server.
///
/// ```
/// avatars/NAME.avatar, .json, .png, .report.html, and the video where it is kept
/// uploads/ID/upload.json, video        what is arriving, or has arrived and waits to be used
/// enrollments/ID/job.json, video, …    what is waiting, being worked on, or over
/// key, tls/                            the access key; the self-signed certificate
/// server.json                          settings, written by its owner
/// ```
struct DataFolder: Sendable {
  /// Where it is.
  let path: String

  var avatars: String { path + "/avatars" }
  var uploads: String { path + "/uploads" }
  var enrollments: String { path + "/enrollments" }

  /// Makes the folder and its parts, readable by their owner only, and removes unfinished files.
  ///
  /// - Throws: where it cannot be made.
  init(path: String) throws {
    self.path = path
    try makeFolder("")
    for name in ["avatars", "uploads", "enrollments"] { try makeFolder(name) }
    let files = FileManager.default.enumerator(atPath: path)
    while let name = files?.nextObject() as? String {
      if name.hasSuffix(AtomicWrite.temporarySuffix) { unlink(path + "/" + name) }
    }
  }

  /// Makes a folder within.
  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: name.isEmpty ? path : path + "/" + name, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
  }

  /// Names of what lies in a folder.
  static func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  /// Removes a file or folder with all it holds.
  static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  /// Bytes that the disk still takes.
  var freeBytes: Int {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return .max }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// An identifier that cannot be guessed: 26 letters and digits.
  static func newIdentifier() -> String { Identifier.new() }

  /// Whether a text could be such an identifier, and so is safe in a path.
  static func isIdentifier(_ text: String) -> Bool { Identifier.isIdentifier(text) }
}
