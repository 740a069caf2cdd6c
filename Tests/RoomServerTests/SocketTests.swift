import Testing

@testable import RoomServer

@Suite("Sockets of rooms", .serialized, .timeLimit(.minutes(5)))
struct SocketTests {
  @Test func `Two people meet, and packets go from one to the other`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    let first = await anna.join("anna")
    #expect(first.type == "welcome")
    #expect(first.number("participant") == 1)
    let second = await bert.join("bert")
    #expect(Set(second.object("state").keys) == ["room", "person/1", "person/2"])
    let change = await anna.message("change")
    #expect(change.number("v") == first.number("version") + 1)
    #expect(change.object("set").object("person/2").text("name") == "bert")
    anna.send(packet: 1, [1, 2, 3])
    #expect(await bert.packets() == [Packet(from: 1, kind: 1, payload: [1, 2, 3])])
    bert.send(packet: 2, to: 1, [9])
    #expect(await anna.packets() == [Packet(from: 2, kind: 2, payload: [9])])
    try await server.stop()
  }

  @Test func `What may not be passed on is not, and what comes after it is`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    await anna.join("anna")
    await bert.join("bert")
    _ = await anna.message("change")
    anna.send(packet: 9, [1])
    anna.send(packet: 2, [1])
    anna.send(packet: 1, to: 0, [1])
    anna.send(packet: 1, to: 77, [1])
    anna.send(packet: 4, [1, 2])
    anna.send(packet: 4, [0, 0, 0xC0, 0x7F] + Array(repeating: 0, count: 12))
    anna.send(packet: 3, Array(repeating: 0, count: 1501))
    anna.send(packet: 1, [])
    anna.send(packet: 1, [42])
    #expect(await bert.packets() == [Packet(from: 1, kind: 1, payload: [42])])
    try await server.stop()
  }

  @Test func `Who walks is where they stand for who comes later`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    await anna.join("anna")
    anna.say(#"{"t":"stand","place":[0,0,0,0],"id":1}"#)
    _ = await anna.message("done")
    let place = [UInt8](repeating: 0, count: 12) + [0, 0, 0x80, 0x3F]
    anna.send(packet: 4, place)
    anna.say(#"{"t":"chat","text":"here","id":2}"#)
    _ = await anna.message("done")
    let bert = try await TestClient(port: server.port)
    await bert.join("bert")
    #expect(await bert.packets() == [Packet(from: 1, kind: 4, payload: place)])
    try await server.stop()
  }

  @Test func `A moderator puts their scene around all, and any moderator moves it`() async throws {
    let server = try await TestServer()
    server.keeper.add(PlacedScene(id: "garden", bytes: 7, sha256: "x"), of: "host")
    server.keeper.add(PlacedScene(id: "hers", bytes: 7, sha256: "x"), of: "anna")
    let host = try await TestClient(port: server.port)
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    await host.join("host", invite: "pass")
    await anna.join("anna", invite: "pass")
    await bert.join("bert")
    host.say(#"{"t":"surround","scene":"hers","place":[0,0,0,0,1],"id":1}"#)
    #expect(await host.message("refused").text("code") == "unknown-scene")
    bert.say(#"{"t":"surround","scene":"garden","place":[0,0,0,0,1],"id":2}"#)
    #expect(await bert.message("refused").text("code") == "unknown-scene")
    #expect(await !server.rooms.surrounds("garden", "bert"))
    host.say(#"{"t":"surround","scene":"garden","place":[0,0,0,0,1],"id":3}"#)
    _ = await host.message("done")
    #expect(await server.rooms.surrounds("garden", "bert"))
    #expect(await !server.rooms.surrounds("garden", "cleo"))
    anna.say(#"{"t":"surround","scene":"garden","place":[0,0,0,0,2],"id":4}"#)
    _ = await anna.message("done")
    bert.say(#"{"t":"surround","scene":"garden","place":[0,0,0,0,3],"id":5}"#)
    #expect(await bert.message("refused").text("code") == "not-allowed")
    #expect(try await server.keeper.room("room")?.settings.scene?.place == [0, 0, 0, 0, 2])
    await server.rooms.drop(scene: "garden")
    let change = await bert.message { $0.object("set").object("room")["scene"] == .null }
    #expect(change.object("set").object("room").text("surroundings") == "darkness")
    #expect(await !server.rooms.surrounds("garden", "bert"))
    try await server.stop()
  }

  @Test func `The muted are not heard, the blocked not reached, the direct not served twice`()
    async throws
  {
    let server = try await TestServer()
    let host = try await TestClient(port: server.port)
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    await host.join("host", invite: "pass")
    await anna.join("anna")
    await bert.join("bert")
    let voice: [UInt8] = [0, 0, 0, 0, 7]
    host.say(#"{"t":"mute","participant":2,"on":true,"id":1}"#)
    _ = await host.message("done")
    anna.send(packet: 3, voice)
    anna.send(packet: 1, [1])
    #expect(await host.packets() == [Packet(from: 2, kind: 1, payload: [1])])
    #expect(await bert.packets() == [Packet(from: 2, kind: 1, payload: [1])])
    bert.say(#"{"t":"block","person":"anna","on":true,"id":2}"#)
    _ = await bert.message("done")
    _ = await anna.message { $0["drop"] != nil }
    anna.send(packet: 1, [2])
    anna.say(#"{"t":"signal","to":3,"data":{},"id":3}"#)
    #expect(await anna.message("refused").text("code") == "unknown-participant")
    #expect(await host.packets() == [Packet(from: 2, kind: 1, payload: [2])])
    anna.say(#"{"t":"chat","text":"not for bert","id":4}"#)
    _ = await anna.message("done")
    host.say(#"{"t":"direct","to":[3],"id":5}"#)
    _ = await host.message("done")
    host.send(packet: 1, [3])
    host.send(packet: 1, to: 3, [4])
    #expect(await bert.packets() == [Packet(from: 1, kind: 1, payload: [4])])
    #expect(await anna.packets() == [Packet(from: 1, kind: 1, payload: [3])])
    try await server.stop()
  }

  @Test func `Nobody gets in with a forged token, invitation or secret`() async throws {
    let server = try await TestServer()
    for (token, invite, code) in [
      ("nobody", "invite", "invalid-token"), ("anna", "forged", "unknown-invite"),
    ] {
      let client = try await TestClient(port: server.port)
      let answer = await client.join(token, invite: invite)
      #expect(answer.text("code") == code)
      #expect(!answer.text("detail").isEmpty)
      #expect(await client.ending() == 4403)
    }
    let other = try await TestClient(port: server.port, room: "elsewhere")
    #expect(await other.join("anna").text("code") == "unknown-room")
    let anna = try await TestClient(port: server.port)
    await anna.join("anna")
    let bert = try await TestClient(port: server.port)
    let answer = await bert.join(
      "bert", more: #","resume":{"participant":1,"secret":"AAAAAAAA","version":0}"#)
    #expect(answer.number("participant") == 2)
    let thief = try await TestClient(port: server.port)
    thief.send(packet: 1, [1])
    thief.say(#"{"t":"chat","text":"x"}"#)
    #expect(await thief.ending() == 4403)
    #expect(server.rooms.census.participants == 2)
    try await server.stop()
  }

  @Test func `A lobby lets in whom a moderator admits`() async throws {
    let server = try await TestServer()
    let host = try await TestClient(port: server.port)
    await host.join("host", invite: "pass")
    host.say(#"{"t":"lobby","on":true,"id":1}"#)
    _ = await host.message("done")
    let anna = try await TestClient(port: server.port)
    #expect(await anna.join("anna").number("knock") == 1)
    anna.say(#"{"t":"chat","text":"hello?","id":9}"#)
    #expect(await anna.message("refused").text("code") == "not-allowed")
    #expect(
      await host.message { $0.object("set")["knock/1"] != nil }.object("set").object("knock/1")
        .text("name") == "anna")
    host.say(#"{"t":"admit","knock":1}"#)
    #expect(await anna.message("welcome").number("participant") == 2)
    let bert = try await TestClient(port: server.port)
    #expect(await bert.join("bert").number("knock") == 2)
    host.say(#"{"t":"deny","knock":2}"#)
    #expect(await bert.message("refused").text("code") == "denied")
    #expect(await bert.ending() == 4403)
    try await server.stop()
  }

  @Test func `After a kill everybody comes back to their seat, and the chat is there`()
    async throws
  {
    let keeper = MemoryKeeper()
    var server = try await TestServer(keeper: keeper)
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    let secret = await anna.join("anna").text("secret")
    await bert.join("bert")
    anna.say(#"{"t":"sit","seat":5,"id":1}"#)
    anna.say(#"{"t":"name","name":"Änni"}"#)
    anna.say(#"{"t":"chat","text":"kept","id":2}"#)
    _ = await anna.message { $0.type == "done" && $0.number("id") == 2 }
    try await server.stop()
    server = try await TestServer(keeper: keeper)
    let cleo = try await TestClient(port: server.port)
    let seen = await cleo.join("cleo").object("state").object("person/1")
    #expect(seen["isConnected"] == .bool(false))
    let back = try await TestClient(port: server.port)
    let welcome = await back.join(
      "anna", more: #","resume":{"participant":1,"secret":"\#(secret)","version":3}"#)
    #expect(welcome.number("participant") == 1)
    #expect(welcome.text("secret") == secret)
    let person = welcome.object("state").object("person/1")
    #expect(person.number("seat") == 5)
    #expect(person.text("name") == "Änni")
    guard case .array(let chat)? = welcome["chat"], case .object(let line)? = chat.first else {
      Issue.record("no chat")
      return
    }
    #expect(line.text("text") == "kept")
    try await server.stop()
  }

  @Test func `A presence that is resumed elsewhere leaves the first socket`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    let secret = await anna.join("anna").text("secret")
    let again = try await TestClient(port: server.port)
    let resume = #","resume":{"participant":1,"secret":"\#(secret)","version":0}"#
    #expect(await again.join("anna", more: resume).number("participant") == 1)
    #expect(await anna.message("refused").text("code") == "resumed-elsewhere")
    #expect(await anna.ending() == 4403)
    again.say(#"{"t":"ping","time":5}"#)
    #expect(await again.message("pong").number("time") == 5)
    try await server.stop()
  }

  @Test func `Nothing is told that could not be kept`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    await anna.join("anna")
    await bert.join("bert")
    server.keeper.fail(with: .storage)
    anna.say(#"{"t":"sit","seat":3,"id":1}"#)
    #expect(await anna.message("refused").text("code") == "storage")
    anna.say(#"{"t":"chat","text":"lost","id":2}"#)
    #expect(await anna.message("refused").text("code") == "storage")
    server.keeper.fail(with: nil)
    anna.say(#"{"t":"sit","seat":6,"id":3}"#)
    _ = await anna.message("done")
    let told = await bert.message("change").object("set").object("person/1")
    #expect(told.number("seat") == 6)
    try await server.stop()
  }

  @Test func `Who leaves is gone at once, who vanishes keeps the seat and then goes`()
    async throws
  {
    var settings = TestServer.patient
    settings.room.resumeMilliseconds = 200
    let server = try await TestServer(settings: settings)
    let host = try await TestClient(port: server.port)
    await host.join("host", invite: "pass")
    let anna = try await TestClient(port: server.port)
    await anna.join("anna")
    anna.send(FrameReaderTests.frame(8, [0x03, 0xE8]))
    #expect(await host.message { $0["drop"] != nil }["drop"] == .array([.string("person/2")]))
    #expect(await anna.ending() == 1000)
    let bert = try await TestClient(port: server.port)
    await bert.join("bert")
    bert.vanish()
    let told = await host.message {
      $0.object("set").object("person/3")["isConnected"] == .bool(false)
    }
    #expect(told.object("set").object("person/3").number("seat") == 4)
    #expect(await host.message { $0["drop"] != nil }["drop"] == .array([.string("person/3")]))
    try await server.stop()
  }

  @Test func `Who is silent is closed`() async throws {
    var settings = TestServer.patient
    settings.socket.silenceSeconds = 0.5
    settings.socket.joinSeconds = 0.5
    let server = try await TestServer(settings: settings)
    let mute = try await TestClient(port: server.port, answersPings: false)
    #expect(await mute.ending() == 4408)
    let anna = try await TestClient(port: server.port, answersPings: false)
    anna.say(#"{"t":"join","token":"anna","invite":"invite"}"#)
    #expect(await anna.ending() == 4408)
    try await server.stop()
  }

  @Test func `What happens elsewhere is felt in rooms`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    await anna.join("anna")
    await bert.join("bert")
    #expect(await server.rooms.meet("anna", "bert"))
    try await server.keeper.setBlock(true, of: "anna", by: "bert")
    await server.rooms.setBlock(true, of: "anna", by: "bert")
    #expect(await anna.message { $0["drop"] != nil }["drop"] == .array([.string("person/2")]))
    #expect(await server.rooms.meet("anna", "bert") == false)
    await server.rooms.close(person: "anna")
    #expect(await anna.message("refused").text("code") == "closed")
    await server.rooms.close(room: "room")
    #expect(await bert.message("refused").text("code") == "closed")
    try await server.stop()
  }

  @Test func `An unblock counts only when neither blocks any more`() async throws {
    let server = try await TestServer()
    let anna = try await TestClient(port: server.port)
    let bert = try await TestClient(port: server.port)
    await anna.join("anna")
    await bert.join("bert")
    anna.say(#"{"t":"block","person":"bert","on":true,"id":1}"#)
    _ = await anna.message("done")
    bert.say(#"{"t":"block","person":"anna","on":true,"id":2}"#)
    _ = await bert.message("done")
    anna.say(#"{"t":"block","person":"bert","on":false,"id":3}"#)
    _ = await anna.message("done")
    anna.say(#"{"t":"sync","v":0}"#)
    #expect(await anna.message("state").object("state")["person/2"] == nil)
    bert.say(#"{"t":"block","person":"anna","on":false,"id":4}"#)
    _ = await bert.message("done")
    anna.say(#"{"t":"sync","v":0}"#)
    #expect(await anna.message("state").object("state")["person/2"] != nil)
    try await server.stop()
  }
}
