import Foundation
import NIOCore
import Testing

@testable import RoomServer

/// What strangers may send, and that others do not notice.
@Suite("Hostile participants", .serialized, .timeLimit(.minutes(5)))
struct HostileRoomTests {
  @Test func `What is no request, or none for a room, opens no socket`() async throws {
    let server = try await TestServer()
    for bytes in [
      "GARBAGE\r\n\r\n", "GET /api/rooms/room/socket HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
      "GET / HTTP/1.1\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n",
    ] {
      let client = try await TestClient(port: server.port, asks: false)
      client.send(Array(bytes.utf8))
      #expect(await client.ending() == 0)
    }
    for room in [
      "../room", "..%2Froom", "room%00", "a/b", "", String(repeating: "a", count: 65), "ä",
    ] {
      let client = try await TestClient(port: server.port, room: room)
      #expect(await client.answer().hasPrefix("HTTP/1.1 101") == false, "\(room)")
      client.vanish()
    }
    for headers in [
      "Origin: https://evil.example\r\n", "Origin: null\r\n", "Origin: http://localhost:1\r\n",
      "Origin: http://localhost\r\nOrigin: http://evil.example\r\n",
    ] {
      let client = try await TestClient(port: server.port, headers: headers)
      #expect(await client.answer().hasPrefix("HTTP/1.1 404"), "\(headers)")
      client.vanish()
    }
    let own = try await TestClient(port: server.port, headers: "Origin: http://localhost\r\n")
    #expect(await own.answer().hasPrefix("HTTP/1.1 101"))
    try await server.stop()
    // Nothing but a connection, and half a request, end by themselves.
    let hasty = try await TestServer(idleSeconds: 1)
    for half in ["", "GET /api/rooms/room/sock"] {
      let client = try await TestClient(port: hasty.port, asks: false)
      client.send(Array(half.utf8))
      #expect(await client.ending() == 0)
    }
    try await hasty.stop()
  }

  @Test func `Frames that are none close the socket with the reason`() async throws {
    let server = try await TestServer()
    let big = [UInt8](repeating: 0x20, count: 20_000)
    let bomb = (0..<80).flatMap { index in
      FrameReaderTests.frame(index == 0 ? 1 : 0, [0x20], isFinal: false)
    }
    let unmasked = FrameReaderTests.frame(1, Array("{}".utf8), mask: nil)
    for (bytes, code) in [
      (unmasked, UInt16(1002)), ([0xFF, 0xFF], 1002), (FrameReaderTests.frame(1, big), 1009),
      (FrameReaderTests.frame(2, Array(big.prefix(2052))), 1009), (bomb, 1008),
      (FrameReaderTests.frame(1, [0x22, 0xC0, 0xAF, 0x22]), 1007),
    ] {
      let client = try await TestClient(port: server.port)
      await client.join("anna")
      client.send(bytes)
      #expect(await client.ending() == code)
    }
    try await server.stop()
  }

