import Crypto
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import Identity

struct TokenTests {
  @Test func `A key that nobody knows is a guest, named by the digest of the key`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      let view = try await client.view(anna)
      #expect(view.person == anna.person && view.person == anna.device.key.person)
      #expect(view.name == "Anna" && view.isGuest)
      #expect(view.devices.map(\.key) == [anna.device.key.text])
      #expect(view.devices[0].by == nil && view.devices[0].certificate == nil)
    }
  }

  @Test func `A person's identifier is base32 of sixteen bytes of SHA-256`() throws {
    let key = try #require(DeviceKey(bytes: [UInt8](repeating: 7, count: 32)))
    // python3: base64.b32encode(hashlib.sha256(bytes([7]) * 32).digest()[:16]).decode()
    #expect(key.person == "joyg7dsohj3rluqb2vz5bkscg4")
  }

  @Test func `The same key is the same person, and keeps their name`() async throws {
    try await TestPeople().test { client in
      let device = TestDevice()
      let first = try await client.signIn("Anna", with: device)
      let second = try await client.signIn("Berta", with: device)
      #expect(first.person == second.person && second.name == "Anna")
    }
  }

  @Test func `A guest becomes an account, with another name and settings of their own`()
    async throws
  {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      let answer = try await client.send(
        .patch, "/api/people/me", as: anna,
        ["name": "  Anna   Blume ", "isGuest": false, "expressiveness": ["gains": ["brows": 1.5]]])
      #expect(answer.status == .ok)
      let view = try answer.decode(PersonView.self)
      #expect(view.name == "Anna Blume" && !view.isGuest)
      #expect(view.expressiveness == .object(["gains": .object(["brows": .number(1.5)])]))
      let back = try await client.send(.patch, "/api/people/me", as: anna, ["isGuest": true])
      #expect(try back.problem() == "malformed-body")
    }
  }

  @Test func `A challenge is good once`() async throws {
    try await TestPeople().test { client in
      let body = try await client.signInBody(TestDevice())
      #expect(try await client.send(.post, "/api/people/token", body).status == .ok)
      let again = try await client.send(.post, "/api/people/token", body)
      #expect(try again.status == .unauthorized && again.problem() == "invalid-challenge")
    }
  }

  @Test func `A challenge used by many at once is taken once`() async throws {
    try await TestPeople().test { client in
      let body = try JSONSerialization.data(
        withJSONObject: try await client.signInBody(TestDevice()))
      let accepted = try await withThrowingTaskGroup(of: Bool.self) { group in
        for _ in 0..<20 {
          group.addTask {
            try await client.send(.post, "/api/people/token", bytes: Array(body)).status == .ok
          }
        }
        return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(accepted == 1)
    }
  }

  @Test func `A challenge ends after two minutes`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let body = try await client.signInBody(TestDevice())
      people.clock.advance(seconds: 121)
      let late = try await client.send(.post, "/api/people/token", body)
      #expect(try late.problem() == "invalid-challenge")
    }
  }

  @Test func `A challenge of another server, or of this one before it was restarted, is none`()
    async throws
  {
    let first = try TestPeople()
    let second = try TestPeople(folder: first.folder, clock: first.clock)
    try await first.test { client in
      let body = try await client.signInBody(TestDevice())
      let data = Array(try JSONSerialization.data(withJSONObject: body))
      try await second.test { other in
        let answer = try await other.send(.post, "/api/people/token", bytes: data)
        #expect(try answer.problem() == "invalid-challenge")
      }
    }
  }

  @Test func `A signature for another host, another purpose or another challenge is refused`()
    async throws
  {
    try await TestPeople().test { client in
      let device = TestDevice()
      let elsewhere = try await client.signInBody(device, host: "evil.example")
      #expect(
        try await client.send(.post, "/api/people/token", elsewhere).problem()
          == "invalid-signature")
      let challenge = try await client.challenge()
      for text in [
        SignedText.pairing(host: PeopleClient.host, challenge: challenge),
        SignedText.token(host: PeopleClient.host, challenge: try await client.challenge()),
        challenge, "",
      ] {
        let answer = try await client.send(
          .post, "/api/people/token",
          ["key": device.key.text, "challenge": challenge, "signature": device.sign(text)])
        #expect(try answer.problem() == "invalid-signature")
      }
      let foreign = try await client.send(
        .post, "/api/people/token",
        [
          "key": TestDevice().key.text, "challenge": challenge,
          "signature": device.sign(
            SignedText.token(host: PeopleClient.host, challenge: challenge)),
        ])
      #expect(try foreign.problem() == "invalid-signature")
    }
  }

  @Test func `A server that knows its names answers to no other`() async throws {
    try await TestPeople(hosts: [PeopleClient.host]).test { client in
      let device = TestDevice()
      // What somebody was made to sign for another name, with that name in the request.
      let body = try await client.signInBody(device, host: "evil.example")
      let answer = try await client.send(
        .post, "/api/people/token", host: "evil.example",
        bytes: Array(try JSONSerialization.data(withJSONObject: body)))
      #expect(try answer.problem() == "unknown-host")
      _ = try await client.signIn(with: device)
    }
  }

  @Test func `A token holds for an hour, and over a restart`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      try await TestPeople(folder: people.folder, clock: people.clock).test { restarted in
        #expect(try await restarted.view(anna).name == "Anna")
        people.clock.advance(seconds: 3599)
        #expect(try await restarted.view(anna).name == "Anna")
        people.clock.advance(seconds: 2)
        let late = try await restarted.send(.get, "/api/people/me", token: anna.token)
        #expect(try late.problem() == "invalid-token")
      }
    }
  }

  @Test func `Every altered letter of a token makes it none`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      for k in anna.token.indices {
        var token = anna.token
        token.replaceSubrange(k...k, with: token[k] == "A" ? "B" : "A")
        let answer = try await client.send(.get, "/api/people/me", token: token)
        #expect(try answer.problem() == "invalid-token")
      }
      for token in ["", "x", anna.token + "A", String(anna.token.dropLast()), "🦊", "\u{0}"] {
        let answer = try await client.send(.get, "/api/people/me", token: token)
        #expect(answer.status == .unauthorized)
      }
      let none = try await client.send(.get, "/api/people/me")
      #expect(try none.problem() == "token-needed")
      #expect(none.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
    }
  }

  @Test func `A token of another server is none here`() async throws {
    let elsewhere = try TestPeople()
    try await elsewhere.test { other in
      let device = TestDevice()
      let anna = try await other.signIn("Anna", with: device)
      try await TestPeople().test { client in
        _ = try await client.signIn("Anna", with: device)
        let answer = try await client.send(.get, "/api/people/me", token: anna.token)
        #expect(try answer.problem() == "invalid-token")
      }
    }
  }

  @Test func `The secret is readable by its owner only`() throws {
    let people = try TestPeople()
    for file in ["people.key", "people.sqlite", "people.sqlite-wal"] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: people.folder.path + "/" + file)
      #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(file)")
    }
  }

  @Test func `Too many from one address wait, others do not`() throws {
    let limiter = RateLimiter(burst: 3, perMinute: 60, mostAddresses: 4)
    for _ in 0..<3 { try limiter.take("a", now: 0) }
    #expect(throws: IdentityError.tooManyRequests(seconds: 1)) { try limiter.take("a", now: 0) }
    try limiter.take("b", now: 0)
    try limiter.take("a", now: 1000)
    #expect(throws: IdentityError.tooManyRequests(seconds: 1)) { try limiter.take("a", now: 1000) }
    // However many ask, few are remembered; those that come too many share one bucket.
    for k in 0..<100 { try? limiter.take("other \(k)", now: 1000) }
    #expect(limiter.count <= 5)
    #expect(throws: IdentityError.self) { try limiter.take("new", now: 1000) }
    try limiter.take("new", now: 60_000)
  }

  @Test func `An address of IPv6 counts by its network`() {
    #expect(RateLimiter.group(of: "203.0.113.9") == "203.0.113.9")
    #expect(
      RateLimiter.group(of: "2001:db8:1:2:3:4:5:6") == RateLimiter.group(of: "2001:db8:1:2::9"))
    #expect(RateLimiter.group(of: "2001:db8::1") == RateLimiter.group(of: "2001:db8:0:0:7::"))
    #expect(RateLimiter.group(of: "2001:db8::1") != RateLimiter.group(of: "2001:db9::1"))
    for odd in ["", ":", "::", ":::::::::::", "1:2:3", "fe80::1%eth0", "::ffff:1.2.3.4", "%"] {
      _ = RateLimiter.group(of: odd)
    }
  }

  @Test func `Sign-ins from one address are limited`() async throws {
    try await TestPeople { $0.signIns = (burst: 3, perMinute: 60) }.test { client in
      for _ in 0..<3 { _ = try await client.challenge() }
      let answer = try await client.send(.post, "/api/people/challenge")
      #expect(try answer.status == .tooManyRequests && answer.problem() == "too-many-requests")
      #expect(answer.headers[.retryAfter] == "1")
    }
  }

  @Test func `A server takes so many accounts`() async throws {
    try await TestPeople { $0.accounts = 1 }.test { client in
      let (anna, bert) = (try await client.signIn("Anna"), try await client.signIn("Bert"))
      for (person, status) in [(anna, 200), (anna, 200), (bert, 429)] {
        let answer = try await client.send(
          .patch, "/api/people/me", as: person, ["isGuest": false])
        #expect(answer.status.code == status)
      }
      #expect(try await client.view(bert).isGuest)
    }
  }

  @Test func `A server takes so many guests`() async throws {
    try await TestPeople { $0.guests = 2 }.test { client in
      let anna = try await client.signIn("Anna")
      _ = try await client.signIn("Berta")
      let third = try await client.send(
        .post, "/api/people/token", try await client.signInBody(TestDevice()))
      #expect(try third.problem() == "too-many-people")
      // Those who are known come in.
      _ = try await client.signIn(with: anna.device)
    }
  }
}
