import Foundation
import HTTPTypes
import Hummingbird
import RoomServer
import ServerSupport

/// What people see and say of themselves, and how they go.
struct PersonRoutes: Sendable {
  let desk: FrontDesk

  private struct Change: Decodable {
    var name: String?
    var expressiveness: JSONValue?
    var isGuest: Bool?
  }

  func add<Context: RequestContext>(to group: RouterGroup<Context>) {
    group.get("me") { request, _ in
      let speaker = try await desk.speaker(request)
      return Response.json(try await desk.store.view(of: speaker.person))
    }
    group.patch("me") { request, _ in
      let speaker = try await desk.speaker(request)
      let change = try await JSONBody.read(Change.self, from: request)
      // An account does not become a guest's again: it is removed instead.
      guard change.isGuest != true else { throw IdentityError.malformedBody(field: "isGuest") }
      if let value = change.expressiveness {
        guard case .object = value else {
          throw IdentityError.malformedBody(field: "expressiveness")
        }
      }
      let name = try change.name.map { text throws(IdentityError) in try DisplayName.need(text) }
      try await desk.store.change(
        speaker.person, name: name, expressiveness: change.expressiveness,
        becomesAccount: change.isGuest == false)
      return Response.json(try await desk.store.view(of: speaker.person))
    }
    group.delete("me") { request, _ in
      let speaker = try await desk.speaker(request)
      await desk.announce(try await desk.store.forget(speaker.person))
      return Response(status: .noContent)
    }
    group.get("me/export") { request, _ in
      let speaker = try await desk.speaker(request)
      let export = try await PersonExport(of: speaker.person, from: desk.store)
      return Response(
        status: .ok,
        headers: [
          .contentType: "application/x-tar", .cacheControl: "no-store",
          .contentDisposition: "attachment; filename=\"visavis-person.tar\"",
        ], body: export.body)
    }
    group.put("me/blocked/:person") { request, context in
      try await setBlock(true, request, context)
    }
    group.delete("me/blocked/:person") { request, context in
      try await setBlock(false, request, context)
    }
  }

  private func setBlock(
    _ isBlocked: Bool, _ request: Request, _ context: some RequestContext
  ) async throws(IdentityError) -> Response {
    let speaker = try await desk.speaker(request)
    let person = try desk.identifier("person", context, otherwise: .unknownPerson)
    if try await desk.store.setBlock(isBlocked, of: person, by: speaker.person) {
      await desk.live.setBlock(isBlocked, of: person, by: speaker.person)
    }
    return Response(status: .noContent)
  }
}
