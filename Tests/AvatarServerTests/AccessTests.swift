import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import SwiftASN1
import Testing
import X509

@testable import AvatarServer

struct AccessTests {
  @Test(
    arguments: [
      ("localhost", nil, nil, 200), ("127.0.0.1:8080", nil, nil, 200),
      ("[::1]:8080", nil, nil, 200),
      ("visavis.localhost", nil, nil, 200),
      // A name that somebody pointed at this machine.
      ("evil.example", nil, nil, 421), ("127.0.0.1.evil.example", nil, nil, 421),
      ("localhost.evil.example", nil, nil, 421),
      // Another site's page.
      ("localhost:8080", "https://evil.example", nil, 403),
      ("localhost:8080", "http://localhost:9999", nil, 403), ("localhost:8080", "null", nil, 403),
      ("localhost:8080", "http://localhost:8080", "same-origin", 200),
      ("localhost:8080", nil, "cross-site", 403), ("localhost:8080", nil, "same-site", 403),
      ("localhost:8080", nil, "none", 200),
    ] as [(String, String?, String?, Int)])
  func `Only this machine's own pages may ask`(
    host: String, origin: String?, site: String?, status: Int
  ) async throws {
    let key = AccessKey(text: "k")
    let access = AccessMiddleware(key: key)
    for path in ["/api/avatars", "/avatars/a.avatar", "/%61vatars/a.avatar"] {
      let found = try await Self.status(access, path, host: host, origin: origin, site: site)
      #expect(found == status, "\(path)")
    }
    // Pages hold nothing personal.
    #expect(
      try await Self.status(access, "/scan/", host: host, origin: origin, site: site) == 200)
  }

  @Test func `Other devices show the key`() async throws {
    let access = AccessMiddleware(key: AccessKey(text: "right"), trustsUnknownPeers: false)
    func status(_ headers: HTTPFields) async throws -> Int {
      try await Self.status(access, "/api/avatars", host: "192.168.1.7:8443", headers: headers)
    }
    #expect(try await status([:]) == 401)
    #expect(try await status([.authorization: "Bearer wrong"]) == 401)
    #expect(try await status([.authorization: "Bearer right"]) == 200)
    #expect(try await status([.cookie: "a=b; visavis-key=right"]) == 200)
    #expect(try await status([.cookie: "visavis-key=righ"]) == 401)
    #expect(try await status([.cookie: "visavis-key="]) == 401)
  }

  @Test func `The printed link leaves the key in a cookie that scripts cannot see`() async throws {
    let server = try TestServer()
    try await server.test { client in
      let key = try String(
        contentsOfFile: server.folder.path + "/data/key", encoding: .utf8
      ).trimmingCharacters(in: .newlines)
      let wrong = try await client.send(.get, "/enter?key=abc")
      #expect(wrong.status == .unauthorized)
      let answer = try await client.send(.get, "/enter?key=\(key)")
      #expect(answer.status == .seeOther && answer.headers[.location] == "/")
      let cookie = try #require(answer.headers[.setCookie])
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
    }
    let mode =
      try FileManager.default.attributesOfItem(
        atPath: server.folder.path + "/data/key")[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test func `Off this machine a certificate is made, once, for all its names`() async throws {
    let server = try TestServer { $0.host = "0.0.0.0" }
    let first = try server.server()
    #expect(first.isSecure)
    let link = try #require(first.linkForOthers(port: 8443))
    #expect(link.hasPrefix("https://") && link.contains(":8443/enter?key="))
    let path = server.folder.path + "/data/tls/certificate.pem"
    let made = try String(contentsOfFile: path, encoding: .utf8)
    _ = try server.server()
    #expect(try String(contentsOfFile: path, encoding: .utf8) == made)
    // When it is about to end, a new one is made.
    _ = try SelfSignedCertificate.files(
      folder: DataFolder(path: server.folder.path + "/data"),
      now: Date().addingTimeInterval(380 * 86400))
    #expect(try String(contentsOfFile: path, encoding: .utf8) != made)
  }

  @Test func `Pages are served over TLS, and the certificate names this machine`() async throws {
    let server = try TestServer {
      $0.host = "127.0.0.1"
      $0.transport = .automatic
    }
    var settings = server.settings
    let folder = try DataFolder(path: settings.dataFolder)
    let (certificate, key) = try SelfSignedCertificate.files(folder: folder)
    settings.transport = .certificate(chain: certificate, key: key)
    let secure = try AvatarServer(
      settings: settings, enroller: server.enroller, logger: Logger(label: "test"))
    let port = Box(0)
    let task = Task {
      try await secure.application(onReady: { port.value = $0 }).run()
    }
    defer { task.cancel() }
    while port.value == 0 { try await Task.sleep(for: .milliseconds(5)) }
    var trust = TLSConfiguration.makeClientConfiguration()
    // Browsers ask their person once; its names are looked at below.
    trust.certificateVerification = .none
    let client = TestClient(
      host: "localhost", port: port.value,
      configuration: .init(tlsConfiguration: trust, serverName: "localhost"))
    client.connect()
    let answer = try await client.execute(
      TestClient.Request("/scan/", method: .get, authority: "localhost", headers: [:]))
    // How the connection ends is not of interest here.
    try? await client.shutdown()
    let names = try Certificate(pemEncoded: String(contentsOfFile: certificate, encoding: .utf8))
      .extensions.subjectAlternativeNames
    #expect(names?.contains(.dnsName("localhost")) == true)
    #expect(answer.status == .ok)
  }

  @Test func `Given certificates that are none are refused at the start`() throws {
    let server = try TestServer {
      $0.transport = .certificate(chain: "/none.pem", key: "/none.pem")
    }
    #expect(throws: (any Error).self) { try server.server() }
  }

  private static func status(
    _ access: AccessMiddleware, _ path: String, host: String, origin: String? = nil,
    site: String? = nil, headers: HTTPFields = [:]
  ) async throws -> Int {
    var headers = headers
    headers[.origin] = origin
    headers[.secFetchSite] = site
    let request = Request(
      head: HTTPRequest(
        method: .get, scheme: "http", authority: host, path: path, headerFields: headers),
      body: .init(buffer: ByteBuffer()))
    let context = ServerContext(
      source: .init(channel: EmbeddedPeer.channel, logger: Logger(label: "test")))
    do {
      return try await access.handle(request, context: context) { _, _ in
        Response(status: .ok)
      }.status.code
    } catch let error as ServerError {
      return error.status.code
    }
  }
}
