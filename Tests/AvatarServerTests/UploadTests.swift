import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import AvatarServer

struct UploadTests {
  @Test func `The server says what it speaks`() async throws {
    try await TestServer().test { client in
      let answer = try await client.send(.options, "/api/uploads")
      #expect(answer.status == .noContent)
      #expect(answer.headers[.tusVersion] == "1.0.0")
      #expect(answer.headers[.tusMaxSize] == String(2 << 30))
      #expect(answer.headers[.tusExtension]?.contains("checksum") == true)
    }
  }

  @Test func `An upload arrives in parts, and goes on where it stopped`() async throws {
    let server = try TestServer()
    try await server.test { client in
      let address = try await client.announce(10)
      let first = try await client.tus(.patch, address, [.uploadOffset: "0"], body: "01234")
      #expect(first.status == .noContent && first.headers[.uploadOffset] == "5")
      let status = try await client.tus(.head, address)
      #expect(status.headers[.uploadOffset] == "5" && status.headers[.uploadLength] == "10")
      #expect(status.headers[.cacheControl] == "no-store")
      let wrong = try await client.tus(.patch, address, [.uploadOffset: "4"], body: "x")
      #expect(wrong.status == .conflict && wrong.headers[.uploadOffset] == "5")
      #expect(try wrong.problem() == "wrong-offset")
      let rest = try await client.tus(.patch, address, [.uploadOffset: "5"], body: "56789")
      #expect(rest.headers[.uploadOffset] == "10")
      #expect(try await client.tus(.delete, address).status == .noContent)
      #expect(try await client.tus(.head, address).status == .notFound)
    }
    #expect(DataFolder.names(in: server.folder.path + "/data/uploads").isEmpty)
  }

  @Test func `A killed server goes on where the file ends`() async throws {
    let folder = try TestFolder()
    let address = Box("")
    try await TestServer(folder: folder).test { client in
      address.value = try await client.announce(6)
      _ = try await client.tus(.patch, address.value, [.uploadOffset: "0"], body: "abc")
    }
    try await TestServer(folder: folder).test { client in
      let status = try await client.tus(.head, address.value)
      #expect(status.status == .ok && status.headers[.uploadOffset] == "3")
      let rest = try await client.tus(.patch, address.value, [.uploadOffset: "3"], body: "def")
      #expect(rest.headers[.uploadOffset] == "6")
    }
  }

  @Test func `Bytes whose checksum was not compared when the server was killed are forgotten`()
    async throws
  {
    let folder = try TestFolder()
    let data = try DataFolder(path: folder.path + "/data")
    let store = UploadStore(folder: data, limits: ServerLimits.forTests)
    let upload = try await store.create(length: 100, metadata: [:])
    let plain = try await store.begin(upload.id, offset: 0, announced: 3, isChecked: false)
    try await store.append(ByteBuffer(string: "abc"), plain)
    try await store.finish(plain, holds: nil)
    let checked = try await store.begin(upload.id, offset: 3, announced: 3, isChecked: true)
    try await store.append(ByteBuffer(string: "def"), checked)
    // Killed here.
    let next = UploadStore(folder: data, limits: ServerLimits.forTests)
    #expect(try await next.status(upload.id).received == 3)
  }

  @Test(arguments: ["sha1", "sha256"])
  func `A checksum is compared, and what it does not hold for is forgotten`(algorithm: String)
    async throws
  {
    func digest(_ text: String) -> String {
      let data = Data(text.utf8)
      let bytes =
        algorithm == "sha1"
        ? Array(Insecure.SHA1.hash(data: data)) : Array(SHA256.hash(data: data))
      return algorithm + " " + Data(bytes).base64EncodedString()
    }
    let good = digest("hello")
    try await TestServer().test { client in
      let address = try await client.announce(5)
      let bad = try await client.tus(
        .patch, address, [.uploadOffset: "0", .uploadChecksum: good], body: "hallo")
      #expect(bad.status.code == 460)
      #expect(try bad.problem() == "checksum-mismatch")
      #expect(try await client.tus(.head, address).headers[.uploadOffset] == "0")
      let answer = try await client.tus(
        .patch, address, [.uploadOffset: "0", .uploadChecksum: good], body: "hello")
      #expect(answer.status == .noContent && answer.headers[.uploadOffset] == "5")
    }
  }

  @Test(
    arguments: [
      ("0", nil, 400), ("-1", nil, 400), ("abc", nil, 400), ("99999999999999999999", nil, 400),
      ("9999999999", nil, 413), ("10", "key !!", 400), ("10", "a YQ==,a YQ==", 400),
      ("10", ",", 400),
    ] as [(String, String?, Int)])
  func `Lies about lengths and metadata are refused`(
    length: String, metadata: String?, status: Int
  ) async throws {
    try await TestServer().test { client in
      var headers: HTTPFields = [.uploadLength: length]
      headers[.uploadMetadata] = metadata
      let answer = try await client.tus(.post, "/api/uploads", headers)
      #expect(answer.status.code == status)
      _ = try answer.problem()
    }
  }

