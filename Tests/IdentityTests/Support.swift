import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import RoomServer
import ServerSupport
import Synchronization
import Testing

@testable import Identity

/// A folder that goes when its owner does.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/visavis-people-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Every file, however deep.
  var files: [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []).map { path + "/" + $0 }
      .filter {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder)
          && !isFolder.boolValue
      }
  }

  /// The files that hold some bytes.
  func files(holding bytes: [UInt8]) -> [String] {
    files.filter { FileManager.default.contents(atPath: $0)?.range(of: Data(bytes)) != nil }
  }
}

/// A clock that goes when told.
final class TestClock: Sendable {
  private let time: Mutex<Int64>

  init(_ time: Int64 = 1_790_000_000_000) { self.time = Mutex(time) }

  var now: Int64 { time.withLock { $0 } }

  func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}

/// Rooms that are as the test says, and what they were told.
final class TestRooms: LiveRooms {
  struct State: Sendable {
    var meetings: Set<Set<String>> = []
    var closedRooms: [String] = []
    var closedPeople: [String] = []
    var blocks: [[String]] = []
    var droppedScenes: [String] = []
    /// Scenes, and people whom they surround.
    var surrounded: Set<[String]> = []
  }

  private let state = Mutex(State())

  /// What was told so far.
  var seen: State { state.withLock { $0 } }

  /// Has people be in one room from now on.
  func bringTogether(_ people: Set<String>) { state.withLock { _ = $0.meetings.insert(people) } }

  func setBlock(_ isBlocked: Bool, of person: String, by other: String) async {
    state.withLock { $0.blocks.append([other, isBlocked ? "blocks" : "allows", person]) }
  }

  func close(room: String) async { state.withLock { $0.closedRooms.append(room) } }

  func close(person: String) async { state.withLock { $0.closedPeople.append(person) } }

  /// Puts a scene around somebody from now on.
  func put(scene: String, around person: String) {
    state.withLock { _ = $0.surrounded.insert([scene, person]) }
  }

  func drop(scene: String) async { state.withLock { $0.droppedScenes.append(scene) } }

  func surrounds(_ scene: String, _ person: String) async -> Bool {
    state.withLock { $0.surrounded.contains([scene, person]) }
  }

  func meet(_ person: String, _ other: String) async -> Bool {
    state.withLock { $0.meetings.contains([person, other]) }
  }
}

/// A device: a key that signs.
struct TestDevice: Sendable {
  let secret = Curve25519.Signing.PrivateKey()

  var key: DeviceKey { DeviceKey(bytes: Array(secret.publicKey.rawRepresentation))! }

  func sign(_ text: String) -> String {
    Base64URL.text((try? secret.signature(for: Array(text.utf8))) ?? Data())
  }

  /// This device's word that another is the same person's.
  func certificate(for key: DeviceKey, of person: String, time: Int64) -> DeviceCertificate {
    DeviceCertificate(
      key: key.text, by: self.key.text, time: time,
      certificate: sign(SignedText.certificate(person: person, key: key, time: time)))
  }
}

/// People over a folder of their own.
struct TestPeople: Sendable {
  let folder: TestFolder
  let clock: TestClock
  let rooms = TestRooms()
  let people: People

  init(
    folder: TestFolder? = nil, clock: TestClock = TestClock(), hosts: Set<String>? = nil,
    change: (inout PeopleLimits) -> Void = { _ in }
  ) throws {
    let folder = try folder ?? TestFolder()
    self.folder = folder
    self.clock = clock
    var limits = PeopleLimits()
    limits.freeBytes = 0
    (limits.signIns.burst, limits.codes.burst) = (100_000, 100_000)
    change(&limits)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    people = try People(
      folder: folder.path, limits: limits, logger: logger,
      isOwnHost: { hosts?.contains($0) ?? true }, clock: { clock.now })
  }

  /// Puts requests to the routes, without a network; what begins with `avatar` is one, what begins
  /// with `scene` one that is packed by doubling it, unless it is `scene full of splats`.
  func test(
    _ body: @Sendable (PeopleClient) async throws -> Void
  ) async throws {
    let router = Router()
    router.add(middleware: TestHost())
    people.add(to: router, live: rooms) {
      $0.starts(with: Array("avatar".utf8))
    } packer: { bytes throws(SceneFault) in
      if bytes == Array("scene full of splats".utf8) { throw .tooDetailed(most: 9) }
      guard bytes.starts(with: Array("scene".utf8)) else { throw .unreadable }
      return bytes + bytes
    } address: { _ in
      "203.0.113.1"
    }
    try await Application(responder: router.buildResponder()).test(.router) { client in
      try await body(PeopleClient(client: client, clock: clock))
    }
  }
}

/// Without a network, requests have no host; a header says it instead.
struct TestHost: RouterMiddleware {
  static let name = HTTPField.Name("X-Test-Host")!

  func handle(
    _ request: Request, context: BasicRequestContext,
    next: (Request, BasicRequestContext) async throws -> Response
  ) async throws -> Response {
    var head = request.head
    head.authority = request.headers[Self.name]
    return try await next(Request(head: head, body: request.body), context)
  }
}

