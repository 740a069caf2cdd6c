import Foundation
import HTTPTypes
import Hummingbird

/// Decides who may ask for what.
///
/// - Pages and what they load hold nothing personal: everyone may have them.
/// - A browser on this machine, at an address that means this machine, needs no account.
/// - Any other device shows the key.
/// - People and rooms have their own keys and invitations, so the machine's is not asked for.
/// - Another site's page may ask for nothing personal, whoever's browser it runs in; nor may a name
///   that somebody pointed at this machine (DNS rebinding).
struct AccessMiddleware: RouterMiddleware {
  let key: AccessKey
  /// Whether connections are taken as coming from this machine when they have no address; in tests.
  var trustsUnknownPeers = true

  func handle(
    _ request: Request, context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let isPersonal = Self.isPersonal(request.uri.path)
    let isReading = [.get, .head, .options].contains(request.method)
    guard isPersonal || !isReading else { return try await next(request, context) }
    try refuseOtherOrigins(request)
    if Self.hasOwnKeys(request.uri.path) { return try await next(request, context) }
    if !key.opens(request.headers) {
      guard context.isPeerLoopback ?? trustsUnknownPeers else { throw ServerError.keyNeeded }
      let host = request.head.authority ?? ""
      guard HostName(host).isLoopback else { throw ServerError.unknownHost }
    }
    return try await next(request, context)
  }

  /// Whether a path leads to something that belongs to a person.
  static func isPersonal(_ path: String) -> Bool {
    if path == "/api/health" || path == "/api/ready" { return false }
    // Compared decoded: %61vatars is avatars too.
    let first = path.dropFirst().prefix { $0 != "/" }
    let name = String(first).removingPercentEncoding ?? ""
    return name == "api" || name == "avatars" || name == "metrics"
  }

  /// Whether a path belongs to people and rooms, which see to who asks by themselves.
  ///
  /// Compared as it is written: what is written otherwise needs the machine's key.
  static func hasOwnKeys(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, parts[0].isEmpty, parts[1] == "api" else { return false }
    let isPlain = !parts.contains { $0 == ".." || $0 == "." } && !path.contains("%")
    return isPlain && (parts[2] == "people" || parts[2] == "rooms")
  }

  private func refuseOtherOrigins(_ request: Request) throws(ServerError) {
    if let site = request.headers[.secFetchSite], !["same-origin", "none"].contains(site) {
      throw .otherOrigin
    }
    guard let origin = request.headers[.origin] else { return }
    guard let separator = origin.range(of: "://"),
      HostName(String(origin[separator.upperBound...])) == HostName(request.head.authority ?? "")
    else { throw .otherOrigin }
  }
}
