import HTTPTypes
import Hummingbird

/// Headers that every answer carries.
struct SecurityHeaders: RouterMiddleware {
  /// What pages may load and run: only what this server sends, WebAssembly, and pictures, films and
  /// workers that the page itself makes.
  static let pagePolicy = [
    "default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "worker-src 'self'",
    "style-src 'self'", "img-src 'self' blob: data:", "media-src 'self' blob:",
    "connect-src 'self'", "font-src 'self'", "manifest-src 'self'", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  /// A report is one page with its style and pictures within; nothing in it runs.
  static let reportPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    + "form-action 'none'; frame-ancestors 'none'; sandbox"

  func handle(
    _ request: Request, context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    Self.add(to: &response.headers)
    return response
  }

  static func add(to headers: inout HTTPFields) {
    if headers[.contentSecurityPolicy] == nil { headers[.contentSecurityPolicy] = pagePolicy }
    // Isolation gives workers shared memory and exact clocks, and keeps other sites' pages out.
    headers[.crossOriginOpenerPolicy] = "same-origin"
    headers[.crossOriginEmbedderPolicy] = "require-corp"
    headers[.crossOriginResourcePolicy] = "same-origin"
    headers[.xContentTypeOptions] = "nosniff"
    headers[.referrerPolicy] = "no-referrer"
    headers[.permissionsPolicy] =
      "camera=(self), microphone=(self), xr-spatial-tracking=(self), geolocation=(), payment=()"
    if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
  }
}
