import Testing

@testable import RoomServer

/// Any sequence of commands leaves a room in order, and everybody with what they may see of it.
@Suite("Random commands")
struct RandomRoomTests {
  static let people = ["anna", "bert", "cleo", "dora", "emil", "finn"]

  @Test(arguments: 0..<30)
  func `Any sequence keeps a room's order, and changes add up to the snapshot`(seed: Int) throws {
    var random = Seeded(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
    var room = Sample.room(.table, hasLobby: seed % 3 == 0)
    // What each participant has put together of the changes that they were told.
    var mirrors: [UInt16: [String: String]] = [:]
    var used: Set<UInt16> = []
    for step in 0..<250 {
      let before = room
      var outcome = RoomOutcome()
      let who = room.people.keys.sorted().randomElement(using: &random)
      switch Int.random(in: 0..<10, using: &random) {
      case 0, 1:
        let role: RoomRole = [.guest, .member, .moderator].randomElement(using: &random)!
        var arrival = Sample.arrival(
          Self.people.randomElement(using: &random)!, role, secret: UInt8(step % 251))
        if let who, Bool.random(using: &random) {
          arrival.admission.person = room.people[who]!.person
          arrival.resumed = .init(
            participant: who, secretDigest: room.people[who]!.secretDigest)
        }
        arrival.isCompanion = Int.random(in: 0..<5, using: &random) == 0
        guard let (place, change) = try? room.arrive(arrival) else { break }
        outcome = change
        switch place {
        case .joined(let number):
          #expect(!used.contains(number) || before.people.isEmpty, "numbers are used once")
          if before.people.isEmpty { used = [] }
          used.insert(number)
          mirrors[number] = room.snapshot(for: room.viewer(number)!)
        case .resumed(let number): mirrors[number] = room.snapshot(for: room.viewer(number)!)
        case .knocks: break
        }
      case 2:
        guard let who else { break }
        outcome =
          Bool.random(using: &random) ? room.leave(who) : room.disconnect(who, endsAt: Int64(step))
      case 3: outcome = room.expire(now: Int64(step) - 10)
      case 4:
        let pair = Self.people.shuffled(using: &random)
        outcome = room.setBlock(Bool.random(using: &random), of: pair[0], by: pair[1])
      default:
        guard let who else { break }
        let command = Self.command(&random, room)
        if let done = try? room.apply(command, by: who) {
          outcome = done
        } else {
          #expect(room == before, "a refused command changes nothing: \(command)")
        }
      }
      check(before, room, outcome, step)
      for number in outcome.admitted.values {
        used.insert(number)
        mirrors[number] = room.snapshot(for: room.viewer(number)!)
      }
      for number in mirrors.keys.sorted() {
        guard let viewer = room.viewer(number) else {
          mirrors[number] = nil
          continue
        }
        guard let old = before.viewer(number), room.version != before.version else { continue }
        let change = room.change(outcome, from: before, viewer: viewer, sawAs: old)
        for (key, value) in change.set { mirrors[number]?[key] = value }
        for key in change.drop { mirrors[number]?[key] = nil }
        let snapshot = room.snapshot(for: viewer)
        #expect(mirrors[number] == snapshot, "step \(step), participant \(number)")
      }
    }
  }

  private func check(_ before: RoomState, _ room: RoomState, _ outcome: RoomOutcome, _ step: Int) {
    let seats = room.people.values.compactMap(\.seat)
    #expect(Set(seats).count == seats.count, "a seat has one person, step \(step)")
    #expect(seats.allSatisfy { (0..<room.arrangement.seatCount).contains($0) })
    #expect(room.people.values.allSatisfy { $0.seat == nil || $0.place == nil })
    #expect((0...1).contains(room.version - before.version), "versions are consecutive")
    if room.version == before.version { #expect(room.people == before.people) }
    #expect(room.people.keys.allSatisfy { $0 >= 1 && $0 <= room.lastParticipant })
    #expect(room.screen.map { room.people[$0]?.isConnected == true } ?? true)
    for (number, participant) in room.people {
      let keys = room.keys(for: number)
      for (other, seen) in room.people where room.isBlocked(seen.person, participant.person) {
        #expect(!keys.contains("person/\(other)"))
      }
      if participant.role != .moderator { #expect(!keys.contains { $0.hasPrefix("knock/") }) }
    }
    // What is on the disk is what would come back; companions come by themselves.
    for (number, participant) in room.people
    where before.people[number]?.kept != participant.kept && !participant.isCompanion {
      #expect(outcome.kept.contains(.presence(number, participant.kept)), "step \(step)")
    }
    for number in before.people.keys where room.people[number] == nil {
      #expect(outcome.kept.contains(.presence(number, nil)))
      #expect(outcome.ended[number] != nil)
    }
    if room.settings != before.settings {
      #expect(outcome.kept.contains(.settings(room.settings)))
    }
  }

  private static func command(_ random: inout Seeded, _ room: RoomState) -> RoomCommand {
    let number = UInt16.random(in: 0...(room.lastParticipant + 1), using: &random)
    let knock = room.knocks.keys.sorted().randomElement(using: &random) ?? 1
    let coordinate = { (random: inout Seeded) in Float.random(in: -11...11, using: &random) }
    let isOn = Bool.random(using: &random)
    switch Int.random(in: 0..<20, using: &random) {
    case 0, 1: return .sit(Int.random(in: -1...12, using: &random))
    case 2: return .stand((0..<4).map { _ in coordinate(&random) })
    case 3: return .name(["Zoe", "", "  "].randomElement(using: &random)!)
    case 4: return .voice(isOn)
    case 5:
      return .moveSeat(
        Int.random(in: -1...12, using: &random),
        to: isOn ? (0..<3).map { _ in coordinate(&random) } : nil)
    case 6: return .screen(isOn, of: Bool.random(using: &random) ? number : nil)
    case 7: return .block(people.randomElement(using: &random)!, isOn)
    case 8: return .lock(Int.random(in: 0..<4, using: &random) == 0)
    case 9: return .lobby(isOn)
    case 10, 11: return .admit(knock)
    case 12: return .deny(knock)
    case 18:
      return .surround(RoomSurroundings.allCases.randomElement(using: &random)!)
    case 19:
      let place = (0..<5).map { _ in coordinate(&random) }
      return .scene(PlacedScene(id: "s", bytes: 1, sha256: "x", place: place))
    case 13: return .remove(number, isBanned: false)
    case 14: return .mute(number, isOn)
    case 15: return .role(number, RoomRole.allCases.randomElement(using: &random)!)
    case 16: return .arrange(RoomArrangement.allCases.randomElement(using: &random)!)
    default: return .avatar(isOn ? AvatarReference(id: "a", bytes: 1, sha256: "x") : nil)
    }
  }
}

/// Numbers that look random and are the same in every run.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