  @Test func `More than was announced is refused, and what was announced stays`() async throws {
    try await TestServer().test { client in
      let address = try await client.announce(4)
      let more = try await client.tus(.patch, address, [.uploadOffset: "0"], body: "12345")
      #expect(more.status == .contentTooLarge)
      #expect(try more.problem() == "beyond-length")
      #expect(try await client.tus(.head, address).headers[.uploadOffset] == "0")
      #expect(
        try await client.tus(.patch, address, [.uploadOffset: "0"], body: "1234").status
          == .noContent)
    }
  }

  @Test func `Requests that are not tus are refused`() async throws {
    try await TestServer().test { client in
      let address = try await client.announce(4)
      let version = try await client.send(.head, address)
      #expect(version.status == .preconditionFailed && version.headers[.tusVersion] == "1.0.0")
      let type = try await client.send(
        .patch, address,
        [.tusResumable: "1.0.0", .uploadOffset: "0", .contentType: "text/plain"], body: "abcd")
      #expect(type.status == .unsupportedMediaType)
      let offset = try await client.tus(.patch, address, [:], body: "abcd")
      #expect(try offset.problem() == "malformed-header")
      for sum in ["md5 YQ==", "sha1 YQ==", "sha1", "sha256 !!!"] {
        let answer = try await client.tus(
          .patch, address, [.uploadOffset: "0", .uploadChecksum: sum], body: "abcd")
        #expect(answer.status == .badRequest, "\(sum)")
      }
      for id in ["..", "%2e%2e", "abc", String(repeating: "a", count: 26)] {
        #expect(try await client.tus(.head, "/api/uploads/\(id)").status == .notFound)
      }
    }
  }

  @Test func `As many uploads may be unfinished as the limit says`() async throws {
    let server = try TestServer { $0.limits.openUploads = 2 }
    try await server.test { client in
      let first = try await client.announce(4)
      _ = try await client.announce(4)
      let third = try await client.tus(.post, "/api/uploads", [.uploadLength: "4"])
      #expect(third.status == .tooManyRequests)
      #expect(try third.problem() == "too-many-uploads")
      _ = try await client.tus(.delete, first)
      _ = try await client.announce(4)
    }
  }

  @Test func `A full disk is refused before bytes are sent`() async throws {
    let server = try TestServer { $0.limits.freeBytes = .max / 2 }
    try await server.test { client in
      let answer = try await client.tus(.post, "/api/uploads", [.uploadLength: "4"])
      #expect(answer.status.code == 507)
    }
  }

  @Test func `Abandoned uploads go, and those that are touched stay`() async throws {
    let folder = try TestFolder()
    let data = try DataFolder(path: folder.path)
    let clock = Box(Date())
    let store = UploadStore(
      folder: data, limits: ServerLimits.forTests, now: { clock.value })
    let old = try await store.create(length: 4, metadata: [:])
    clock.value += 80_000
    let new = try await store.create(length: 4, metadata: [:])
    clock.value += 10_000
    await store.removeAbandoned()
    await #expect(throws: ServerError.unknownUpload) { try await store.status(old.id) }
    #expect(try await store.status(new.id).received == 0)
    #expect(DataFolder.names(in: data.uploads) == [new.id])
  }

  @Test func `A newer request takes an upload over from a stalled one`() async throws {
    let folder = try TestFolder()
    let store = UploadStore(
      folder: try DataFolder(path: folder.path), limits: ServerLimits.forTests)
    let upload = try await store.create(length: 6, metadata: [:])
    let stalled = try await store.begin(upload.id, offset: 0, announced: nil, isChecked: false)
    try await store.append(ByteBuffer(string: "abc"), stalled)
    #expect(try await store.status(upload.id).received == 3)
    await #expect(throws: ServerError.uploadTakenOver) {
      try await store.append(ByteBuffer(string: "xyz"), stalled)
    }
    let next = try await store.begin(upload.id, offset: 3, announced: 3, isChecked: false)
    try await store.append(ByteBuffer(string: "def"), next)
    #expect(try await store.finish(next, holds: nil) == 6)
  }
}

/// A value that a test's closures share.
final class Box<Value: Sendable>: @unchecked Sendable {
  // Safe because every access holds the lock.
  private let lock = NSLock()
  private var stored: Value

  init(_ value: Value) { stored = value }

  var value: Value {
    get { lock.withLock { stored } }
    set { lock.withLock { stored = newValue } }
  }
}

extension ServerLimits {
  /// Limits on machines whose disks may be full.
  static var forTests: ServerLimits {
    var limits = ServerLimits()
    limits.freeBytes = 0
    return limits
  }
}
