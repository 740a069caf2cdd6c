import Foundation
import ServerSupport

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Files that are there in full or not at all.
enum AtomicWrite {
  /// Writes beside a file, makes sure it is on the disk, and puts it into its place.
  ///
  /// - Throws: `ServerError.diskFull`, or `.failure` where the folder cannot be written.
  static func write(_ bytes: [UInt8], to path: String, mode: mode_t = 0o600) throws(ServerError) {
    do {
      try AtomicFile.write(bytes, to: path, mode: mode)
    } catch .full {
      throw .diskFull
    } catch {
      throw .failure
    }
  }

  /// A value as JSON.
  static func writeJSON(_ value: some Encodable, to path: String) throws(ServerError) {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { throw .failure }
    try write(Array(data), to: path)
  }

  /// A value from JSON; nil where there is none, or another.
  static func readJSON<Value: Decodable>(_ type: Value.Type, from path: String) -> Value? {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return FileManager.default.contents(atPath: path).flatMap {
      try? decoder.decode(type, from: $0)
    }
  }

  /// What the names of unfinished files end with.
  static let temporarySuffix = AtomicFile.temporarySuffix
}