/// Somebody who is signed in.
struct TestPerson: Sendable {
  var device: TestDevice
  var token: String
  var person: String
  var name: String
}

/// Asks.
struct PeopleClient: Sendable {
  static let host = "visavis.example:8080"

  let client: any TestClientProtocol
  let clock: TestClock

  func send(
    _ method: HTTPRequest.Method, _ path: String, token: String? = nil, headers: HTTPFields = [:],
    host: String = Self.host, bytes: [UInt8]? = nil
  ) async throws -> TestResponse {
    var headers = headers
    if let token { headers[.authorization] = "Bearer " + token }
    headers[TestHost.name] = host
    return try await client.execute(
      uri: path, method: method, headers: headers, body: bytes.map { ByteBuffer(bytes: $0) })
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, as person: TestPerson? = nil,
    _ json: [String: Any]
  ) async throws -> TestResponse {
    try await send(
      method, path, token: person?.token,
      bytes: Array(try JSONSerialization.data(withJSONObject: json)))
  }

  func challenge() async throws -> String {
    struct Answer: Decodable { var challenge: String }
    return try await send(.post, "/api/people/challenge").decode(Answer.self).challenge
  }

  /// A token's request, as it has to be.
  func signInBody(
    _ device: TestDevice, name: String? = nil, host: String = Self.host
  ) async throws -> [String: Any] {
    let challenge = try await challenge()
    var body: [String: Any] = [
      "key": device.key.text, "challenge": challenge,
      "signature": device.sign(SignedText.token(host: host, challenge: challenge)),
    ]
    body["name"] = name
    return body
  }

  func signIn(_ name: String? = nil, with device: TestDevice = TestDevice()) async throws
    -> TestPerson
  {
    struct Answer: Decodable { var token, person, name: String }
    let response = try await send(
      .post, "/api/people/token", try await signInBody(device, name: name))
    #expect(response.status == .ok, "\(response.text)")
    let answer = try response.decode(Answer.self)
    return TestPerson(
      device: device, token: answer.token, person: answer.person, name: answer.name)
  }

  /// Has a device admitted by another.
  func pair(_ device: TestDevice, to person: TestPerson, name: String = "Phone") async throws {
    let challenge = try await challenge()
    let asked = try await send(
      .post, "/api/people/pairings",
      [
        "key": device.key.text, "name": name, "challenge": challenge,
        "signature": device.sign(SignedText.pairing(host: Self.host, challenge: challenge)),
      ])
    #expect(asked.status == .created, "\(asked.text)")
    let added = try await add(device, to: person, name: name)
    #expect(added.status == .created, "\(added.text)")
  }

  func add(
    _ device: TestDevice, to person: TestPerson, name: String = "Phone", kind: String = "device",
    change: (inout [String: Any]) -> Void = { _ in }
  ) async throws -> TestResponse {
    let certificate = person.device.certificate(
      for: device.key, of: person.person, time: clock.now)
    var body: [String: Any] = [
      "key": device.key.text, "name": name, "kind": kind, "time": certificate.time,
      "certificate": certificate.certificate, "by": certificate.by,
    ]
    change(&body)
    return try await send(.post, "/api/people/me/devices", as: person, body)
  }

  func view(_ person: TestPerson) async throws -> PersonView {
    try await send(.get, "/api/people/me", token: person.token).decode(PersonView.self)
  }

  func makeRoom(_ person: TestPerson, name: String = "Kitchen") async throws -> RoomView {
    let answer = try await send(
      .post, "/api/rooms", as: person,
      ["name": name, "surroundings": "beach", "arrangement": "table"])
    #expect(answer.status == .created, "\(answer.text)")
    return try answer.decode(RoomView.self)
  }

  func invite(
    _ person: TestPerson, to room: RoomView, role: String = "guest", seconds: Int? = nil,
    uses: Int? = nil
  ) async throws -> InviteView {
    var body: [String: Any] = ["role": role]
    body["seconds"] = seconds
    body["uses"] = uses
    let answer = try await send(.post, "/api/rooms/\(room.id)/invites", as: person, body)
    #expect(answer.status == .created, "\(answer.text)")
    return try answer.decode(InviteView.self)
  }

  func upload(
    _ person: TestPerson, _ text: String = "avatar of somebody", query: String = "?access=everyone"
  ) async throws -> TestResponse {
    try await send(
      .post, "/api/people/me/avatars" + query, token: person.token, bytes: Array(text.utf8))
  }
}

extension PeopleClient {
  func bring(
    _ person: TestPerson, scene: String = "scene of somebody", query: String = "?name=Garden"
  ) async throws -> TestResponse {
    try await send(
      .post, "/api/people/me/scenes" + query, token: person.token, bytes: Array(scene.utf8))
  }
}

extension TestResponse {
  /// The body as text.
  var text: String { String(buffer: body) }

  /// The body as JSON.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(body.readableBytesView))
  }

  /// The kind of problem it is, and whether it is one in form.
  func problem() throws -> String {
    #expect(headers[.contentType] == "application/problem+json", "\(text)")
    let problem = try decode(Problem.self)
    #expect(problem.status == status.code)
    #expect(problem.detail.hasSuffix("."))
    return String(problem.type.dropFirst("urn:visavis:".count))
  }
}
