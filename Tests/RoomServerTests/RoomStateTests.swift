import Testing

@testable import RoomServer

@Suite("A room's state")
struct RoomStateTests {
  @Test func `Who comes in gets the first free seat, and stands when there is none`() throws {
    var room = Sample.room(.facing)
    let numbers = try ["anna", "bert", "cleo"].map { try room.join($0) }
    #expect(numbers == [1, 2, 3])
    #expect(numbers.map { room.people[$0]?.seat } == [0, 1, nil])
  }

  @Test func `A seat is one person's`() throws {
    var room = Sample.room()
    let anna = try room.join("anna")
    let bert = try room.join("bert")
    #expect(throws: RoomRefusal.seatTaken) { try room.apply(.sit(0), by: bert) }
    #expect(throws: RoomRefusal.unknownSeat) { try room.apply(.sit(8), by: bert) }
    _ = try room.apply(.stand([1, 0, 2, 0.5]), by: anna)
    #expect(room.people[anna]?.seat == nil)
    #expect(room.people[anna]?.place == [1, 0, 2, 0.5])
    let outcome = try room.apply(.sit(0), by: bert)
    #expect(room.people[bert]?.seat == 0)
    #expect(outcome.kept == [.presence(bert, room.people[bert]?.kept)])
  }

  @Test func `A refused command leaves the state as it was`() throws {
    var room = Sample.room()
    let anna = try room.join("anna")
    let before = room
    for command: RoomCommand in [
      .sit(99), .stand([.nan, 0, 0, 0]), .stand([0, 0, 11, 0]), .name("  "), .lock(true),
      .moveSeat(3, to: [0, 0, 0]), .screen(true, of: 9), .remove(anna, isBanned: true),
      .role(anna, .moderator), .block("anna", true), .moveSeat(0, to: [0, .infinity, 0]),
    ] {
      #expect(throws: RoomRefusal.self, "\(command)") { try room.apply(command, by: anna) }
      #expect(room == before, "\(command)")
    }
    #expect(throws: RoomRefusal.unknownParticipant) { try room.apply(.voice(true), by: 77) }
  }

