import HTTPTypes
import Hummingbird

/// The link that the server prints for other devices: it leaves the key in a cookie.
struct EntryRoutes: Sendable {
  let key: AccessKey

  func add(to router: Router<ServerContext>) {
    router.get("/enter") { request, context in
      guard let given = request.uri.queryParameters["key"], key.isEqual(given) else {
        throw ServerError.keyNeeded
      }
      // Scripts never see it, other sites never send it.
      let cookie =
        "\(AccessKey.cookie)=\(key.text); Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000"
      return Response(
        status: .seeOther,
        headers: [.location: "/", .setCookie: cookie, .cacheControl: "no-store"])
    }
  }
}
