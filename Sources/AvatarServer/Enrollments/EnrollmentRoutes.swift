import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import ServerSupport
import ServiceLifecycle

/// Orders, progress, previews.
struct EnrollmentRoutes: Sendable {
  let queue: EnrollmentQueue
  let uploads: UploadStore
  let files: FileResponder
  let limits: ServerLimits

  /// What an order says.
  private struct Order: Decodable {
    var upload: String
    var name: String
    var consent: Bool
    var quality: String?
    var keepsVideo: Bool?
  }

  func add(to router: Router<ServerContext>) {
    let path: RouterPath = "/api/enrollments/:id"
    router.get("/api/enrollments") { _, _ in
      Response.json(["enrollments": await queue.all])
    }
    router.post("/api/enrollments") { request, _ in try await order(request) }
    router.get(path) { _, context in Response.json(try await queue.view(try id(context))) }
    router.delete(path) { _, context in
      try await queue.remove(try id(context))
      return Response(status: .noContent)
    }
    router.post("/api/enrollments/:id/retry") { _, context in
      Response.json(try await queue.retry(try id(context)), status: .accepted)
    }
    router.get("/api/enrollments/:id/events") { _, context in
      Self.events(try await queue.watch(try id(context)), until: context.closed)
    }
    for method in [HTTPRequest.Method.get, .head] {
      router.on("/api/enrollments/:id/preview.png", method: method) { request, context in
        guard let file = OpenFile(try await queue.previewPath(try id(context))) else {
          throw ServerError.notFound
        }
        return try await files.response(
          to: request, file: file, name: "preview.png", freshness: .personal)
      }
    }
  }

  private func order(_ request: Request) async throws -> Response {
    let order = try await request.json(Order.self, limit: limits.jsonBytes)
    guard order.consent else { throw ServerError.consentMissing }
    guard DataFolder.isIdentifier(order.upload) else { throw ServerError.unknownUpload }
    let name = order.name.trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...64).contains(name.count), name.utf8.count <= 256,
      name.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw ServerError.malformedBody(field: "name") }
    guard let quality = EnrollmentOrder.Quality(rawValue: order.quality ?? "standard") else {
      throw ServerError.malformedBody(field: "quality")
    }
    let view = try await queue.order(
      upload: order.upload, from: uploads, name: name, quality: quality,
      keepsVideo: order.keepsVideo ?? false)
    var response = Response.json(view, status: .created)
    response.headers[.location] = "/api/enrollments/\(view.id)"
    return response
  }

  /// Server-sent events: a view each, and a comment every 15 s that keeps the connection open.
  private static func events(
    _ views: AsyncStream<EnrollmentView>, until closed: EventLoopFuture<Void>
  ) -> Response {
    let body = ResponseBody { writer in
      let encoder = JSONEncoder()
      encoder.dateEncodingStrategy = .iso8601
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      // The browser asks again after 2 s when the connection ends.
      try await writer.write(ByteBuffer(string: "retry: 2000\n\n"))
      for await view in merged(views, beatEvery: .seconds(15), until: closed)
        .cancelOnGracefulShutdown()
      {
        guard let view else {
          try await writer.write(ByteBuffer(string: ": still here\n\n"))
          continue
        }
        let data = try encoder.encode(view)
        try await writer.write(
          ByteBuffer(string: "event: state\ndata: \(String(decoding: data, as: UTF8.self))\n\n"))
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [.contentType: "text/event-stream", .cacheControl: "no-store"], body: body)
  }

  /// Views as they come, and nil now and then; ends with the views, or with the connection.
  private static func merged(
    _ views: AsyncStream<EnrollmentView>, beatEvery interval: Duration,
    until closed: EventLoopFuture<Void>
  ) -> AsyncStream<EnrollmentView?> {
    AsyncStream(bufferingPolicy: .bufferingNewest(2)) { continuation in
      let beat = Task {
        while !Task.isCancelled {
          try await Task.sleep(for: interval)
          continuation.yield(nil)
        }
      }
      let task = Task {
        for await view in views { continuation.yield(view) }
        beat.cancel()
        continuation.finish()
      }
      continuation.onTermination = { _ in
        task.cancel()
        beat.cancel()
      }
      // A reader that left would else be noticed at the next beat only.
      closed.whenComplete { _ in continuation.finish() }
    }
  }

  private func id(_ context: ServerContext) throws(ServerError) -> String {
    guard let id = context.parameters.get("id"), DataFolder.isIdentifier(id) else {
      throw .unknownEnrollment
    }
    return id
  }
}

extension Request {
  /// The body as a value of JSON.
  func json<Value: Decodable>(_ type: Value.Type, limit: Int) async throws -> Value {
    let kind = headers[.contentType]?.prefix { $0 != ";" } ?? ""
    guard kind == "application/json" else {
      throw ServerError.unsupportedType(needed: "application/json")
    }
    guard headers[.contentLength].flatMap(Int.init) ?? 0 <= limit else {
      throw ServerError.bodyTooLarge(limit: limit)
    }
    var bytes = ByteBuffer()
    for try await part in body {
      guard bytes.readableBytes + part.readableBytes <= limit else {
        throw ServerError.bodyTooLarge(limit: limit)
      }
      bytes.writeImmutableBuffer(part)
    }
    do {
      return try JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
    } catch let error as DecodingError {
      let path: [any CodingKey] =
        switch error {
        case .keyNotFound(let key, let context): context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
          .dataCorrupted(let context):
          context.codingPath
        @unknown default: []
        }
      throw ServerError.malformedBody(field: path.last?.stringValue ?? "body")
    }
  }
}