  @Test func `One moves one's own seat, a moderator any, and null puts it back`() throws {
    var room = Sample.room()
    let host = try room.join("host", .moderator)
    let anna = try room.join("anna")
    let own = try #require(room.people[anna]?.seat)
    _ = try room.apply(.moveSeat(own, to: [1, 2, 3]), by: anna)
    #expect(room.settings.seats == [own: [1, 2, 3]])
    #expect(throws: RoomRefusal.notAllowed) {
      try room.apply(.moveSeat(0, to: [1, 2, 3]), by: anna)
    }
    let outcome = try room.apply(.moveSeat(own, to: nil), by: host)
    #expect(room.settings.seats.isEmpty)
    #expect(outcome.kept == [.settings(room.settings)])
    #expect(room.snapshot(for: room.viewer(host)!)["seat/\(own)"] == nil)
  }

  @Test func `A locked room admits moderators and who resumes, nobody else`() throws {
    var room = Sample.room()
    let host = try room.join("host", .moderator)
    let anna = try room.join("anna", secret: 5)
    _ = try room.apply(.lock(true), by: host)
    #expect(throws: RoomRefusal.locked) { try room.join("bert") }
    #expect(throws: RoomRefusal.locked) { try room.join("member", .member) }
    try room.join("second", .moderator)
    _ = room.disconnect(anna, endsAt: 100)
    var back = Sample.arrival("anna", secret: 6)
    back.resumed = .init(participant: anna, secretDigest: Array(repeating: 5, count: 32))
    let (place, _) = try room.arrive(back)
    #expect(place == .resumed(anna))
    #expect(room.people[anna]?.isConnected == true)
  }

  @Test func `Only the same person with the right secret resumes`() throws {
    var room = Sample.room()
    let anna = try room.join("anna", secret: 5)
    for (person, secret) in [("bert", UInt8(5)), ("anna", 6)] {
      var forged = Sample.arrival(person, secret: 9)
      forged.resumed = .init(
        participant: anna, secretDigest: Array(repeating: secret, count: 32))
      let (place, _) = try room.arrive(forged)
      #expect(place != .resumed(anna))
    }
    var empty = Sample.arrival("anna", secret: 9)
    empty.resumed = .init(participant: anna, secretDigest: [])
    #expect(try room.arrive(empty).0 != .resumed(anna))
  }

  @Test func `With a lobby guests knock, and only moderators see and admit them`() throws {
    var room = Sample.room(hasLobby: true)
    let host = try room.join("host", .moderator)
    let member = try room.join("member", .member)
    let (place, outcome) = try room.arrive(Sample.arrival("anna", secret: 3))
    #expect(place == .knocks(1))
    #expect(outcome.kept.isEmpty)
    #expect(room.keys(for: host).contains("knock/1"))
    #expect(!room.keys(for: member).contains("knock/1"))
    #expect(throws: RoomRefusal.notAllowed) { try room.apply(.admit(1), by: member) }
    #expect(throws: RoomRefusal.unknownKnock) { try room.apply(.admit(2), by: host) }
    let admitted = try room.apply(.admit(1), by: host)
    #expect(admitted.admitted == [1: 3])
    #expect(room.people[3]?.secretDigest == Array(repeating: 3, count: 32))
    #expect(room.knocks.isEmpty)
    _ = try room.arrive(Sample.arrival("bert"))
    #expect(try room.apply(.deny(2), by: host).denied == [2: .denied])
  }

  @Test func `Who was let in by a revoked invitation knocks though there is no lobby`() throws {
    var room = Sample.room()
    var arrival = Sample.arrival("anna")
    arrival.admission.mustKnock = true
    #expect(try room.arrive(arrival).0 == .knocks(1))
  }

  @Test func `Blocked people do not see each other, from either side, and see again after`() throws
  {
    var room = Sample.room()
    let anna = try room.join("anna")
    let bert = try room.join("bert")
    let cleo = try room.join("cleo")
    let before = room
    let outcome = try room.apply(.block("bert", true), by: anna)
    #expect(outcome.kept == [.block(true, of: "bert", by: "anna")])
    #expect(room.keys(for: anna).isDisjoint(with: ["person/\(bert)"]))
    #expect(room.keys(for: bert).isDisjoint(with: ["person/\(anna)"]))
    #expect(room.keys(for: cleo).isSuperset(of: ["person/\(anna)", "person/\(bert)"]))
    let told = room.change(
      outcome, from: before, viewer: room.viewer(bert)!, sawAs: before.viewer(bert)!)
    #expect(told.drop == ["person/\(anna)"])
    let others = room.change(
      outcome, from: before, viewer: room.viewer(cleo)!, sawAs: before.viewer(cleo)!)
    #expect(others.drop.isEmpty && others.set.isEmpty && others.version == room.version)
    let blocked = room
    let ended = try room.apply(.block("bert", false), by: anna)
    let again = room.change(
      ended, from: blocked, viewer: room.viewer(bert)!, sawAs: blocked.viewer(bert)!)
    #expect(again.set.map(\.key) == ["person/\(anna)"])
  }

  @Test func `Who comes with blocks is not seen by whom they block`() throws {
    var room = Sample.room()
    let anna = try room.join("anna")
    let bert = try room.join("bert", blocked: ["anna"])
    #expect(!room.keys(for: anna).contains("person/\(bert)"))
    #expect(!room.keys(for: bert).contains("person/\(anna)"))
  }

  @Test func `A screen is one participant's, and hidden from who blocks them`() throws {
    var room = Sample.room()
    let host = try room.join("host", .moderator)
    let anna = try room.join("anna")
    let bert = try room.join("bert")
    _ = try room.apply(.screen(true, of: nil), by: anna)
    #expect(throws: RoomRefusal.screenTaken) { try room.apply(.screen(true, of: nil), by: bert) }
    #expect(throws: RoomRefusal.notAllowed) { try room.apply(.screen(false, of: anna), by: bert) }
    _ = try room.apply(.block("anna", true), by: bert)
    #expect(room.snapshot(for: room.viewer(bert)!)["room"]?.contains("\"screen\":null") == true)
    _ = try room.apply(.screen(false, of: anna), by: host)
    #expect(room.screen == nil)
    _ = try room.apply(.screen(true, of: nil), by: bert)
    _ = room.disconnect(bert, endsAt: 9)
    #expect(room.screen == nil)
  }

  @Test func `Who is banned goes with all their presences and does not come back`() throws {
    var room = Sample.room()
    let host = try room.join("host", .moderator)
    let first = try room.join("anna")
    let second = try room.join("anna")
    let outcome = try room.apply(.remove(first, isBanned: true), by: host)
    #expect(outcome.ended == [first: .banned, second: .banned])
    #expect(outcome.kept.contains(.ban("anna")))
    #expect(throws: RoomRefusal.banned) { try room.join("anna") }
    var known = Sample.arrival("zoe")
    known.admission.isBanned = true
    #expect(throws: RoomRefusal.banned) { try room.arrive(known) }
  }

  @Test func `A role is the person's in all their presences, and moderators see who knocks`() throws
  {
    var room = Sample.room(hasLobby: true)
    let host = try room.join("host", .moderator)
    let first = try room.join("anna", .member)
    let second = try room.join("anna", .member)
    _ = try room.arrive(Sample.arrival("bert"))
    let before = room
    let outcome = try room.apply(.role(first, .moderator), by: host)
    #expect(room.people[second]?.role == .moderator)
    let told = room.change(
      outcome, from: before, viewer: room.viewer(second)!, sawAs: before.viewer(second)!)
    #expect(told.set.map(\.key).contains("knock/1"))
    let taken = room
    let back = try room.apply(.role(first, .guest), by: host)
    let dropped = room.change(
      back, from: taken, viewer: room.viewer(first)!, sawAs: taken.viewer(first)!)
    #expect(dropped.drop == ["knock/1"])
  }

  @Test func `Another arrangement puts seats back and finds seats for who lost theirs`() throws {
    var room = Sample.room(.table)
    let host = try room.join("host", .moderator)
    let anna = try room.join("anna")
    _ = try room.apply(.sit(7), by: anna)
    _ = try room.apply(.moveSeat(0, to: [1, 1, 1]), by: host)
    _ = try room.apply(.arrange(.facing), by: host)
    #expect(room.settings.seats.isEmpty)
    #expect(room.people[host]?.seat == 0)
    #expect(room.people[anna]?.seat == 1)
  }

  @Test func `A presence waits to be resumed, keeps its seat, and then ends`() throws {
    var room = Sample.room()
    let anna = try room.join("anna")
    try room.join("bert")
    _ = room.disconnect(anna, endsAt: 1000)
    #expect(room.occupant(of: 0) == anna)
    #expect(room.expire(now: 999).ended.isEmpty)
    let outcome = room.expire(now: 1000)
    #expect(outcome.ended.keys.sorted() == [anna])
    #expect(outcome.kept == [.presence(anna, nil)])
    #expect(room.occupant(of: 0) == nil)
  }

  @Test func `A scene surrounds the room where moderators put it, until another one or it is gone`()
    throws
  {
    var room = Sample.room()
    let host = try room.join("host", .moderator)
    let anna = try room.join("anna", .member)
    let scene = PlacedScene(id: "garden", bytes: 7, sha256: "x", place: [1, -0.5, 2, 3, 0.25])
    #expect(throws: RoomRefusal.notAllowed) { try room.apply(.scene(scene), by: anna) }
    let outcome = try room.apply(.scene(scene), by: host)
    #expect(outcome.kept == [.settings(room.settings)] && outcome.touched == [.room])
    let seen = try #require(room.snapshot(for: room.viewer(anna)!)["room"])
    #expect(seen.contains(#""surroundings":"darkness""#))
    #expect(
      seen.contains(
        #""scene":{"id":"garden","bytes":7,"sha256":"x","place":[1.0,-0.5,2.0,3.0,0.25]}"#),
      "\(seen)")
    let before = room
    for place: [Float] in [
      [0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, -1], [0, 0, 0, .nan, 1], [1e6, 0, 0, 0, 1],
      [0, 0, 0, 0, 1e6], [0, .infinity, 0, 0, 1], [0, 0, 0, 1e9, 1],
    ] {
      var odd = scene
      odd.place = place
      #expect(throws: RoomRefusal.invalidMessage(field: "place")) {
        try room.apply(.scene(odd), by: host)
      }
      #expect(room == before)
    }
    #expect(room.drop(scene: "another") == RoomOutcome() && room == before)
    #expect(room.drop(scene: "garden").touched == [.room] && room.settings.scene == nil)
    _ = try room.apply(.scene(scene), by: host)
    _ = try room.apply(.surround(.beach), by: host)
    #expect(room.settings.scene == nil && room.settings.surroundings == "beach")
  }

  @Test func `Numbers are used again only after the room was empty`() throws {
    var room = Sample.room()
    let anna = try room.join("anna")
    let bert = try room.join("bert")
    _ = room.leave(bert)
    #expect(try room.join("cleo") == 3)
    _ = room.leave(anna)
    _ = room.leave(3)
    #expect(try room.join("dora") == 1)
  }

  @Test func `A room that was kept comes back with seats, and believes no impossible ones`() {
    var settings = RoomSettings(name: "R", surroundings: "beach", arrangement: "sofa")
    settings.seats = [1: [1, 2, 3], 9: [0, 0, 0], 2: [1]]
    func presence(_ person: String, _ seat: Int?) -> KeptPresence {
      KeptPresence(
        person: person, name: person, role: .guest, isGuest: true, seat: seat,
        secretDigest: Array(repeating: 0, count: 32))
    }
    let kept = KeptRoom(
      id: "r", settings: settings,
      presences: [
        3: presence("anna", 2), 5: presence("bert", 2), 6: presence("cleo", 11),
        0: presence("x", 1),
      ])
    let room = RoomState(kept, limits: RoomLimits(), resumeUntil: 60)
    #expect(room.people.keys.sorted() == [3, 5, 6])
    #expect([3, 5, 6].map { room.people[$0]?.seat } == [2, nil, nil])
    #expect(room.people.values.allSatisfy { !$0.isConnected && $0.endsAt == 60 })
    #expect(room.settings.seats == [1: [1, 2, 3]])
    #expect(room.lastParticipant == 6)
  }

  @Test func `A room takes so many, one person so many, and a door so many`() throws {
    var limits = RoomLimits()
    limits.participants = 4
    limits.presencesOfOne = 2
    limits.knocks = 1
    var room = Sample.room(hasLobby: true, limits: limits)
    try room.join("anna", .member)
    try room.join("anna", .member)
    #expect(throws: RoomRefusal.full) { try room.join("anna", .member) }
    _ = try room.arrive(Sample.arrival("bert"))
    #expect(throws: RoomRefusal.full) { try room.arrive(Sample.arrival("cleo")) }
    try room.join("dora", .member)
    let host = try room.join("host", .moderator)
    #expect(throws: RoomRefusal.full) { try room.join("zoe", .moderator) }
    #expect(throws: RoomRefusal.full) { try room.apply(.admit(1), by: host) }
  }

  @Test func `Names are trimmed, bounded, and hold no control characters`() throws {
    let room = Sample.room()
    #expect(try room.checked(name: "  Änna \n") == "Änna")
    for bad in ["", " ", "a\u{7}b", "a\nb", String(repeating: "x", count: 81)] {
      #expect(throws: RoomRefusal.invalidText(most: 80)) { try room.checked(name: bad) }
    }
    let zalgo = "a" + String(repeating: "\u{301}", count: 400)
    #expect(throws: RoomRefusal.invalidText(most: 80)) { try room.checked(name: zalgo) }
  }
}
