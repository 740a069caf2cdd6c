/// The files in a zip archive, found by the directory at its end.
///
/// Entries may be stored or deflated; encryption, parts and the 64-bit extension are refused. An entry
/// takes memory only when it is read, and never more than the size that is allowed for it, so that a
/// small archive cannot fill the memory.
///
/// Source: PKWARE, APPNOTE.TXT 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
public struct ZipArchive {
  /// A file in the archive.
  public struct Entry: Equatable, Sendable {
    /// Its path, as written.
    public let name: String
    /// Its size in bytes, as the directory has it.
    public let size: Int
    fileprivate let packedSize, header, method: Int
    fileprivate let checksum: UInt32
    fileprivate let isEncrypted: Bool

    /// The last part of the path.
    public var fileName: String { String(name.split(separator: "/").last ?? "") }

    /// Whether an operating system put it there beside what was packed.
    var isAppended: Bool { name.hasPrefix("__MACOSX/") || fileName.hasPrefix(".") }
  }

  /// The files, in the directory's order.
  public let entries: [Entry]
  private let bytes: [UInt8]

  /// Reads the directory.
  ///
  /// - Throws: ``ExchangeError``.
  public init(_ bytes: [UInt8]) throws(ExchangeError) {
    self.bytes = bytes
    let end = try Self.end(of: bytes)
    var source = ByteSource(bytes, in: end + 4..<bytes.count)
    let part = try source.short(), directoryPart = try source.short()
    let here = try source.short(), count = try source.short()
    let size = Int(try source.word()), start = Int(try source.word())
    guard part == 0, directoryPart == 0, here == count else {
      throw .unexpected(offset: end + 4, expected: "an archive in one part")
    }
    guard start <= end, size <= end - start else {
      throw .unexpected(offset: end + 12, expected: "a directory before this, of 32-bit sizes")
    }
    var directory = ByteSource(bytes, in: start..<start + size)
    var entries: [Entry] = []
    for _ in 0..<Int(count) { entries.append(try Self.entry(&directory)) }
    self.entries = entries
  }

  /// The one file of a name, in whatever folder.
  ///
  /// - Throws: ``ExchangeError/missingEntry(_:)``.
  public func entry(_ name: String) throws(ExchangeError) -> Entry {
    guard let entry = entries.first(where: { $0.fileName == name && !$0.isAppended }) else {
      throw .missingEntry(name)
    }
    return entry
  }

  /// A file's bytes.
  ///
  /// - Parameter limit: the most bytes that are read.
  /// - Throws: ``ExchangeError``.
  public func contents(_ entry: Entry, limit: Int) throws(ExchangeError) -> [UInt8] {
    guard entry.size <= limit else {
      throw .valueOutOfRange(offset: entry.header, expected: "a file of at most \(limit) bytes")
    }
    guard !entry.isEncrypted else {
      throw .unexpected(offset: entry.header, expected: "a file without a password")
    }
    guard entry.header <= bytes.count else {
      throw .truncated(offset: entry.header, needed: 30, available: 0)
    }
    var source = ByteSource(bytes, in: entry.header..<bytes.count)
    if try source.word() != 0x0403_4B50 {
      throw .unexpected(offset: entry.header, expected: "a file's header")
    }
    // Its sizes may be missing here; the directory has them.
    try source.skip(22)
    let name = Int(try source.short()), extra = Int(try source.short())
    try source.skip(name + extra)
    try source.need(entry.packedSize)
    let range = source.position..<source.position + entry.packedSize
    let plain: [UInt8]
    switch entry.method {
    case 0: plain = Array(bytes[range])
    case 8: plain = try Compression.inflated(bytes, in: range, .none, limit: entry.size)
    default: throw .unexpected(offset: entry.header + 8, expected: "a stored or deflated file")
    }
    guard plain.count == entry.size, Compression.checksum(plain) == entry.checksum else {
      throw .damagedCompression(offset: range.lowerBound, expected: entry.size)
    }
    return plain
  }

  /// Where the record at the end begins; a comment of up to 65,535 bytes may follow it.
  private static func end(of bytes: [UInt8]) throws(ExchangeError) -> Int {
    let length = 22
    var place = bytes.count - length
    let least = max(0, place - 65_535)
    while place >= least {
      if bytes[place] == 0x50, bytes[place + 1] == 0x4B, bytes[place + 2] == 5,
        bytes[place + 3] == 6,
        place + length + (Int(bytes[place + 20]) | Int(bytes[place + 21]) << 8) == bytes.count
      {
        return place
      }
      place -= 1
    }
    throw .unexpected(offset: max(bytes.count - length, 0), expected: "the end of a zip archive")
  }

  private static func entry(_ source: inout ByteSource) throws(ExchangeError) -> Entry {
    let start = source.position
    if try source.word() != 0x0201_4B50 {
      throw .unexpected(offset: start, expected: "an entry of the archive's directory")
    }
    try source.skip(4)
    let flags = try source.short(), method = Int(try source.short())
    try source.skip(4)
    let checksum = try source.word()
    let packedSize = Int(try source.word()), size = Int(try source.word())
    let lengths = (Int(try source.short()), Int(try source.short()), Int(try source.short()))
    try source.skip(8)
    let header = Int(try source.word())
    let name = source.position..<source.position + lengths.0
    try source.skip(lengths.0 + lengths.1 + lengths.2)
    return Entry(
      name: String(decoding: source.bytes[name], as: UTF8.self), size: size,
      packedSize: packedSize, header: header, method: method, checksum: checksum,
      isEncrypted: flags & 1 != 0)
  }
}
