import Foundation
import Hummingbird

/// Reads what requests carry.
enum JSONBody {
  /// Bytes of a body that is JSON.
  static let limit = 16 << 10

  /// A value from a request's body.
  static func read<Value: Decodable>(
    _ type: Value.Type, from request: Request
  ) async throws -> Value {
    var data = Data()
    for try await buffer in request.body {
      guard data.count + buffer.readableBytes <= limit else {
        throw IdentityError.bodyTooLarge(limit: limit)
      }
      data.append(contentsOf: buffer.readableBytesView)
    }
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch DecodingError.keyNotFound(let key, _) {
      throw IdentityError.malformedBody(field: key.stringValue)
    } catch DecodingError.typeMismatch(_, let context),
      DecodingError.valueNotFound(_, let context)
    {
      throw IdentityError.malformedBody(field: field(context))
    } catch DecodingError.dataCorrupted(let context) {
      throw IdentityError.malformedBody(field: field(context))
    } catch {
      throw IdentityError.malformedBody(field: "body")
    }
  }

  /// The field of ours that a path begins with; what follows may be the client's own.
  private static func field(_ context: DecodingError.Context) -> String {
    context.codingPath.first?.stringValue ?? "body"
  }
}
