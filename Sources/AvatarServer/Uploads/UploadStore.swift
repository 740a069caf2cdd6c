import Foundation
import Logging
import NIOCore
import NIOPosix

#if canImport(Darwin)
  import Darwin
#else
  import CoreFoundation
  import Glibc
#endif

/// Keeps what arrives.
///
/// What has arrived is what lies on the disk: a killed server goes on where the file ends. One request
/// at a time writes to an upload; a newer one takes over, since the older is that of a connection
/// that the client has given up.
actor UploadStore {
  /// The right to write to an upload until another request takes it.
  struct Lease: Sendable, Equatable {
    let id: String
    fileprivate let number: Int
  }

  private struct Entry {
    var upload: Upload
    var received: Int
    var lease: Lease?
    var touched: Date
  }

  private let folder: DataFolder
  private let limits: ServerLimits
  private let now: @Sendable () -> Date
  private var entries: [String: Entry] = [:]
  private var leases = 0

  /// Takes up what an earlier run left.
  init(
    folder: DataFolder, limits: ServerLimits, now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.folder = folder
    self.limits = limits
    self.now = now
    for id in DataFolder.names(in: folder.uploads) {
      let place = folder.uploads + "/" + id
      guard DataFolder.isIdentifier(id),
        var upload = AtomicWrite.readJSON(Upload.self, from: place + "/upload.json"),
        upload.id == id,
        var size = Self.size(place + "/video")
      else {
        DataFolder.remove(place)
        continue
      }
      // Bytes whose checksum was never compared are not believed.
      if let unchecked = upload.unchecked, unchecked < size {
        truncate(place + "/video", off_t(unchecked))
        size = unchecked
      }
      upload.unchecked = nil
      let modified = Self.modified(place + "/video") ?? upload.created
      entries[id] = Entry(
        upload: upload, received: min(size, upload.length), lease: nil, touched: modified)
    }
  }

  /// Announces an upload.
  func create(length: Int, metadata: [String: String]) throws(ServerError) -> Upload {
    guard length <= limits.uploadBytes else { throw .uploadTooLarge(limit: limits.uploadBytes) }
    removeAbandoned()
    guard entries.count < limits.openUploads else {
      throw .tooManyUploads(limit: limits.openUploads)
    }
    let promised = entries.values.reduce(0) { $0 + $1.upload.length - $1.received }
    guard folder.freeBytes - promised - length >= limits.freeBytes else { throw .diskFull }
    let upload = Upload(
      id: DataFolder.newIdentifier(), length: length, metadata: metadata, created: now(),
      unchecked: nil)
    let place = place(of: upload.id)
    do { try folder.makeFolder("uploads/" + upload.id) } catch { throw .failure }
    guard FileManager.default.createFile(atPath: place + "/video", contents: nil) else {
      throw .failure
    }
    try AtomicWrite.writeJSON(upload, to: place + "/upload.json")
    entries[upload.id] = Entry(upload: upload, received: 0, lease: nil, touched: now())
    return upload
  }

  /// An upload and how much of it is here.
  ///
  /// A request that still writes loses its right: whoever asks is about to go on.
  func status(_ id: String) throws(ServerError) -> (upload: Upload, received: Int, expires: Date) {
    guard var entry = entries[id] else { throw .unknownUpload }
    if entry.lease != nil, let unchecked = entry.upload.unchecked {
      try forget(&entry, from: unchecked)
    }
    entry.lease = nil
    entries[id] = entry
    return (
      entry.upload, entry.received, entry.touched.addingTimeInterval(limits.abandonedSeconds)
    )
  }

  /// Begins to write.
  ///
  /// - Parameters:
  ///   - announced: bytes that the request says it brings.
  ///   - isChecked: whether what comes is only believed when ``finish(_:holds:)`` says so.
  func begin(
    _ id: String, offset: Int, announced: Int?, isChecked: Bool
  ) throws(ServerError) -> Lease {
    guard var entry = entries[id] else { throw .unknownUpload }
    if entry.lease != nil, let unchecked = entry.upload.unchecked {
      try forget(&entry, from: unchecked)
      entry.lease = nil
      entries[id] = entry
    }
    guard offset == entry.received else { throw .wrongOffset(received: entry.received) }
    guard announced ?? 0 <= entry.upload.length - offset else {
      throw .beyondLength(length: entry.upload.length)
    }
    leases += 1
    let lease = Lease(id: id, number: leases)
    entry.lease = lease
    if isChecked {
      entry.upload.unchecked = offset
      try AtomicWrite.writeJSON(entry.upload, to: place(of: id) + "/upload.json")
    }
    entries[id] = entry
    return lease
  }

  /// Writes some bytes where the upload ends.
  func append(_ buffer: ByteBuffer, _ lease: Lease) async throws {
    guard let entry = entries[lease.id], entry.lease == lease else {
      throw ServerError.uploadTakenOver
    }
    guard entry.received + buffer.readableBytes <= entry.upload.length else {
      throw ServerError.beyondLength(length: entry.upload.length)
    }
    let (path, offset) = (place(of: lease.id) + "/video", entry.received)
    try await NIOThreadPool.singleton.runIfActive { try Self.write(buffer, to: path, at: offset) }
    // Another request may have come while the disk worked; its offset counts then.
    guard entries[lease.id]?.lease == lease else { throw ServerError.uploadTakenOver }
    entries[lease.id]?.received = offset + buffer.readableBytes
    entries[lease.id]?.touched = now()
  }

  /// Ends writing.
  ///
  /// - Parameter holds: whether the checksum held, where there was one; nil where the bytes did not all come.
  /// - Returns: how much is here.
  @discardableResult
  func finish(_ lease: Lease, holds: Bool?) throws(ServerError) -> Int {
    guard var entry = entries[lease.id], entry.lease == lease else { throw .uploadTakenOver }
    entry.lease = nil
    if let unchecked = entry.upload.unchecked {
      if holds == true {
        entry.upload.unchecked = nil
        try AtomicWrite.writeJSON(entry.upload, to: place(of: lease.id) + "/upload.json")
      } else {
        try forget(&entry, from: unchecked)
      }
    }
    entries[lease.id] = entry
    return entry.received
  }

  /// Removes an upload.
  func remove(_ id: String) throws(ServerError) {
    guard entries.removeValue(forKey: id) != nil else { throw .unknownUpload }
    DataFolder.remove(place(of: id))
  }

  /// Hands a whole video over: it moves to another place and the upload is gone.
  ///
  /// - Returns: what the client said of it.
  func take(_ id: String, to path: String) throws(ServerError) -> Upload {
    guard let entry = entries[id] else { throw .unknownUpload }
    guard entry.received == entry.upload.length, entry.upload.unchecked == nil else {
      throw .uploadIncomplete(received: entry.received, length: entry.upload.length)
    }
    guard rename(place(of: id) + "/video", path) == 0 else { throw .failure }
    entries[id] = nil
    DataFolder.remove(place(of: id))
    return entry.upload
  }

  /// Removes what nobody has touched for long.
  func removeAbandoned() {
    let limit = now().addingTimeInterval(-limits.abandonedSeconds)
    for (id, entry) in entries where entry.touched < limit && entry.lease == nil {
      entries[id] = nil
      DataFolder.remove(place(of: id))
    }
  }

  /// Removes everything.
  func removeAll() {
    for id in entries.keys { DataFolder.remove(place(of: id)) }
    entries = [:]
  }

  /// Uploads, the newest first.
  var all: [(upload: Upload, received: Int)] {
    entries.values.map { ($0.upload, $0.received) }
      .sorted { $0.upload.created > $1.upload.created }
  }

  private func place(of id: String) -> String { folder.uploads + "/" + id }

  /// Forgets bytes that were not proved.
  private func forget(_ entry: inout Entry, from offset: Int) throws(ServerError) {
    let place = place(of: entry.upload.id)
    truncate(place + "/video", off_t(offset))
    entry.received = min(entry.received, offset)
    entry.upload.unchecked = nil
    try AtomicWrite.writeJSON(entry.upload, to: place + "/upload.json")
  }

  private static func size(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  private static func modified(_ path: String) -> Date? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
  }

  private static func write(_ buffer: ByteBuffer, to path: String, at offset: Int) throws {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ServerError.unknownUpload }
    defer { close(descriptor) }
    try buffer.withUnsafeReadableBytes { bytes in
      var done = 0
      while done < bytes.count {
        let written = pwrite(
          descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
          off_t(offset + done))
        guard written > 0 else {
          throw errno == ENOSPC || errno == EDQUOT ? ServerError.diskFull : ServerError.failure
        }
        done += written
      }
    }
  }
}
