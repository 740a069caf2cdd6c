import Foundation
public import NIOCore
import NIOPosix

#if canImport(Darwin)
  import Darwin
#else
  // One of these declares `stat`: which, depends on what else is imported where.
  import CDispatch
  import CoreFoundation
  import Glibc
#endif

/// A regular file opened for reading: what is said of it and what is read of it are of one file.
public final class OpenFile: Sendable {
  /// Bytes.
  public let size: Int
  /// When it was written, in seconds since 1970.
  public let modified: Double
  /// Differs from that of every other file and version.
  public let tag: String
  private let descriptor: CInt

  /// Opens a file.
  ///
  /// - Parameter root: where given, the file must really lie within this folder, whatever
  ///   links lead to it.
  /// - Returns: nil for what is missing, unreadable, outside, or no regular file.
  public init?(_ path: String, within root: String? = nil) {
    if let root {
      guard let real = realpath(path, nil), let realRoot = realpath(root, nil) else { return nil }
      defer {
        free(real)
        free(realRoot)
      }
      let (file, folder) = (String(cString: real), String(cString: realRoot))
      guard file.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/") else { return nil }
    }
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    size = Int(status.st_size)
    let nanoseconds = Int(status.st_mtim.tv_nsec)
    modified = Double(status.st_mtim.tv_sec) + Double(nanoseconds) / 1e9
    tag = [Int(status.st_ino), size, Int(status.st_mtim.tv_sec), nanoseconds]
      .map { String($0, radix: 36) }.joined(separator: "-")
  }

  deinit { close(descriptor) }

  /// Some bytes, fewer at the end of the file.
  ///
  /// - Throws: ``FileFailure/unreadable`` where the disk fails, or the file has shrunk.
  public func read(at offset: Int, count: Int) async throws -> ByteBuffer {
    try await NIOThreadPool.singleton.runIfActive { try self.readNow(at: offset, count: count) }
  }

  /// All bytes, at once.
  public func readAll() async throws -> [UInt8] {
    try await NIOThreadPool.singleton.runIfActive {
      Array(try self.readNow(at: 0, count: self.size).readableBytesView)
    }
  }

  private func readNow(at offset: Int, count: Int) throws -> ByteBuffer {
    var buffer = ByteBuffer()
    try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
      let done = pread(descriptor, bytes.baseAddress, count, off_t(offset))
      guard done > 0 || count == 0 else { throw FileFailure.unreadable }
      return done
    }
    return buffer
  }
}
