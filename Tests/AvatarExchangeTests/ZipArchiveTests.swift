import MotionSamples
import Testing

@testable import AvatarExchange

struct ZipArchiveTests {
  private let files: [(String, [UInt8])] = [
    ("a/one.txt", Array("one".utf8)), ("two.bin", (0..<9000).map { UInt8($0 % 251) }), ("no", []),
  ]

  @Test(arguments: [false, true]) func `files come back, in whatever folder`(_ isDeflated: Bool)
    throws
  {
    let bytes = ZipSample.archive(files, isDeflated: isDeflated)
    let archive = try ZipArchive(bytes)
    #expect(archive.entries.map(\.name) == files.map(\.0))
    for (name, contents) in files {
      let entry = try archive.entry(String(name.split(separator: "/").last ?? ""))
      #expect(try archive.contents(entry, limit: 9000) == contents)
    }
    // A comment behind is allowed.
    var commented = bytes
    commented[commented.count - 2] = 3
    #expect(try ZipArchive(commented + [1, 2, 3]).entries.count == 3)
  }

  @Test func `what is wrong is named with its place`() throws {
    func error(_ bytes: [UInt8], read: String = "two.bin", limit: Int = 1 << 20) -> ExchangeError? {
      exchangeError { () throws(ExchangeError) in
        let archive = try ZipArchive(bytes)
        _ = try archive.contents(archive.entry(read), limit: limit)
      }
    }
    let bytes = ZipSample.archive(files, isDeflated: true)
    let end = bytes.count - 22
    #expect(error([]) == .unexpected(offset: 0, expected: "the end of a zip archive"))
    #expect(error(bytes, read: "three") == .missingEntry("three"))
    let header = try #require(
      (0..<bytes.count).filter { bytes[$0...].starts(with: [0x50, 0x4B, 3, 4]) }.dropFirst().first)
    #expect(
      error(bytes, limit: 8999)
        == .valueOutOfRange(offset: header, expected: "a file of at most 8999 bytes"))
    var parts = bytes
    parts[end + 4] = 1
    #expect(error(parts) == .unexpected(offset: end + 4, expected: "an archive in one part"))
    var far = bytes
    far[end + 18] = 0xFF
    #expect(
      error(far)
        == .unexpected(offset: end + 12, expected: "a directory before this, of 32-bit sizes"))
    var locked = bytes
    let second = try #require(
      (0..<bytes.count).filter { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) }.dropFirst().first)
    locked[second + 8] = 1
    #expect(error(locked) == .unexpected(offset: header, expected: "a file without a password"))
    var other = bytes
    other[second + 10] = 12
    #expect(
      error(other) == .unexpected(offset: header + 8, expected: "a stored or deflated file"))
    var spoilt = bytes
    spoilt[second + 16] ^= 1
    #expect(
      error(spoilt) == .damagedCompression(offset: header + 30 + 7, expected: 9000))
  }

  @Test func `a bomb ends at the size that it admits`() throws {
    // A gigabyte of zeros packs into a megabyte; here it says to be 1,000 bytes.
    let packed = ZipSample.deflated([UInt8](repeating: 0, count: 64 << 20))
    var bytes = ZipSample.archive([("b", packed)], isDeflated: false)
    let entry = try #require(
      (0..<bytes.count).first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    bytes[entry + 10] = 8
    bytes.replaceSubrange(entry + 24..<entry + 28, with: [0xE8, 3, 0, 0])
    let archive = try ZipArchive(bytes)
    let error = exchangeError { () throws(ExchangeError) in
      _ = try archive.contents(archive.entry("b"), limit: 64 << 20)
    }
    guard case .damagedCompression(let offset, expected: 1000) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    // It stopped after the first part that was too much, not at the end.
    #expect(offset < entry / 100)
  }

  @Test func `altered archives never trap`() {
    let whole = ZipSample.archive(files, isDeflated: true)
    let other = ZipSample.archive([("x", [1, 2, 3])], isDeflated: false)
    var mutator = PacketMutator(seed: 8)
    var refused = 0, read = 0
    for _ in 0..<4000 {
      let bytes = mutator.spoil(whole, with: other)
      do throws(ExchangeError) {
        let archive = try ZipArchive(bytes)
        for entry in archive.entries { _ = try archive.contents(entry, limit: 1 << 20) }
        read += 1
      } catch { refused += 1 }
    }
    #expect(refused > 100 && refused + read == 4000)
  }
}
