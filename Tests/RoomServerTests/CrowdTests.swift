import Testing

@testable import RoomServer

/// A hundred people in twenty rooms: every packet reaches the four others of its room, once, in order.
@Suite("A crowd", .timeLimit(.minutes(5)))
struct CrowdTests {
  @Test func `A hundred people in rooms of five each get what the other four send`() async throws {
    let server = try await TestServer()
    var rooms: [[TestClient]] = []
    for room in 0..<20 {
      server.keeper.add(
        room: "room-\(room)",
        settings: RoomSettings(name: "Room", surroundings: "beach", arrangement: "table"))
      server.keeper.add(invite: "invite-\(room)", role: .guest, to: "room-\(room)")
      var clients: [TestClient] = []
      for person in 0..<5 {
        let name = "person-\(room)-\(person)"
        server.keeper.add(MemoryKeeper.Person(id: name, name: name), token: name)
        let client = try await TestClient(port: server.port, room: "room-\(room)")
        let answer = await client.join(name, invite: "invite-\(room)")
        try #require(answer.type == "welcome")
        clients.append(client)
      }
      rooms.append(clients)
    }
    let rounds = 10
    for round in 0..<rounds {
      for (room, clients) in rooms.enumerated() {
        for (person, client) in clients.enumerated() {
          client.send(packet: 1, [UInt8(room), UInt8(person), UInt8(round)])
        }
      }
    }
    for (room, clients) in rooms.enumerated() {
      for (person, client) in clients.enumerated() {
        var heard: [UInt8: [UInt8]] = [:]
        while heard.values.reduce(0, { $0 + $1.count }) < 4 * rounds {
          let packets = await client.packets()
          guard !packets.isEmpty else { break }
          for packet in packets where packet.payload.count == 3 {
            #expect(packet.payload[0] == UInt8(room), "packets stay in their room")
            heard[packet.payload[1], default: []].append(packet.payload[2])
          }
        }
        #expect(heard.keys.sorted() == (0..<5).map(UInt8.init).filter { $0 != UInt8(person) })
        #expect(heard.values.allSatisfy { $0 == Array(0..<UInt8(rounds)) })
      }
    }
    try await server.stop()
  }
}
