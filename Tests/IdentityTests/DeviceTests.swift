import Foundation
import HTTPTypes
import HummingbirdTesting
import RoomServer
import Testing

@testable import Identity

struct DeviceTests {
  @Test func `A device is admitted by a code that its owner types on another`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      let phone = TestDevice()
      let challenge = try await client.challenge()
      let asked = try await client.send(
        .post, "/api/people/pairings",
        [
          "key": phone.key.text, "name": "Anna's phone", "challenge": challenge,
          "signature": phone.sign(
            SignedText.pairing(host: PeopleClient.host, challenge: challenge)),
        ])
      struct Asked: Decodable { var code: String }
      let code = try asked.decode(Asked.self).code
      #expect(code.count == 8)
      let typed = code.lowercased().prefix(4) + "-" + code.lowercased().suffix(4)
      let pairing = try await client.send(.get, "/api/people/pairings/\(typed)")
      #expect(
        try pairing.decode(PairingView.self)
          == PairingView(key: phone.key.text, name: "Anna's phone", isApproved: false))
      #expect(try await client.add(phone, to: anna, name: "Anna's phone").status == .created)
      let approved = try await client.send(.get, "/api/people/pairings/\(code)")
      #expect(try approved.decode(PairingView.self).isApproved)
      let same = try await client.signIn(with: phone)
      #expect(same.person == anna.person && same.token != anna.token)
    }
  }

  @Test func `A code ends after ten minutes, and guesses are limited`() async throws {
    let people = try TestPeople { $0.codes = (burst: 5, perMinute: 1) }
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let phone = TestDevice()
      try await client.pair(phone, to: anna)
      people.clock.advance(seconds: 601)
      for guess in ["ABCDEFGH", "abcdefgh", "OOOOOOOO", "ABC", String(repeating: "A", count: 999)] {
        let answer = try await client.send(.get, "/api/people/pairings/\(guess)")
        #expect(try answer.problem() == "unknown-pairing")
      }
      let more = try await client.send(.get, "/api/people/pairings/ABCDEFGH")
      #expect(more.status == .tooManyRequests)
    }
  }

  @Test func `Nobody is made a device of somebody else's without having asked`() async throws {
    try await TestPeople().test { client in
      let (eve, anna) = (try await client.signIn("Eve"), try await client.signIn("Anna"))
      // Anna's key is known to all who met her.
      let stolen = try await client.add(anna.device, to: eve)
      #expect(try stolen.problem() == "known-device")
      let recovery = try await client.add(anna.device, to: eve, kind: "recovery")
      #expect(try recovery.problem() == "known-device")
      let unasked = try await client.add(TestDevice(), to: eve)
      #expect(try unasked.problem() == "device-has-not-asked")
      #expect(try await client.view(anna).name == "Anna")
    }
  }

  @Test func `A guest who asks to be somebody's device becomes that person`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let guest = try await client.signIn("Phone")
      #expect(try await client.upload(guest).status == .created)
      try await client.pair(guest.device, to: anna)
      #expect(try await client.signIn(with: guest.device).person == anna.person)
      let old = try await client.send(.get, "/api/people/me", token: guest.token)
      #expect(try old.problem() == "invalid-token")
      #expect(people.rooms.seen.closedPeople == [guest.person])
      #expect(people.folder.files.filter { $0.hasSuffix(".avatar") }.isEmpty)
    }
  }

  @Test func `An account's key is never given to somebody else, asked or not`() async throws {
    try await TestPeople().test { client in
      let (eve, anna) = (try await client.signIn("Eve"), try await client.signIn("Anna"))
      _ = try await client.send(.patch, "/api/people/me", as: anna, ["isGuest": false])
      let challenge = try await client.challenge()
      _ = try await client.send(
        .post, "/api/people/pairings",
        [
          "key": anna.device.key.text, "name": "x", "challenge": challenge,
          "signature": anna.device.sign(
            SignedText.pairing(host: PeopleClient.host, challenge: challenge)),
        ])
      #expect(try await client.add(anna.device, to: eve).problem() == "known-device")
      #expect(try await client.view(anna).name == "Anna")
    }
  }

  @Test func `A removed device's token ends at once, and its key never comes back`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let anna = try await client.signIn("Anna")
      let phone = TestDevice()
      try await client.pair(phone, to: anna)
      let onPhone = try await client.signIn(with: phone)
      let path = "/api/people/me/devices/\(anna.device.key.text)"
      let removed = try await client.send(.delete, path, token: onPhone.token)
      #expect(removed.status == .noContent)
      let old = try await client.send(.get, "/api/people/me", token: anna.token)
      #expect(try old.problem() == "invalid-token")
      let again = try await client.send(
        .post, "/api/people/token", try await client.signInBody(anna.device))
      #expect(try again.problem() == "removed-device")
      #expect(people.rooms.seen.closedPeople == [anna.person])
      // The last device stays.
      let last = try await client.send(
        .delete, "/api/people/me/devices/\(phone.key.text)", token: onPhone.token)
      #expect(try last.problem() == "last-device")
      #expect(try await client.add(anna.device, to: onPhone).problem() == "known-device")
      // Its certificate still leads to the phone.
      let room = try await client.makeRoom(onPhone)
      let admission = try await people.people.archive.admission(
        token: onPhone.token, room: room.id, invite: nil)
      #expect(admission.devices.map(\.by) == [anna.device.key.text])
      #expect(DeviceChain.leads(from: anna.person, to: phone.key, by: admission.devices))
    }
  }

  @Test func `A recovery key admits a new device when all others are lost`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      let paper = TestDevice()
      #expect(try await client.add(paper, to: anna, kind: "recovery").status == .created)
      let recovered = try await client.signIn(with: paper)
      #expect(recovered.person == anna.person)
      let laptop = TestDevice()
      try await client.pair(laptop, to: recovered)
      let onLaptop = try await client.signIn(with: laptop)
      #expect(onLaptop.person == anna.person)
      let kinds = try await client.view(onLaptop).devices.map(\.kind)
      #expect(kinds.filter { $0 == .recovery }.count == 1 && kinds.count == 3)
    }
  }

  @Test func `Certificates that are forged, foreign, old or of others are refused`() async throws {
    let people = try TestPeople()
    try await people.test { client in
      let (anna, eve) = (try await client.signIn("Anna"), try await client.signIn("Eve"))
      let paper = TestDevice()
      func refusal(_ certificate: DeviceCertificate) async throws -> String {
        try await client.add(paper, to: anna, kind: "recovery") {
          $0["time"] = certificate.time
          $0["certificate"] = certificate.certificate
          $0["by"] = certificate.by
        }.problem()
      }
      let now = people.clock.now
      let good = anna.device.certificate(for: paper.key, of: anna.person, time: now)
      var forged = good
      forged.time += 1
      #expect(try await refusal(forged) == "invalid-certificate")
      forged = good
      forged.by = eve.device.key.text
      #expect(try await refusal(forged) == "invalid-certificate")
      let byEve = eve.device.certificate(for: paper.key, of: anna.person, time: now)
      #expect(try await refusal(byEve) == "invalid-certificate")
      let ofEve = anna.device.certificate(for: paper.key, of: eve.person, time: now)
      #expect(try await refusal(ofEve) == "invalid-certificate")
      for time in [now - 90_000_000, now + 90_000_000, .min, .max] {
        let old = anna.device.certificate(for: paper.key, of: anna.person, time: time)
        #expect(try await refusal(old) == "invalid-certificate")
      }
      #expect(try await client.view(anna).devices.count == 1)
    }
  }

  @Test func `A removed device certifies nobody any more`() async throws {
    try await TestPeople().test { client in
      let anna = try await client.signIn("Anna")
      let phone = TestDevice()
      try await client.pair(phone, to: anna)
      _ = try await client.send(
        .delete, "/api/people/me/devices/\(phone.key.text)", token: anna.token)
      let thief = TestDevice()
      let certificate = phone.certificate(
        for: thief.key, of: anna.person, time: client.clock.now)
      let answer = try await client.add(thief, to: anna, kind: "recovery") {
        $0["certificate"] = certificate.certificate
        $0["by"] = certificate.by
      }
      #expect(try answer.problem() == "invalid-certificate")
    }
  }

  @Test func `A person has so many keys in their life`() async throws {
    try await TestPeople { $0.devices = 2 }.test { client in
      let anna = try await client.signIn("Anna")
      let paper = TestDevice()
      #expect(try await client.add(paper, to: anna, kind: "recovery").status == .created)
      _ = try await client.send(
        .delete, "/api/people/me/devices/\(paper.key.text)", token: anna.token)
      let third = try await client.add(TestDevice(), to: anna, kind: "recovery")
      #expect(try third.problem() == "too-many-devices")
    }
  }

  @Test func `A chain leads from the first key, link by link`() {
    let (a, b, c) = (TestDevice(), TestDevice(), TestDevice())
    let person = a.key.person
    let ab = a.certificate(for: b.key, of: person, time: 1)
    let bc = b.certificate(for: c.key, of: person, time: 2)
    #expect(DeviceChain.leads(from: person, to: a.key, by: []))
    #expect(DeviceChain.leads(from: person, to: b.key, by: [ab]))
    #expect(DeviceChain.leads(from: person, to: c.key, by: [ab, bc]))
    #expect(!DeviceChain.leads(from: person, to: b.key, by: []))
    #expect(!DeviceChain.leads(from: person, to: c.key, by: [bc]))
    #expect(!DeviceChain.leads(from: person, to: c.key, by: [bc, ab]))
    #expect(!DeviceChain.leads(from: person, to: b.key, by: [ab, bc]))
    #expect(!DeviceChain.leads(from: b.key.person, to: c.key, by: [ab, bc]))
    #expect(!DeviceChain.leads(from: person, to: c.key, by: [ab, ab]))
    let long = [DeviceCertificate](repeating: ab, count: 1000)
    #expect(!DeviceChain.leads(from: person, to: b.key, by: long))
    #expect(DeviceChain.chain(to: c.key, of: person, among: [bc, ab]) == [ab, bc])
    #expect(DeviceChain.chain(to: TestDevice().key, of: person, among: [bc, ab]) == nil)
    // Links in a circle lead nowhere.
    let cb = c.certificate(for: b.key, of: person, time: 3)
    #expect(DeviceChain.chain(to: c.key, of: person, among: [bc, cb]) == nil)
  }
}
