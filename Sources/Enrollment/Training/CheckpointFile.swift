import Foundation
import MediaIO
import SplatFitting

/// The file in which an interrupted fit keeps its state: the trainer's numbers, and a fingerprint
/// of what they belong to.
public struct CheckpointFile: Sendable {
  /// Where it is.
  public let path: String
  /// What the state belongs to: the video and the options, in words.
  public let fingerprint: String

  /// Names a checkpoint.
  public init(path: String, fingerprint: String) {
    self.path = path
    self.fingerprint = fingerprint
  }

  /// Why a checkpoint cannot be continued.
  public enum Failure: Error, Equatable, Sendable {
    /// It belongs to another video or to other options.
    case mismatched(path: String)
    /// Its contents are not a fit's state.
    case damaged(path: String)
  }

  /// Whether there is one.
  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  func read() throws -> TrainerSnapshot? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let name = Data(fingerprint.utf8)
    guard data.count >= 8 else { throw Failure.damaged(path: path) }
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length >= 0, length < 1 << 20, data.count >= 8 + length else {
      throw Failure.damaged(path: path)
    }
    guard data[8..<8 + length] == name else { throw Failure.mismatched(path: path) }
    guard let snapshot = TrainerSnapshot(bytes: [UInt8](data[(8 + length)...])) else {
      throw Failure.damaged(path: path)
    }
    return snapshot
  }

  func write(_ snapshot: TrainerSnapshot) throws {
    let name = [UInt8](fingerprint.utf8)
    let length = (0..<8).map { UInt8(truncatingIfNeeded: name.count >> (8 * $0)) }
    try AtomicFile.write(length + name + snapshot.bytes, to: path)
  }

  /// Removes it: call once the avatar is safe.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
