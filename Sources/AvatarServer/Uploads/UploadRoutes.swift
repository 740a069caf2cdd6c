import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Resumable uploads: tus 1.0.0 with creation, termination, checksum and expiration.
struct UploadRoutes: Sendable {
  let store: UploadStore
  let limits: ServerLimits

  func add(to router: Router<ServerContext>) {
    router.on("/api/uploads", method: .options) { _, _ in options() }
    router.on("/api/uploads/:id", method: .options) { _, _ in options() }
    router.post("/api/uploads") { request, _ in try await create(request) }
    router.head("/api/uploads/:id") { request, context in
      try await status(request, try id(context))
    }
    router.patch("/api/uploads/:id") { request, context in
      try await append(request, try id(context))
    }
    router.delete("/api/uploads/:id") { request, context in
      try checkVersion(request)
      try await store.remove(try id(context))
      return Self.answer(.noContent)
    }
  }

  private func options() -> Response {
    Self.answer(
      .noContent,
      [
        .tusVersion: Tus.version, .tusExtension: Tus.extensions,
        .tusMaxSize: String(limits.uploadBytes), .tusChecksumAlgorithm: Tus.algorithms,
      ])
  }

  private func create(_ request: Request) async throws -> Response {
    try checkVersion(request)
    guard let length = Self.count(request, .uploadLength), length > 0 else {
      throw ServerError.malformedHeader(name: "Upload-Length")
    }
    guard let metadata = Tus.metadata(request.headers[.uploadMetadata]) else {
      throw ServerError.malformedHeader(name: "Upload-Metadata")
    }
    let upload = try await store.create(length: length, metadata: metadata)
    let expires = try await store.status(upload.id).expires
    return Self.answer(
      .created,
      [
        .location: "/api/uploads/\(upload.id)",
        .uploadExpires: HTTPDate.text(expires.timeIntervalSince1970),
      ])
  }

  private func status(_ request: Request, _ id: String) async throws -> Response {
    try checkVersion(request)
    let (upload, received, expires) = try await store.status(id)
    return Self.answer(
      .ok,
      [
        .uploadOffset: String(received), .uploadLength: String(upload.length),
        .uploadExpires: HTTPDate.text(expires.timeIntervalSince1970),
      ])
  }

  private func append(_ request: Request, _ id: String) async throws -> Response {
    try checkVersion(request)
    guard request.headers[.contentType] == Tus.contentType else {
      throw ServerError.unsupportedType(needed: Tus.contentType)
    }
    guard let offset = Self.count(request, .uploadOffset) else {
      throw ServerError.malformedHeader(name: "Upload-Offset")
    }
    var checksum = try request.headers[.uploadChecksum].map {
      text throws(ServerError) in try UploadChecksum(text)
    }
    let announced = Self.count(request, .contentLength)
    if checksum != nil, announced ?? 0 > limits.chunkBytes {
      throw ServerError.bodyTooLarge(limit: limits.chunkBytes)
    }
    let lease = try await store.begin(
      id, offset: offset, announced: announced, isChecked: checksum != nil)
    var count = 0
    do {
      for try await buffer in request.body {
        count += buffer.readableBytes
        if checksum != nil, count > limits.chunkBytes {
          throw ServerError.bodyTooLarge(limit: limits.chunkBytes)
        }
        checksum?.update(buffer)
        try await store.append(buffer, lease)
      }
    } catch {
      // What came without a checksum stays: the client goes on from there.
      _ = try? await store.finish(lease, holds: nil)
      throw error
    }
    // A connection that ends early looks like a body that does.
    let isWhole = announced.map { $0 == count } ?? true
    let holds = checksum.map { $0.holds && isWhole } ?? false
    let received = try await store.finish(lease, holds: holds)
    if checksum != nil, !holds { throw ServerError.checksumMismatch }
    let expires = try await store.status(id).expires
    return Self.answer(
      .noContent,
      [
        .uploadOffset: String(received),
        .uploadExpires: HTTPDate.text(expires.timeIntervalSince1970),
      ])
  }

  private func id(_ context: ServerContext) throws(ServerError) -> String {
    guard let id = context.parameters.get("id"), DataFolder.isIdentifier(id) else {
      throw .unknownUpload
    }
    return id
  }

  private func checkVersion(_ request: Request) throws(ServerError) {
    let version = request.headers[.tusResumable] ?? ""
    guard version == Tus.version else {
      throw .unsupportedTus(version: String(version.prefix(16)))
    }
  }

  /// A header that counts something: digits alone, and not too many.
  private static func count(_ request: Request, _ name: HTTPField.Name) -> Int? {
    guard let text = request.headers[name], text.utf8.count <= 18,
      text.utf8.allSatisfy({ (48...57).contains($0) })
    else { return nil }
    return Int(text)
  }

  private static func answer(
    _ status: HTTPResponse.Status, _ headers: HTTPFields = [:]
  ) -> Response {
    var response = Response(status: status, headers: headers)
    response.headers[.tusResumable] = Tus.version
    response.headers[.cacheControl] = "no-store"
    return response
  }
}
