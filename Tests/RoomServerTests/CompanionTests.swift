import Testing

@testable import RoomServer

@Suite("Companions: another device of somebody who is here", .timeLimit(.minutes(5)))
struct CompanionTests {
  @Test func `A companion is seen by its person alone, sees them alone, and has no seat`() throws {
    var room = Sample.room()
    let anna = try room.join("anna")
    let bert = try room.join("bert", .moderator)
    let phone = try room.joinAsCompanion("anna")
    #expect(room.people[phone]?.seat == nil)
    #expect(room.keys(for: anna) == ["room", "person/1", "person/2", "person/3"])
    #expect(room.keys(for: bert) == ["room", "person/1", "person/2"])
    #expect(room.keys(for: phone) == ["room", "person/1", "person/3"])
    let people = room.people
    #expect(room.isApart(people[phone]!, people[bert]!))
    #expect(!room.isApart(people[phone]!, people[anna]!))
    #expect(!room.isApart(people[anna]!, people[bert]!))
  }

  @Test func `Nobody is helped who is not here`() throws {
    var room = Sample.room()
    _ = try room.join("bert")
    #expect(throws: RoomRefusal.unknownParticipant) { try room.joinAsCompanion("anna") }
    let anna = try room.join("anna")
    let phone = try room.joinAsCompanion("anna")
    _ = room.leave(anna)
    #expect(throws: RoomRefusal.unknownParticipant) { try room.joinAsCompanion("anna") }
    #expect(room.keys(for: phone) == ["room", "person/\(phone)"])
  }

  @Test func `Neither lobby nor lock keeps a companion out`() throws {
    var room = Sample.room(hasLobby: true)
    let host = try room.join("host", .moderator)
    _ = try room.apply(.lock(true), by: host)
    let phone = try room.joinAsCompanion("host", .guest)
    #expect(room.people[phone]?.isCompanion == true)
  }

  @Test func `A companion says whether it speaks and nothing else, and is not kept`() throws {
    var room = Sample.room()
    _ = try room.join("anna", .moderator)
    var arrival = Sample.arrival("anna", .moderator)
    arrival.isCompanion = true
    let (place, outcome) = try room.arrive(arrival)
    guard case .joined(let phone) = place else { throw RoomRefusal.full }
    #expect(outcome.kept.isEmpty)
    _ = try room.apply(.voice(true), by: phone)
    for command: RoomCommand in [.sit(3), .stand([0, 0, 0, 0]), .lock(true), .name("X")] {
      #expect(throws: RoomRefusal.notAllowed) { try room.apply(command, by: phone) }
    }
  }

  @Test func `Newcomers sit where they see each other`() throws {
    var table = Sample.room(.table)
    let numbers = try ["anna", "bert", "cleo"].map { try table.join($0) }
    #expect(numbers.map { table.people[$0]?.seat } == [0, 4, 2])
    for arrangement in RoomArrangement.allCases {
      #expect(arrangement.order.sorted() == Array(0..<arrangement.seatCount))
    }
  }
}

extension RoomState {
  @discardableResult
  mutating func joinAsCompanion(_ person: String, _ role: RoomRole = .guest) throws -> UInt16 {
    var arrival = Sample.arrival(person, role)
    arrival.isCompanion = true
    guard case (.joined(let number), _) = try arrive(arrival) else {
      Issue.record("A companion had to knock")
      return 0
    }
    return number
  }
}
