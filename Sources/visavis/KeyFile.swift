import CoreFoundation
import Foundation
import MediaIO
import StreamSigning

#if canImport(Darwin)
  import Darwin
#else
  import CoreFoundation
  import Glibc
#endif

/// Keys in files, which only their owner may read.
enum KeyFile {
  /// Writes a new key; what exists is never replaced.
  static func create(_ key: SigningKey, at path: String) throws(KeyFailure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
    guard descriptor >= 0 else {
      throw errno == EEXIST ? .exists(path: path) : .cannotCreate(path: path)
    }
    let bytes = Array((key.secretText + "\n").utf8)
    // The mode given to open() is narrowed by the process's mask, never widened.
    let isWritten =
      fchmod(descriptor, 0o600) == 0 && write(descriptor, bytes, bytes.count) == bytes.count
    guard close(descriptor) == 0, isWritten else {
      unlink(path)
      throw .cannotCreate(path: path)
    }
  }

  /// Reads a key that nobody else can read.
  static func signingKey(_ path: String) throws(KeyFailure) -> SigningKey {
    let text = try text(path)
    var status = stat()
    guard stat(path, &status) == 0 else { throw .notFound(path: path) }
    if status.st_mode & 0o077 != 0 { throw .readableByOthers(path: path) }
    guard let key = SigningKey(secretText: text) else { throw .notAKey(text: path) }
    return key
  }

  /// The public key that a text is, or that a file of either kind holds.
  static func publicKey(_ argument: String) throws(KeyFailure) -> PublicKey {
    if let key = PublicKey(text: argument) { return key }
    guard FileManager.default.fileExists(atPath: argument) else {
      throw .notAKey(text: argument)
    }
    let text = try text(argument)
    if let key = PublicKey(text: text) { return key }
    if let key = SigningKey(secretText: text) { return key.publicKey }
    throw .notAKey(text: argument)
  }

  private static func text(_ path: String) throws(KeyFailure) -> String {
    guard FileManager.default.fileExists(atPath: path) else { throw .notFound(path: path) }
    guard let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: 1024)
    else { throw .notAKey(text: path) }
    try? file.close()
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Why a key cannot be used.
enum KeyFailure: Error, Equatable, UserFacingError {
  /// There is a file already.
  case exists(path: String)
  /// The folder refuses.
  case cannotCreate(path: String)
  /// There is no file.
  case notFound(path: String)
  /// Neither a key nor a file of one.
  case notAKey(text: String)
  /// Somebody else could take it.
  case readableByOthers(path: String)

  var sentence: String {
    switch self {
    case .exists(let path):
      "\(path) exists, and a key that is overwritten is lost. Choose another name."
    case .cannotCreate(let path):
      "No key can be written to \(path). Choose a folder that you may write to."
    case .notFound(let path):
      "There is no key at \(path). Make one with visavis key new."
    case .notAKey(let text):
      "\(text) is neither a key nor a file that holds one. "
        + "Give a file of visavis key new, or the public key that visavis key show prints."
    case .readableByOthers(let path):
      "Others can read the key in \(path). Run chmod 600 on it, or make a new one."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .exists, .cannotCreate: .cannotCreate
    case .notFound: .noInput
    case .notAKey, .readableByOthers: .badData
    }
  }
}
