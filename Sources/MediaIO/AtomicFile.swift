import Foundation

/// A file that appears complete or not at all: written under a temporary name in the same folder,
/// renamed at the end.
public struct AtomicFile: Sendable {
  /// Where the file will be.
  public let path: String
  /// Where it is written until then; hidden, and unique to this process and call.
  public let temporaryPath: String

  /// Checks that a file can be made at the path, and reserves the temporary name.
  ///
  /// - Throws: `MediaError.cannotCreate` when the folder is missing or refuses, or when something
  ///   other than a regular file has the name.
  public init(path: String) throws(MediaError) {
    self.path = path
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw .cannotCreate(path: path, reason: "There is no folder \(folder)")
    }
    guard isFolder.boolValue else {
      throw .cannotCreate(path: path, reason: "\(folder) is not a folder")
    }
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw .cannotCreate(path: path, reason: "It is a folder")
    }
    // Renaming over a device or a pipe would take it away from everybody else.
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw .cannotCreate(path: path, reason: "It is a device or a pipe, not a file")
    }
    let unique = UUID().uuidString.prefix(8)
    temporaryPath = folder + "/." + url.lastPathComponent + "." + unique + ".part"
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL, 0o644)
    guard descriptor >= 0 else {
      throw .cannotCreate(path: path, reason: FFmpeg.reason(errno: errno))
    }
    close(descriptor)
  }

  /// Gives the finished file its name, replacing what was there.
  public func commit() throws(MediaError) {
    guard rename(temporaryPath, path) == 0 else {
      let reason = FFmpeg.reason(errno: errno)
      discard()
      throw .cannotCreate(path: path, reason: reason)
    }
  }

  /// Removes what was written.
  public func discard() {
    unlink(temporaryPath)
  }

  /// Writes a whole file.
  ///
  /// - Throws: `MediaError.cannotCreate`, `diskFull` or `cannotWrite`; nothing is left behind then.
  public static func write(_ bytes: [UInt8], to path: String) throws(MediaError) {
    let file = try AtomicFile(path: path)
    let descriptor = open(file.temporaryPath, O_WRONLY | O_TRUNC)
    var failure: Int32? = descriptor < 0 ? errno : nil
    if descriptor >= 0 {
      var written = 0
      while written < bytes.count, failure == nil {
        let count = bytes.withUnsafeBytes {
          Foundation.write(descriptor, $0.baseAddress! + written, $0.count - written)
        }
        if count < 0 { failure = errno == EINTR ? nil : errno } else { written += count }
      }
      if close(descriptor) != 0, failure == nil { failure = errno }
    }
    if let failure {
      file.discard()
      throw MediaError.writing(path, errno: failure)
    }
    try file.commit()
  }
}

extension MediaError {
  /// The case for an error number met while writing.
  static func writing(_ path: String, errno number: Int32) -> MediaError {
    number == ENOSPC
      ? .diskFull(path: path) : .cannotWrite(path: path, reason: FFmpeg.reason(errno: number))
  }

  /// The case for FFmpeg's code met while writing.
  static func writing(_ path: String, code: Int32) -> MediaError {
    code == -ENOSPC
      ? .diskFull(path: path) : .cannotWrite(path: path, reason: FFmpeg.reason(code))
  }
}
