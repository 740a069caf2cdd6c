import HTTPTypes
import Hummingbird
import NIOCore

/// Takes whole files from people, a few at a time.
struct Uploads: Sendable {
  /// How long one may take to arrive, in milliseconds.
  static let mostTime: Int64 = 120_000

  let gate: UploadGate
  let clock: @Sendable () -> Int64

  /// Takes a request's body, and does with it what is to be done before the next may come.
  ///
  /// - Parameters:
  ///   - limit: the most bytes.
  ///   - error: what is thrown where there are more.
  func take<Value>(
    _ request: Request, by person: String, limit: Int, otherwise error: IdentityError,
    _ body: (_ whole: [UInt8]) async throws -> Value
  ) async throws -> Value {
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw error
    }
    try gate.enter(person)
    defer { gate.leave(person) }
    let deadline = clock() + Self.mostTime
    var bytes: [UInt8] = []
    for try await buffer in request.body {
      guard bytes.count + buffer.readableBytes <= limit else { throw error }
      guard clock() <= deadline else { throw IdentityError.busy }
      bytes.append(contentsOf: buffer.readableBytesView)
    }
    return try await body(bytes)
  }
}
