import Hummingbird
import ServerSupport

/// The pages and what they load: the same for everyone, with nothing personal in it.
struct StaticFiles: Sendable {
  let settings: ServerSettings
  let responder: FileResponder

  /// Answers for a path, or refuses.
  func response(to request: Request) async throws -> Response {
    guard let path = SafePath(requestPath: request.uri.path[...]) else {
      throw ServerError.notFound
    }
    guard let (file, name, freshness) = open(path, isFolder: request.uri.path.hasSuffix("/"))
    else {
      // A folder's relative links need its address to end with a slash.
      if !request.uri.path.hasSuffix("/"), open(path, isFolder: true) != nil {
        return Response(
          status: .permanentRedirect,
          headers: [.location: "/" + path.parts.joined(separator: "/") + "/"])
      }
      throw ServerError.notFound
    }
    return try await responder.response(
      to: request, file: file, name: name, freshness: freshness)
  }

  private func open(_ path: SafePath, isFolder: Bool) -> (
    OpenFile, String, FileResponder.Freshness
  )? {
    let parts = path.parts
    if parts == ["template.vvt"] {
      return OpenFile(settings.assetFolder + "/template.vvt").map { ($0, "template.vvt", .day) }
    }
    if parts.count == 2, parts[0] == "models", parts[1].hasSuffix(".tflite") {
      return OpenFile(path.path(below: settings.assetFolder)).map { ($0, parts[1], .day) }
    }
    let place = path.path(below: settings.webFolder) + (isFolder ? "/index.html" : "")
    let freshness: FileResponder.Freshness = Self.isNamedByContent(parts) ? .kept : .revalidated
    return OpenFile(place, within: settings.webFolder).map { ($0, place, freshness) }
  }

  /// Whether a script's name ends with the digest that `Scripts/build-pages` has given it.
  private static func isNamedByContent(_ parts: [String]) -> Bool {
    guard parts.count == 2, parts[0] == "built", parts[1].hasSuffix(".js"),
      let digest = parts[1].dropLast(3).split(separator: "-").last
    else { return false }
    return digest.count == 8 && digest.allSatisfy { $0.isASCII && ($0.isNumber || $0.isUppercase) }
  }
}
