import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ServerSupport
import Testing

@testable import AvatarServer

/// A folder that goes when its owner does.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.path + "/visavis-server-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    try write(Array(text.utf8), to: name)
  }

  func write(_ bytes: [UInt8], to name: String) throws {
    let place = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: place))
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}

/// Makes avatars of nothing, at the test's pace.
actor TestEnroller: Enroller {
  enum Outcome: Sendable {
    case makes
    case fails(EnrollmentFailure)
    /// Works until stopped.
    case works
  }

  private var outcomes: [Outcome]
  private(set) var orders: [EnrollmentOrder] = []
  private(set) var videos: [String] = []
  private(set) var stopped = 0
  private var atOnce = 0
  private(set) var mostAtOnce = 0

  init(_ outcomes: [Outcome] = []) { self.outcomes = outcomes }

  func enroll(
    _ order: EnrollmentOrder, tell: @escaping @Sendable (EnrollmentNews) async -> Void
  ) async throws -> String {
    orders.append(order)
    atOnce += 1
    mostAtOnce = max(mostAtOnce, atOnce)
    defer { atOnce -= 1 }
    videos.append(
      FileManager.default.contents(atPath: order.video).map { String(decoding: $0, as: UTF8.self) }
        ?? "none")
    await tell(.progress(stage: "tracking", done: 1, total: 2, loss: nil))
    try Data("picture".utf8).write(to: URL(fileURLWithPath: order.preview))
    await tell(.preview)
    switch outcomes.isEmpty ? .makes : outcomes.removeFirst() {
    case .makes:
      await tell(.progress(stage: "fitting", done: 5, total: 10, loss: 0.25))
      try Data("avatar".utf8).write(to: URL(fileURLWithPath: order.avatar))
      let report = String(order.avatar.dropLast(7)) + ".report.html"
      try Data("<html></html>".utf8).write(to: URL(fileURLWithPath: report))
      return #"{"splats": 1200, "trainingPSNR": 33.5, "framesRead": 100}"#
    case .fails(let failure): throw failure
    case .works:
      do {
        while true { try await Task.sleep(for: .milliseconds(5)) }
      } catch {
        stopped += 1
        throw error
      }
    }
  }
}

/// A server over folders of its own.
struct TestServer {
  let folder: TestFolder
  let enroller: TestEnroller
  var settings: ServerSettings

  init(
    _ outcomes: [TestEnroller.Outcome] = [], folder: TestFolder? = nil,
    change: (inout ServerSettings) -> Void = { _ in }
  ) throws {
    let folder = try folder ?? TestFolder()
    self.folder = folder
    enroller = TestEnroller(outcomes)
    settings = ServerSettings(
      dataFolder: folder.path + "/data", webFolder: folder.path + "/web",
      assetFolder: folder.path + "/assets")
    settings.port = 0
    settings.limits.freeBytes = 0
    change(&settings)
    try folder.write("<!doctype html><title>Mirror</title>", to: "web/index.html")
    try folder.write("<!doctype html><title>Scan</title>", to: "web/scan/index.html")
    try folder.write(String(repeating: "body { color: red; }\n", count: 200), to: "web/scan/a.css")
    try folder.write("secret", to: "secret.txt")
    try folder.write("hidden", to: "web/.hidden")
    for core in ["visavis", "tracking"] {
      try folder.write([0, 97, 115, 109], to: "web/core/\(core).wasm")
    }
  }

  func server() throws -> AvatarServer {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return try AvatarServer(settings: settings, enroller: enroller, logger: logger)
  }

  /// Puts requests to the routes, without a network.
  func test(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
    try await server().application().test(.router, body)
  }

  /// Puts requests to a port of this machine.
  func testLive(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
    try await server().application().test(.live, body)
  }
}

extension TestClientProtocol {
  /// Sends a request whose answer is given back.
  func send(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:],
    body: String? = nil
  ) async throws -> TestResponse {
    try await execute(
      uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
  }

  /// A tus request.
  func tus(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:],
    body: String? = nil
  ) async throws -> TestResponse {
    var headers = headers
    headers[.tusResumable] = "1.0.0"
    if method == .patch { headers[.contentType] = Tus.contentType }
    return try await send(method, path, headers, body: body)
  }

  /// Announces an upload; gives its address.
  func announce(_ length: Int, metadata: String? = nil) async throws -> String {
    var headers: HTTPFields = [.uploadLength: String(length)]
    headers[.uploadMetadata] = metadata
    let answer = try await tus(.post, "/api/uploads", headers)
    #expect(answer.status == .created)
    return try #require(answer.headers[.location])
  }

  /// Uploads a text whole; gives its identifier.
  func upload(_ text: String, metadata: String? = nil) async throws -> String {
    let address = try await announce(text.utf8.count, metadata: metadata)
    let answer = try await tus(.patch, address, [.uploadOffset: "0"], body: text)
    #expect(answer.status == .noContent)
    return String(address.split(separator: "/").last ?? "")
  }

  /// Orders an avatar of a text.
  func order(
    _ text: String = "video", name: String = "Anna", more: String = ""
  ) async throws -> EnrollmentView {
    let upload = try await upload(text, metadata: "filetype dmlkZW8vd2VibQ==")
    let answer = try await send(
      .post, "/api/enrollments", [.contentType: "application/json"],
      body: #"{"upload":"\#(upload)","name":"\#(name)","consent":true\#(more)}"#)
    #expect(answer.status == .created)
    return try answer.decode(EnrollmentView.self)
  }

  /// Waits until an enrolment is in a state.
  func wait(
    for state: EnrollmentJob.State, of id: String
  ) async throws -> EnrollmentView {
    for _ in 0..<2000 {
      let view = try await send(.get, "/api/enrollments/\(id)").decode(EnrollmentView.self)
      if view.state == state { return view }
      try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("The enrolment never became \(state).")
    throw CancellationError()
  }
}

extension TestResponse {
  /// The body as text.
  var text: String { String(buffer: body) }

  /// The body as JSON.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    return try decoder.decode(type, from: Data(body.readableBytesView))
  }

  /// The kind of problem it is, and whether it is one in form.
  func problem() throws -> String {
    #expect(headers[.contentType] == "application/problem+json")
    let problem = try decode(Problem.self)
    #expect(problem.status == status.code)
    #expect(!problem.detail.isEmpty && problem.detail.hasSuffix("."))
    return String(problem.type.dropFirst("urn:visavis:".count))
  }
}
