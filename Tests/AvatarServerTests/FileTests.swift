import CZlib
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import ServerSupport
import Testing

@testable import AvatarServer

struct FileTests {
  @Test func `Pages are served with their types, validators and isolation`() async throws {
    try await TestServer().test { client in
      let page = try await client.send(.get, "/scan/")
      #expect(page.status == .ok)
      #expect(page.text.contains("Scan"))
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      #expect(page.headers[.crossOriginOpenerPolicy] == "same-origin")
      #expect(page.headers[.crossOriginEmbedderPolicy] == "require-corp")
      #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
      #expect(page.headers[.contentSecurityPolicy]?.contains("unsafe-inline") == false)
      #expect(page.headers[.xContentTypeOptions] == "nosniff")
      let tag = try #require(page.headers[.eTag])
      #expect(try await client.send(.get, "/scan/", [.ifNoneMatch: tag]).status == .notModified)
      #expect(
        try await client.send(.get, "/scan/", [.ifNoneMatch: "\"other\""]).status == .ok)
      let head = try await client.send(.head, "/scan/")
      #expect(head.status == .ok && head.text.isEmpty)
      #expect(head.headers[.contentLength] == page.headers[.contentLength])
      #expect(try await client.send(.get, "/").text.contains("Mirror"))
      let folder = try await client.send(.get, "/scan")
      #expect(folder.status == .permanentRedirect && folder.headers[.location] == "/scan/")
      for name in ["visavis", "tracking"] {
        let core = try await client.send(.get, "/core/\(name).wasm")
        #expect(core.headers[.contentType] == "application/wasm" && core.body.readableBytes == 4)
      }
    }
  }

  @Test(arguments: [
    ("/built/app-EQOJB746.js", true), ("/built/room.js", false), ("/built/room-headset.js", false),
    ("/built/app-EQOJB746.js.map", false), ("/scan/app-EQOJB746.js", false),
  ])
  func `Scripts named by their content are kept, others asked for`(_ path: String, _ isKept: Bool)
    async throws
  {
    let server = try TestServer()
    try server.folder.write("// A script.", to: "web" + path)
    try await server.test { client in
      let answer = try await client.send(.get, path)
      #expect(answer.status == .ok)
      #expect(answer.headers[.cacheControl]?.contains("immutable") == isKept)
    }
  }

  @Test func `Text is compressed where that is accepted, and is the same text`() async throws {
    let server = try TestServer()
    try await server.test { client in
      let plain = try await client.send(.get, "/scan/a.css")
      #expect(plain.headers[.contentEncoding] == nil)
      let packed = try await client.send(
        .get, "/scan/a.css", [.acceptEncoding: "br, gzip;q=0.5"])
      #expect(packed.headers[.contentEncoding] == "gzip")
      #expect(packed.headers[.vary] == "Accept-Encoding")
      #expect(packed.headers[.eTag] != plain.headers[.eTag])
      #expect(packed.body.readableBytes < plain.body.readableBytes / 4)
      #expect(Self.unpacked(Array(packed.body.readableBytesView)) == plain.text)
      let refused = try await client.send(.get, "/scan/a.css", [.acceptEncoding: "gzip;q=0"])
      #expect(refused.headers[.contentEncoding] == nil)
    }
  }

  @Test(arguments: [
    ("bytes=0-3", "body", 206), ("bytes=5-", nil, 206), ("bytes=-4", "; }\n", 206),
    ("bytes=4190-9999", nil, 206), ("bytes=9999-", nil, 416), ("bytes=-0", nil, 416),
    ("bytes=3-1", nil, 200), ("lines=1-2", nil, 200), ("bytes=0-1,4-5", nil, 200),
    ("bytes=99999999999999999999-", nil, 416), ("bytes=a-b", nil, 200),
  ])
  func `Ranges are served, ignored or refused as RFC 9110 says`(
    range: String, text: String?, status: Int
  ) async throws {
    try await TestServer().test { client in
      let answer = try await client.send(.get, "/scan/a.css", [.range: range])
      #expect(answer.status.code == status)
      if let text { #expect(answer.text == text) }
      if status == 206 {
        #expect(answer.headers[.contentRange]?.hasSuffix("/4200") == true)
      }
      if status == 416 {
        #expect(try answer.problem() == "range-not-satisfiable")
        #expect(answer.headers[.contentRange] == "bytes */4200")
      }
    }
  }

  @Test(arguments: [
    "/../secret.txt", "/scan/../../secret.txt", "/%2e%2e/secret.txt",
    "/scan/%2e%2e%2f%2e%2e/secret.txt",
    "/..%5csecret.txt", "/.hidden", "/%2ehidden", "//etc/passwd", "/scan//a.css",
    "/scan/a.css%00.html",
    "/link.txt", "/folderlink/secret.txt", "/%ff%fe", "/models/../../secret.tflite", "/scan/a.css/",
    "/avatars/..%2f..%2fkey", "/avatars/.json", "/avatars/%2e%2e", "/core/../../secret.txt",
  ])
  func `Nothing outside the folders can be reached`(path: String) async throws {
    let server = try TestServer()
    try FileManager.default.createSymbolicLink(
      atPath: server.folder.path + "/web/link.txt",
      withDestinationPath: server.folder.path + "/secret.txt")
    try FileManager.default.createSymbolicLink(
      atPath: server.folder.path + "/web/folderlink", withDestinationPath: server.folder.path)
    try await server.test { client in
      let answer = try await client.send(.get, path)
      #expect(answer.status == .notFound, "\(path)")
      #expect(!answer.text.contains("secret") && !answer.text.contains("hidden"))
    }
  }

  @Test func `Pages answer to reading only`() async throws {
    try await TestServer().test { client in
      let answer = try await client.send(.put, "/scan/", body: "x")
      #expect(answer.status == .methodNotAllowed && answer.headers[.allow] == "GET, HEAD")
      #expect(try answer.problem() == "method-not-allowed")
    }
  }

  @Test func `Dates are read as they are written`() {
    #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
    #expect(HTTPDate.seconds("yesterday") == nil)
  }

  @Test func `An archive holds what it says, padded`() {
    let header = TarArchive.header(name: "a/b.txt", size: 5, modified: 1000)
    #expect(header.count == 512)
    let sum = header.enumerated().reduce(0) {
      $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element))
    }
    let written = Int(String(decoding: header[148..<154], as: UTF8.self), radix: 8)
    #expect(written == sum)
    #expect(TarArchive.padding(after: 5).count == 507 && TarArchive.padding(after: 512).isEmpty)
    let long = TarArchive.header(
      name: String(repeating: "é", count: 80), size: 5, modified: 1000)
    #expect(long.count == 1536)
  }

  private static func unpacked(_ bytes: [UInt8]) -> String {
    var stream = z_stream()
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK
    else { return "" }
    defer { inflateEnd(&stream) }
    var input = bytes
    var output = [UInt8](repeating: 0, count: 1 << 16)
    let count = output.count
    input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(count)
        inflate(&stream, Z_FINISH)
      }
    }
    return String(decoding: output.prefix(Int(stream.total_out)), as: UTF8.self)
  }
}
