import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import RoomServer
import Testing

@testable import Identity

struct HostileTests {
  @Test(arguments: [
    "..", "%2e%2e", "..%2f..%2fpeople.key", "....//", "%00", "people.key", "A B", "%F0%9F%A6%8A",
    "aaaaaaaaaaaaaaaaaaaaaaaaa%00", "AAAAAAAAAAAAAAAAAAAAAAAAAA", "' OR 1=1 --", "%25",
    String(repeating: "a", count: 5000),
  ])
  func `Identifiers in paths are identifiers`(id: String) async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let room = try await client.makeRoom(anna)
      let encoded = id.replacingOccurrences(of: " ", with: "%20")
      for (method, path) in [
        (HTTPRequest.Method.get, "/api/people/avatars/\(encoded)"),
        (.delete, "/api/people/me/avatars/\(encoded)"),
        (.put, "/api/people/me/blocked/\(encoded)"),
        (.delete, "/api/people/me/devices/\(encoded)"),
        (.get, "/api/people/pairings/\(encoded)"),
        (.get, "/api/rooms/\(encoded)"), (.delete, "/api/rooms/\(encoded)"),
        (.get, "/api/rooms/\(encoded)/invites"),
        (.delete, "/api/rooms/\(room.id)/invites/\(encoded)"),
      ] {
        let answer = try await client.send(method, path, token: anna.token)
        #expect((400..<500).contains(answer.status.code), "\(method) \(path) \(answer.status)")
      }
      #expect(try await client.view(anna).rooms.count == 1)
    }
  }

  @Test func `Names with quotes and odd letters are kept as they are`() async throws {
    try await TestPeople().test { client in
      for name in [
        "'); DROP TABLE person; --", "\" OR \"\"=\"", "Robert\\'", "👩‍👩‍👧‍👦", "مريم", "?1 :name @x $y",
      ] {
        let anna = try await client.signIn(name)
        let room = try await client.makeRoom(anna, name: name)
        let view = try await client.view(anna)
        #expect(view.name == name && room.name == name)
      }
    }
  }

  @Test func `Bodies larger than they may be are refused`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      let large = [UInt8](repeating: 32, count: 17 << 10)
      for (method, path) in Self.routes(id: String(repeating: "a", count: 26)).filter({
        $0.0 == .post || $0.0 == .patch
      }) {
        // Files are larger, and have limits of their own.
        let isFile = path.hasSuffix("avatars") || path.hasSuffix("scenes")
        guard !path.hasSuffix("challenge"), !isFile else { continue }
        let answer = try await client.send(method, path, token: anna.token, bytes: large)
        #expect(answer.status == .contentTooLarge, "\(method) \(path)")
        #expect(try answer.problem() == "body-too-large")
      }
    }
  }

  @Test func `Deeply nested settings are refused or kept`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      for depth in [10, 100, 500, 2000, 8000] {
        let nested =
          #"{"expressiveness":{"a":"# + String(repeating: "[", count: depth)
          + String(repeating: "]", count: depth) + "}}"
        let answer = try await client.send(
          .patch, "/api/people/me", token: anna.token, bytes: Array(nested.utf8))
        #expect([200, 400, 413].contains(answer.status.code), "\(depth) \(answer.status)")
        #expect(try await client.view(anna).name == "Anna")
      }
    }
  }

  @Test func `Random bodies on any route never fail the server`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let room = try await client.makeRoom(anna)
      var random = SystemRandomNumberGenerator()
      for round in 0..<150 {
        for (method, path) in Self.routes(id: Bool.random() ? room.id : Self.anything(&random)) {
          // What removes everything would end the test.
          if method == .delete && round % 50 != 49 { continue }
          if method == .delete && path == "/api/people/me" { continue }
          let body = Self.body(&random, depth: 0)
          let data = Bool.random() ? Array(body.utf8) : Array(body.utf8.dropLast(1))
          let answer = try await client.send(
            method, path, token: Int.random(in: 0..<8) == 0 ? Self.anything(&random) : anna.token,
            bytes: data)
          #expect(
            answer.status.code < 500 || answer.status.code == 503, "\(method) \(path) \(body)")
          if answer.status.code >= 400, answer.headers[.contentType] != nil {
            _ = try answer.problem()
          }
        }
      }
      #expect(try await client.view(anna).person == anna.person)
    }
  }

  /// Every route, with an identifier where it takes one.
  private static func routes(id: String) -> [(HTTPRequest.Method, String)] {
    let id = id.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "x"
    return [
      (.post, "/api/people/challenge"), (.post, "/api/people/token"), (.get, "/api/people/me"),
      (.patch, "/api/people/me"), (.delete, "/api/people/me"), (.post, "/api/people/me/devices"),
      (.delete, "/api/people/me/devices/\(id)"), (.post, "/api/people/pairings"),
      (.get, "/api/people/pairings/\(id)"), (.get, "/api/people/me/export"),
      (.post, "/api/people/me/avatars"), (.patch, "/api/people/me/avatars/\(id)"),
      (.delete, "/api/people/me/avatars/\(id)"), (.get, "/api/people/avatars/\(id)"),
      (.post, "/api/people/me/scenes"), (.delete, "/api/people/me/scenes/\(id)"),
      (.get, "/api/people/scenes/\(id)"),
      (.put, "/api/people/me/blocked/\(id)"), (.delete, "/api/people/me/blocked/\(id)"),
      (.post, "/api/rooms"), (.get, "/api/rooms"), (.get, "/api/rooms/\(id)"),
      (.post, "/api/rooms/\(id)/invites"), (.get, "/api/rooms/\(id)/invites"),
      (.delete, "/api/rooms/\(id)/invites/\(id)"),
    ]
  }

  /// Keys that routes know, with values of every kind; now and then something else.
  private static func body(
    _ random: inout SystemRandomNumberGenerator, depth: Int
  ) -> String {
    let keys = [
      "key", "challenge", "signature", "name", "expressiveness", "isGuest", "kind", "time",
      "certificate", "by", "access", "surroundings", "arrangement", "role", "seconds", "uses",
    ]
    let pairs = keys.filter { _ in Bool.random(using: &random) }.map {
      "\"\($0)\":\(value(&random, depth: depth))"
    }
    return "{" + pairs.joined(separator: ",") + "}"
  }

  private static func value(
    _ random: inout SystemRandomNumberGenerator, depth: Int
  ) -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return "null"
    case 1: return "true"
    case 2: return "false"
    case 3:
      return ["-1", "1e400", "0.5", "9223372036854775808", "60", "-0", "NaN"].randomElement()!
    case 4: return depth < 3 ? body(&random, depth: depth + 1) : "{}"
    case 5: return "[" + value(&random, depth: depth + 1) + "]"
    case 6: return "\"\(Base64URL.text((0..<32).map { _ in UInt8.random(in: 0...255) }))\""
    case 7: return "\"\(Base64URL.text((0..<64).map { _ in UInt8.random(in: 0...255) }))\""
    case 8:
      return
        #""\#(["guest", "device", "recovery", "beach", "table", "me", "everyone"].randomElement()!)""#
    case 9: return "\"\\u0000\\ud800\""
    default:
      let text = anything(&random)
      return String(decoding: (try? JSONEncoder().encode(text)) ?? Data(), as: UTF8.self)
    }
  }

  private static func anything(_ random: inout SystemRandomNumberGenerator) -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let value = UInt32.random(in: 1...0x2FFF, using: &random)
      text.append(Unicode.Scalar(Bool.random() ? value : 32 + value % 95) ?? "x")
    }
    return String(text)
  }
}
