import Foundation

#if canImport(Darwin)
  public import Darwin
#else
  public import Glibc
#endif

/// Files that are there in full or not at all.
public enum AtomicFile {
  /// What the names of unfinished files end with.
  public static let temporarySuffix = ".unfinished"

  /// Writes beside a file, makes sure it is on the disk, and puts it into its place.
  ///
  /// - Throws: ``FileFailure/full``, or ``FileFailure/unwritable`` where the folder cannot be written.
  public static func write(
    _ bytes: [UInt8], to path: String, mode: mode_t = 0o600
  ) throws(FileFailure) {
    let temporary = path + temporarySuffix
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .unwritable }
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done)
      }
      if written < 0 {
        let isFull = errno == ENOSPC || errno == EDQUOT
        close(descriptor)
        unlink(temporary)
        throw isFull ? .full : .unwritable
      }
      done += written
    }
    fsync(descriptor)
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      unlink(temporary)
      throw .unwritable
    }
    syncFolder(of: path)
  }

  /// Makes sure that the folder's new entry is on the disk too.
  private static func syncFolder(of path: String) {
    let descriptor = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}
