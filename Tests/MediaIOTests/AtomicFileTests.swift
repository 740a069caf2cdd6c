import Foundation
import MediaIO
import Testing

struct AtomicFileTests {
  private func kind(of path: String) throws -> FileAttributeType? {
    try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
  }

  @Test func `a file appears whole, and replaces another`() throws {
    try withScratchFolder { folder in
      let path = folder + "/a.bin"
      try AtomicFile.write([1, 2, 3], to: path)
      let file = try AtomicFile(path: path)
      try Data([9]).write(to: URL(fileURLWithPath: file.temporaryPath))
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
      try file.commit()
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([9]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.bin"])
    }
  }

  @Test func `what is no regular file stays as it is`() throws {
    try withScratchFolder { folder in
      let pipe = folder + "/pipe", link = folder + "/link"
      #expect(mkfifo(pipe, 0o600) == 0)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: pipe)
      let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      for path in [pipe, link] {
        let reason = "It is a device or a pipe, not a file"
        #expect(throws: MediaError.cannotCreate(path: path, reason: reason)) {
          try AtomicFile.write([1], to: path)
        }
      }
      #expect(throws: MediaError.cannotCreate(path: folder, reason: "It is a folder")) {
        try AtomicFile.write([1], to: folder)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
      var status = stat()
      #expect(lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
      #expect(try kind(of: link) == .typeSymbolicLink)
    }
  }
}
