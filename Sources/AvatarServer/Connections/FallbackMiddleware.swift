import HTTPTypes
import Hummingbird
import Identity

/// What no route answers is a page, or refused.
struct FallbackMiddleware: RouterMiddleware {
  let pages: StaticFiles

  func handle(
    _ request: Request, context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let first = request.uri.path.dropFirst().prefix { $0 != "/" }
    let isRouted = ["api", "avatars", "enter", "metrics"].contains(first)
    guard !isRouted else {
      do {
        return try await next(request, context)
      } catch let error as HTTPError where error.status == .notFound {
        throw Self.refusal(of: request)
      }
    }
    guard request.method == .get || request.method == .head else {
      throw ServerError.methodNotAllowed(allowed: ["GET", "HEAD"])
    }
    return try await pages.response(to: request)
  }

  /// A path that has routes for other methods than the one asked for says which.
  private static func refusal(of request: Request) -> ServerError {
    let parts = request.uri.path.split(separator: "/").map(String.init)
    let allowed: [String] =
      switch (parts.first, parts.dropFirst().first, parts.count) {
      case ("api", nil, 1): ["GET"]
      case ("api", "uploads", 2): ["OPTIONS", "POST"]
      case ("api", "uploads", 3): ["DELETE", "HEAD", "OPTIONS", "PATCH"]
      case ("api", "enrollments", 2): ["GET", "POST"]
      case ("api", "enrollments", 3): ["DELETE", "GET"]
      case ("api", "enrollments", 4) where parts[3] == "retry": ["POST"]
      case ("api", "enrollments", 4) where ["events", "preview.png"].contains(parts[3]): ["GET"]
      case ("api", "avatars", 2): ["GET"]
      case ("api", "avatars", 3): ["DELETE", "GET"]
      case ("api", "data", 2): ["DELETE", "GET"]
      case ("api", "health", 2), ("api", "ready", 2): ["GET"]
      case ("avatars", _, 2): ["GET", "HEAD"]
      case ("metrics", _, 1): ["GET"]
      case ("api", "people", _), ("api", "rooms", _): People.methods(at: parts)
      default: []
      }
    let isKnown = !allowed.isEmpty && !allowed.contains(request.method.rawValue)
    return isKnown ? .methodNotAllowed(allowed: allowed) : .notFound
  }
}
