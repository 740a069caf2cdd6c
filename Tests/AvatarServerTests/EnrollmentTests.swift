import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import AvatarServer

struct EnrollmentTests {
  @Test func `A video becomes an avatar, and is then gone`() async throws {
    let server = try TestServer()
    try await server.test { client in
      let order = try await client.order("the video", name: "Zoë van Dyck")
      #expect(order.name == "Zoë van Dyck")
      let done = try await client.wait(for: .done, of: order.id)
      #expect(done.fraction == 1)
      #expect(done.links.avatar == "/avatars/zoe-van-dyck.avatar")
      #expect(done.links.mirror == "/?avatar=/avatars/zoe-van-dyck.avatar")
      #expect(try await client.send(.get, "/avatars/zoe-van-dyck.avatar").text == "avatar")
      let report = try await client.send(.get, "/avatars/zoe-van-dyck.report.html")
      #expect(report.headers[.contentSecurityPolicy] == SecurityHeaders.reportPolicy)
      #expect(try await client.send(.get, "/avatars/zoe-van-dyck.png").text == "picture")
      let list = try await client.send(.get, "/api/avatars")
      let avatars = try list.decode([String: [AvatarLibrary.View]].self)["avatars"]
      #expect(avatars?.map(\.name) == ["Zoë van Dyck"] && avatars?.first?.splats == 1200)
      #expect(avatars?.first?.links.video == nil)
    }
    #expect(await server.enroller.videos == ["the video"])
    let left = FileManager.default.enumerator(atPath: server.folder.path + "/data")
    while let name = left?.nextObject() as? String {
      #expect(!name.hasSuffix("video"), "\(name)")
    }
  }

