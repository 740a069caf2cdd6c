import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import NIOPosix
import Testing

@testable import AvatarServer

/// Over a real connection: what only shows there.
struct HostileTests {
  @Test(arguments: [
    "NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\r\n\r\n\u{0}\u{1}\u{2}",
    "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    "POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
    "POST /api/enrollments HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "a", count: 40000) + "\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: localhost\r\n" + String(repeating: "A: b\r\n", count: 200) + "\r\n",
  ])
  func `Malformed requests end their own connection only`(text: String) async throws {
    try await TestServer { $0.limits.idleSeconds = 1 }.testLive { client in
      let port = try #require(client.port)
      let answer = try await RawClient.exchange(port: port, text)
      #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(60))")
      #expect(await Self.isServing(port))
    }
  }

  /// Whether a fresh connection is answered; on a busy machine a test's short limits may cut off some.
  private static func isServing(_ port: Int) async -> Bool {
    for _ in 0..<20 {
      let line = try? await RawClient.firstLine(
        port: port, "GET /api/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
      if line?.contains("200") == true { return true }
    }
    return false
  }

  @Test func `A connection that sends nothing more is closed`() async throws {
    try await TestServer { $0.limits.idleSeconds = 0.3 }.testLive { client in
      let port = try #require(client.port)
      // Half a header, and half a body.
      for text in [
        "GET / HTTP/1.1\r\nHost: local",
        "POST /api/enrollments HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          + "Content-Length: 100\r\n\r\n{",
      ] {
        _ = try await RawClient.exchange(port: port, text)
      }
    }
  }

  @Test func `A reader that stops reading is cut off, others are served`() async throws {
    let server = try TestServer { $0.limits.idleSeconds = 0.5 }
    try server.folder.write([UInt8](repeating: 7, count: 40 << 20), to: "web/large.bin")
    try await server.testLive { client in
      let port = try #require(client.port)
      let closed = try await RawClient.stall(
        port: port, "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
      #expect(closed)
      #expect(await Self.isServing(port))
    }
  }

  @Test func `What is left of a refused upload is not read`() async throws {
    let server = try TestServer { $0.limits.uploadBytes = 1000 }
    try await server.testLive { client in
      let port = try #require(client.port)
      let address = try await client.announce(10)
      let head =
        "PATCH \(address) HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\n"
        + "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
        + "Content-Length: 100000000\r\n\r\n"
      let answer = try await RawClient.exchange(
        port: port, head + String(repeating: "x", count: 1000))
      #expect(answer.contains("413") && answer.contains("beyond-length"))
    }
  }

  @Test func `An upload cut off in the middle keeps what came`() async throws {
    let server = try TestServer()
    try await server.testLive { client in
      let port = try #require(client.port)
      let address = try await client.announce(10)
      try await RawClient.abandon(
        port: port,
        "PATCH \(address) HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\n"
          + "Content-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\n"
          + "Content-Length: 10\r\n\r\n0123")
      for _ in 0..<400 {
        let status = try await client.tus(.head, address)
        if status.headers[.uploadOffset] == "4" { break }
        try await Task.sleep(for: .milliseconds(10))
      }
      let rest = try await client.tus(.patch, address, [.uploadOffset: "4"], body: "456789")
      #expect(rest.headers[.uploadOffset] == "10")
    }
  }

  @Test func `As many pages watch as the limit says`() async throws {
    let server = try TestServer([.works]) { $0.limits.eventStreams = 1 }
    try await server.testLive { client in
      let port = try #require(client.port)
      let order = try await client.order()
      let request = "GET \(order.links.events) HTTP/1.1\r\nHost: localhost\r\n\r\n"
      let isWatching = Box(false)
      let watching = Task {
        try await RawClient.exchange(port: port, request, isAnswered: isWatching)
      }
      while !isWatching.value { try await Task.sleep(for: .milliseconds(5)) }
      let second = try await RawClient.firstLine(port: port, request)
      #expect(second.contains("429"))
      _ = try await client.send(.delete, "/api/enrollments/\(order.id)")
      let events = try await watching.value
      #expect(events.contains("\"cancelled\""))
    }
  }

  @Test func `A page that leaves makes room for another at once`() async throws {
    let server = try TestServer([.works]) { $0.limits.eventStreams = 1 }
    try await server.testLive { client in
      let port = try #require(client.port)
      let order = try await client.order()
      let request = "GET \(order.links.events) HTTP/1.1\r\nHost: localhost\r\n\r\n"
      #expect(try await RawClient.firstLine(port: port, request).contains("200"))
      var lines: [String] = []
      for _ in 0..<100 where lines.last?.contains("200") != true {
        try await Task.sleep(for: .milliseconds(20))
        lines.append(try await RawClient.firstLine(port: port, request))
      }
      #expect(lines.last?.contains("200") == true)
      _ = try await client.send(.delete, "/api/enrollments/\(order.id)")
    }
  }
}