  @Test(arguments: 0..<4)
  func `Spoilt frames and messages never end the server`(seed: Int) async throws {
    let server = try await TestServer(perAddress: 0)
    let anna = try await TestClient(port: server.port)
    await anna.join("anna")
    var random = Seeded(state: UInt64(seed) &* 977 &+ 3)
    let messages = [
      #"{"t":"sit","seat":1,"id":1}"#, #"{"t":"direct","to":[1,2]}"#, #"{"t":"lock","on":true}"#,
      #"{"t":"signal","to":1,"data":{"a":[1,2,{"b":"c"}]}}"#, #"{"t":"chat","text":"x"}"#,
      #"{"t":"remove","participant":1,"isBanned":true}"#, #"{"t":"sync","v":0}"#,
    ]
    for _ in 0..<30 {
      let client = try await TestClient(port: server.port)
      await client.join("bert")
      for _ in 0..<10 {
        var bytes: [UInt8]
        if Bool.random(using: &random) {
          bytes = FrameReaderTests.frame(
            1, Array(messages.randomElement(using: &random)!.utf8))
        } else {
          let payload = (0..<Int.random(in: 0...60, using: &random)).map { _ in
            UInt8.random(in: 0...255, using: &random)
          }
          bytes = FrameReaderTests.frame(2, [1, 0xFF, 0xFF] + payload)
        }
        if Bool.random(using: &random) {
          let place = Int.random(in: 0..<bytes.count, using: &random)
          bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
        client.send(bytes)
      }
      client.vanish()
    }
    anna.say(#"{"t":"ping","time":77}"#)
    #expect(await anna.message("pong").number("time") == 77)
    try await server.stop()
  }

  @Test func `One address's connections leave others theirs`() async throws {
    let server = try await TestServer(perAddress: 40, idleSeconds: 100)
    let anna = try await TestClient(port: server.port, from: "127.0.0.9")
    await anna.join("anna")
    var kept: [TestClient] = []
    for _ in 0..<400 {
      // The system may refuse some of so many; that is refused too.
      if let client = try? await TestClient(port: server.port, from: "127.0.0.7", asks: false) {
        kept.append(client)
      }
    }
    let bert = try await TestClient(port: server.port, from: "127.0.0.8")
    await bert.join("bert")
    _ = await anna.message("change")
    anna.send(packet: 1, [5])
    #expect(await bert.packets() == [Packet(from: 1, kind: 1, payload: [5])])
    // Who has too many is cut off, whichever were the first.
    while kept.count(where: { $0.channel.isActive }) > 40 {
      try await Task.sleep(for: .milliseconds(1))
    }
    #expect(kept.count(where: { $0.channel.isActive }) == min(40, kept.count))
    #expect(server.connections.addresses == 3)
    for client in kept { client.vanish() }
    // Who has gone has room for others again.
    while server.connections.addresses > 2 {
      try await Task.sleep(for: .milliseconds(1))
    }
    let again = try await TestClient(port: server.port, from: "127.0.0.7")
    #expect(await again.answer().hasPrefix("HTTP/1.1 101"))
    try await server.stop()
  }

  @Test func `More than somebody may send is dropped, and others' packets are not`()
    async throws
  {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    let cleo = try await TestClient(port: server.port)
    await anna.join("anna")
    await bert.join("bert")
    await cleo.join("cleo")
    let flood = (0..<1000).flatMap { _ in
      FrameReaderTests.frame(2, [1, 2, 0, 1])
    }
    anna.send(flood)
    cleo.send(packet: 1, to: 2, [99])
    var fromAnna = 0
    var hasCleo = false
    // One second's worth, or two where the flood fell into two.
    anna.say(#"{"t":"chat","text":"end"}"#)
    loop: while true {
      switch await bert.next() {
      case .binary(let bytes):
        for packet in Packet.all(of: bytes) {
          if packet.from == 1 { fromAnna += 1 } else { hasCleo = true }
        }
        if hasCleo, fromAnna >= 400 { break loop }
      case .close, .ended: break loop
      default: continue
      }
    }
    #expect(hasCleo)
    #expect((400...800).contains(fromAnna))
    try await server.stop()
  }

  @Test func `Who does not read costs little, and control messages come before old packets`()
    async throws
  {
    var settings = TestServer.patient
    settings.socket.packetsPerSecond = 1_000_000
    settings.socket.bytesPerSecond = 1 << 30
    settings.socket.silenceSeconds = 2
    settings.socket.pingSeconds = 0.1
    let server = try await TestServer(settings: settings)
    let anna = try await TestClient(port: server.port)
    await anna.join("anna")
    let slow = try await TestClient(port: server.port)
    await slow.join("bert")
    try await slow.channel.setOption(.autoRead, value: false).get()
    _ = await anna.message("change")
    let payload = [UInt8](repeating: 7, count: 2000)
    // Much more than the system takes for somebody who reads nothing; until anna is told that the
    // other's connection is gone.
    var isGone = false
    for round in 0..<1000 where !isGone || round < 40 {
      for _ in 0..<100 { anna.send(packet: 1, payload) }
      anna.say(#"{"t":"ping","time":1}"#)
      let answer = await anna.message { message in
        let other = message.object("set").object("person/2")
        if other["isConnected"] == .bool(false) { isGone = true }
        return message.type == "pong"
      }
      #expect(!answer.isEmpty)
      #expect(server.rooms.heldBytes < 1 << 20)
      if round > 40 { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(isGone)
    try await server.stop()
  }

  @Test func `Too many messages at once are refused, not kept`() async throws {
    var settings = TestServer.patient
    settings.socket.messagesPerSecond = 20
    let server = try await TestServer(settings: settings)
    let anna = try await TestClient(port: server.port)
    await anna.join("anna")
    for id in 0..<500 { anna.say(#"{"t":"sit","seat":\#(id % 8),"id":\#(id)}"#) }
    anna.send(FrameReaderTests.frame(9, [1]))
    anna.send(FrameReaderTests.frame(8, [0x03, 0xE8]))
    var answers = 0
    loop: while true {
      switch await anna.next() {
      case .text(let text): if text.contains("done") { answers += 1 }
      case .close, .ended: break loop
      default: continue
      }
    }
    #expect(answers < 60)
    #expect(server.keeper.writes < 80)
    try await server.stop()
  }

  @Test func `Whoever ends the server sends everybody away to come back`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    await anna.join("anna")
    server.rooms.quiesce()
    #expect(await anna.ending() == 1001)
    #expect(try await server.keeper.room("room")?.presences.count == 1)
    try await server.stop()
  }
}
