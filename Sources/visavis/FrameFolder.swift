import Dispatch
import Foundation
import Geometry
import MediaIO

/// A folder of numbered PNG pictures being written; several are encoded at a time.
///
/// Unless kept, everything written is removed again.
final class FrameFolder {
  private let path: String
  private let isNew: Bool
  private var waiting: [PixelImage] = []
  private var written: [String] = []
  private var isKept = false
  private let batch = 2 * ProcessInfo.processInfo.activeProcessorCount

  /// Makes the folder, or takes an empty one.
  ///
  /// - Throws: `MediaError.cannotCreate`, `FrameFolderError.notEmpty`.
  init(path: String) throws {
    self.path = path
    if isFolder(path) {
      isNew = false
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      guard names.isEmpty else { throw FrameFolderError.notEmpty(path: path) }
      // A folder that may not be written is found out now.
      try AtomicFile(path: path + "/000000.png").discard()
    } else {
      isNew = true
      do {
        try FileManager.default.createDirectory(
          atPath: path, withIntermediateDirectories: false)
      } catch {
        throw MediaError.cannotCreate(
          path: path,
          reason: ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError).map {
            String(cString: strerror(Int32($0.code)))
          } ?? error.localizedDescription)
      }
    }
  }

  deinit {
    if isKept { return }
    for path in written { unlink(path) }
    if isNew { rmdir(path) }
  }

  /// Adds the next picture.
  func add(_ image: PixelImage) throws {
    waiting.append(image)
    if waiting.count == batch { try finish() }
  }

  /// Writes what waits.
  func finish() throws {
    let images = waiting
    let paths = images.indices.map {
      path + String(format: "/%06d.png", written.count + $0)
    }
    waiting = []
    written += paths
    var failures = [MediaError?](repeating: nil, count: images.count)
    failures.withUnsafeMutableBufferPointer { failures in
      // Safe because every iteration writes its own element only.
      nonisolated(unsafe) let failures = failures
      DispatchQueue.concurrentPerform(iterations: images.count) { index in
        do throws(MediaError) {
          try PictureFile.writePNG(images[index], to: paths[index])
        } catch {
          failures[index] = error
        }
      }
    }
    if let failure = failures.compactMap(\.self).first { throw failure }
  }

  /// Leaves everything in place.
  func keep() { isKept = true }
}

/// Why pictures cannot be written into a folder.
enum FrameFolderError: Error, Equatable, UserFacingError {
  /// It holds something already.
  case notEmpty(path: String)

  var sentence: String {
    switch self {
    case .notEmpty(let path):
      "The folder \(path) holds files already, and they shall not be lost. "
        + "Name a new folder, or empty this one."
    }
  }

  var exitCode: FailureCode { .cannotCreate }
}
