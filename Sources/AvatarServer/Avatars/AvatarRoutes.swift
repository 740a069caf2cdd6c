import Foundation
import HTTPTypes
import Hummingbird
import ServerSupport

/// Avatars: their files, listing, removal.
struct AvatarRoutes: Sendable {
  let library: AvatarLibrary
  let files: FileResponder

  func add(to router: Router<ServerContext>) {
    router.get("/api/avatars") { _, _ in Response.json(["avatars": library.all]) }
    router.get("/api/avatars/:id") { _, context in
      Response.json(try library.view(try id(context)))
    }
    router.delete("/api/avatars/:id") { _, context in
      let id = try id(context)
      _ = try library.view(id)
      library.remove(id)
      return Response(status: .noContent)
    }
    for method in [HTTPRequest.Method.get, .head] {
      router.on("/avatars/:name", method: method) { request, context in
        guard let name = context.parameters.get("name")?.removingPercentEncoding,
          let file = library.open(name)
        else { throw ServerError.unknownAvatar }
        var response = try await files.response(
          to: request, file: file, name: name, freshness: .personal)
        if name.hasSuffix(".html") {
          response.headers[.contentSecurityPolicy] = SecurityHeaders.reportPolicy
        }
        return response
      }
    }
  }

  private func id(_ context: ServerContext) throws(ServerError) -> String {
    guard let id = context.parameters.get("id")?.removingPercentEncoding, SafePath.isSafe(id)
    else { throw .unknownAvatar }
    return id
  }
}