  @Test func `A video stays where its person wants that, and goes with the avatar`() async throws {
    let server = try TestServer()
    try await server.test { client in
      let order = try await client.order("the video", more: #","keepsVideo":true"#)
      _ = try await client.wait(for: .done, of: order.id)
      let view = try await client.send(.get, "/api/avatars/anna").decode(AvatarLibrary.View.self)
      let video = try #require(view.links.video)
      #expect(video == "/avatars/anna.video.webm")
      #expect(try await client.send(.get, video).text == "the video")
      #expect(try await client.send(.delete, "/api/avatars/anna").status == .noContent)
      #expect(try await client.send(.get, video).status == .notFound)
      #expect(try await client.send(.get, "/api/avatars/anna").status == .notFound)
    }
    #expect(DataFolder.names(in: server.folder.path + "/data/avatars").isEmpty)
  }

  @Test func `An avatar from elsewhere is kept once, and shown`() async throws {
    let server = try TestServer()
    let kept = try server.server()
    #expect(
      try kept.add(avatar: Array("avatar".utf8), name: "Zoë") == "/?avatar=/avatars/zoe.avatar")
    #expect(
      try kept.add(avatar: Array("avatar".utf8), name: "Ann") == "/?avatar=/avatars/zoe.avatar")
    #expect(
      try kept.add(avatar: Array("another".utf8), name: "Zoë") == "/?avatar=/avatars/zoe-2.avatar")
    try await server.test { client in
      #expect(try await client.send(.get, "/avatars/zoe.avatar").text == "avatar")
      let list = try await client.send(.get, "/api/avatars")
      let avatars = try list.decode([String: [AvatarLibrary.View]].self)["avatars"]
      #expect(avatars?.map(\.name) == ["Zoë", "Zoë"])
    }
  }

  @Test func `Two people of one name have two avatars`() async throws {
    try await TestServer().test { client in
      for expected in ["/avatars/anna.avatar", "/avatars/anna-2.avatar"] {
        let order = try await client.order()
        #expect(try await client.wait(for: .done, of: order.id).links.avatar == expected)
      }
    }
  }

  @Test func `Enrolments are made one at a time, in order`() async throws {
    let server = try TestServer([.works, .makes, .makes])
    try await server.test { client in
      let first = try await client.order("1")
      _ = try await client.wait(for: .running, of: first.id)
      let second = try await client.order("2")
      let third = try await client.order("3")
      #expect(second.waiting == 1 && third.waiting == 2)
      #expect(try await client.send(.delete, "/api/enrollments/\(first.id)").status == .noContent)
      _ = try await client.wait(for: .done, of: third.id)
      #expect(try await client.send(.get, "/api/enrollments/\(first.id)").status == .notFound)
    }
    #expect(await server.enroller.videos == ["1", "2", "3"])
    #expect(await server.enroller.mostAtOnce == 1)
    #expect(await server.enroller.stopped == 1)
  }

  @Test func `A video that does not serve is removed, and its sentence told`() async throws {
    let failure = EnrollmentFailure(
      kind: "badData", detail: "No face can be seen in the video.", isOfVideo: true)
    let server = try TestServer([.fails(failure)])
    try await server.test { client in
      let order = try await client.order()
      let view = try await client.wait(for: .failed, of: order.id)
      #expect(view.failure?.detail == "No face can be seen in the video.")
      #expect(!view.canRetry)
      let retry = try await client.send(.post, "/api/enrollments/\(order.id)/retry")
      #expect(retry.status == .gone)
    }
    let left = FileManager.default.enumerator(atPath: server.folder.path + "/data/enrollments")
    while let name = left?.nextObject() as? String { #expect(!name.hasSuffix("/video")) }
  }

  @Test func `What failed without the video's fault can be tried again`() async throws {
    let failure = EnrollmentFailure(kind: "crashed", detail: "It ended.", isOfVideo: false)
    try await TestServer([.fails(failure)]).test { client in
      let order = try await client.order()
      #expect(try await client.wait(for: .failed, of: order.id).canRetry)
      let retry = try await client.send(.post, "/api/enrollments/\(order.id)/retry")
      #expect(retry.status == .accepted)
      _ = try await client.wait(for: .done, of: order.id)
    }
  }

  @Test func `A killed server takes up what it was making, then what was waiting`() async throws {
    let folder = try TestFolder()
    let ids = Box<[String]>([])
    try await TestServer([.works], folder: folder).test { client in
      let first = try await client.order("1")
      _ = try await client.wait(for: .running, of: first.id)
      let second = try await client.order("2")
      ids.value = [first.id, second.id]
    }
    let next = try TestServer(folder: folder)
    try await next.test { client in
      for id in ids.value { _ = try await client.wait(for: .done, of: id) }
    }
    #expect(await next.enroller.videos == ["1", "2"])
    #expect(await next.enroller.orders.map(\.resumes) == [true, false])
  }

  @Test(arguments: [
    (#"{"upload":"U","name":"Anna"}"#, 400, "malformed-body"),
    (#"{"upload":"U","name":"Anna","consent":false}"#, 422, "consent-missing"),
    (#"{"upload":"U","name":"  ","consent":true}"#, 400, "malformed-body"),
    (#"{"upload":"U","name":"A\u0007","consent":true}"#, 400, "malformed-body"),
    (#"{"upload":"U","name":"Anna","consent":true,"quality":"best"}"#, 400, "malformed-body"),
    (#"{"upload":"../../key","name":"Anna","consent":true}"#, 404, "unknown-upload"),
    ("[]", 400, "malformed-body"), ("{", 400, "malformed-body"), ("", 400, "malformed-body"),
    (String(repeating: "[", count: 15000), 400, "malformed-body"),
    (String(repeating: " ", count: 20000), 413, "body-too-large"),
  ])
  func `Orders that are not as they should be are refused`(
    body: String, status: Int, kind: String
  ) async throws {
    try await TestServer().test { client in
      let upload = try await client.upload("video")
      let answer = try await client.send(
        .post, "/api/enrollments", [.contentType: "application/json"],
        body: body.replacingOccurrences(of: "\"U\"", with: "\"\(upload)\""))
      #expect(answer.status.code == status)
      #expect(try answer.problem() == kind)
    }
  }

  @Test func `An upload that has not arrived makes no enrolment`() async throws {
    let server = try TestServer()
    try await server.test { client in
      let address = try await client.announce(10)
      let id = String(address.split(separator: "/").last ?? "")
      let answer = try await client.send(
        .post, "/api/enrollments", [.contentType: "application/json"],
        body: #"{"upload":"\#(id)","name":"Anna","consent":true}"#)
      #expect(answer.status == .conflict)
      #expect(try answer.problem() == "upload-incomplete")
      #expect(try await client.tus(.head, address).status == .ok)
    }
    #expect(DataFolder.names(in: server.folder.path + "/data/enrollments").isEmpty)
  }

  @Test func `As many wait as the limit says`() async throws {
    let server = try TestServer([.works, .works]) { $0.limits.queuedEnrollments = 1 }
    try await server.test { client in
      let first = try await client.order()
      _ = try await client.wait(for: .running, of: first.id)
      let second = try await client.order()
      let upload = try await client.upload("video")
      let third = try await client.send(
        .post, "/api/enrollments", [.contentType: "application/json"],
        body: #"{"upload":"\#(upload)","name":"Anna","consent":true}"#)
      #expect(third.status == .tooManyRequests)
      _ = try await client.send(.delete, "/api/enrollments/\(second.id)")
      _ = try await client.send(.delete, "/api/enrollments/\(first.id)")
    }
  }

  @Test func `Events tell each step, and end with the enrolment`() async throws {
    try await TestServer().test { client in
      let order = try await client.order()
      let answer = try await client.send(.get, order.links.events)
      #expect(answer.headers[.contentType] == "text/event-stream")
      let decoder = JSONDecoder()
      decoder.dateDecodingStrategy = .iso8601
      let views = try answer.text.split(separator: "\n").filter { $0.hasPrefix("data: ") }.map {
        try decoder.decode(EnrollmentView.self, from: Data($0.dropFirst(6).utf8))
      }
      #expect(views.last?.state == .done)
      #expect(zip(views, views.dropFirst()).allSatisfy { $0.fraction <= $1.fraction })
    }
  }

  @Test func `The growing picture is served while it grows`() async throws {
    try await TestServer([.works]).test { client in
      let order = try await client.order()
      for _ in 0..<1000 {
        let view = try await client.send(.get, "/api/enrollments/\(order.id)")
          .decode(EnrollmentView.self)
        if let preview = view.links.preview {
          let picture = try await client.send(.get, preview)
          #expect(picture.text == "picture" && picture.headers[.contentType] == "image/png")
          _ = try await client.send(.delete, "/api/enrollments/\(order.id)")
          return
        }
        try await Task.sleep(for: .milliseconds(5))
      }
      Issue.record("There was no preview.")
    }
  }

  @Test func `Everything can be taken along, and removed from the disk`() async throws {
    let server = try TestServer()
    try await server.test { client in
      let order = try await client.order(more: #","keepsVideo":true"#)
      _ = try await client.wait(for: .done, of: order.id)
      _ = try await client.announce(10)
      let archive = try await client.send(.get, "/api/data")
      #expect(archive.headers[.contentType] == "application/x-tar")
      #expect(archive.body.readableBytes % 512 == 0)
      for name in ["avatars/anna.avatar", "avatars/anna.video.webm", "job.json"] {
        #expect(archive.text.contains(name), "\(name)")
      }
      #expect(!archive.text.contains("visavis/key"))
      #expect(try await client.send(.delete, "/api/data").status == .noContent)
      #expect(try await client.send(.get, "/api/avatars").text == #"{"avatars":[]}"#)
    }
    for part in ["avatars", "uploads", "enrollments"] {
      #expect(DataFolder.names(in: server.folder.path + "/data/" + part).isEmpty)
    }
  }

  @Test func `A child's lines are news, and its failure a sentence`() async throws {
    let folder = try TestFolder()
    try folder.write(
      """
      #!/bin/sh
      echo '{"stage":"tracking","done":3,"total":9}' >&2
      echo 'some warning' >&2
      echo '{"preview":1}' >&2
      case "$2" in
        *bad) echo '{"error":{"code":65,"kind":"badData","message":"No face."}}'; exit 65;;
        *crash) kill -9 $$;;
        *slow) while read line; do :; done; exit 1;;
      esac
      echo '{"splats":3}'
      """, to: "visavis")
    chmod(folder.path + "/visavis", 0o755)
    let enroller = ProcessEnroller(executable: folder.path + "/visavis")
    func run(_ video: String, _ news: Box<[EnrollmentNews]>) async throws -> String {
      try await enroller.enroll(
        EnrollmentOrder(
          video: video, avatar: "a.avatar", preview: "p.png", quality: .draft, resumes: false)
      ) { news.value.append($0) }
    }
    let news = Box<[EnrollmentNews]>([])
    #expect(try await run("good", news).contains("splats"))
    #expect(
      news.value == [.progress(stage: "tracking", done: 3, total: 9, loss: nil), .preview])
    await #expect(
      throws: EnrollmentFailure(kind: "badData", detail: "No face.", isOfVideo: true)
    ) { try await run("bad", news) }
    let crash = await #expect(throws: EnrollmentFailure.self) { try await run("crash", news) }
    #expect(crash?.kind == "crashed" && crash?.isOfVideo == false)
    // Stopped, it is told to end, and waited for.
    let started = Box<[EnrollmentNews]>([])
    let task = Task { try await run("slow", started) }
    while started.value.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: (any Error).self) { try await task.value }
  }
}
