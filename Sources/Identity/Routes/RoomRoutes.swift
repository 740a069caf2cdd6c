import HTTPTypes
import Hummingbird
import RoomServer
import ServerSupport

/// Rooms and invitations to them.
struct RoomRoutes: Sendable {
  /// Seconds that an invitation may last: a minute to a year.
  static let seconds = 60...31_536_000
  /// People that an invitation may admit.
  static let uses = 1...10_000

  let desk: FrontDesk

  private struct Making: Decodable {
    var name, surroundings, arrangement: String
  }

  private struct Inviting: Decodable {
    var role: String
    var seconds, uses: Int?
  }

  func add<Context: RequestContext>(to group: RouterGroup<Context>) {
    group.post { request, _ in
      let speaker = try await desk.speaker(request)
      let body = try await JSONBody.read(Making.self, from: request)
      guard let surroundings = RoomSurroundings(rawValue: body.surroundings) else {
        throw IdentityError.malformedBody(field: "surroundings")
      }
      guard let arrangement = RoomArrangement(rawValue: body.arrangement) else {
        throw IdentityError.malformedBody(field: "arrangement")
      }
      let room = try await desk.store.makeRoom(
        name: try DisplayName.need(body.name), surroundings: surroundings,
        arrangement: arrangement, by: speaker.person, now: desk.clock())
      return Response.json(room, status: .created)
    }
    group.get { request, _ in
      let speaker = try await desk.speaker(request)
      return Response.json(["rooms": try await desk.store.rooms(of: speaker.person)])
    }
    group.get(":id") { request, context in
      let (speaker, room) = try await addressed(request, context)
      return Response.json(try await desk.store.room(room, for: speaker.person))
    }
    group.delete(":id") { request, context in
      let (speaker, room) = try await addressed(request, context)
      try await desk.store.deleteRoom(room, by: speaker.person)
      await desk.live.close(room: room)
      return Response(status: .noContent)
    }
    group.post(":id/invites") { request, context in
      let (speaker, room) = try await addressed(request, context)
      let body = try await JSONBody.read(Inviting.self, from: request)
      let invite = try await invite(body, to: room, by: speaker.person)
      return Response.json(invite, status: .created)
    }
    group.get(":id/invites") { request, context in
      let (speaker, room) = try await addressed(request, context)
      return Response.json(
        ["invites": try await desk.store.invites(to: room, for: speaker.person)])
    }
    group.delete(":id/invites/:invite") { request, context in
      let (speaker, room) = try await addressed(request, context)
      let invite = try desk.identifier("invite", context, otherwise: .unknownInvite)
      try await desk.store.revoke(invite: invite, to: room, by: speaker.person)
      return Response(status: .noContent)
    }
  }

  private func invite(
    _ body: Inviting, to room: String, by person: String
  ) async throws(IdentityError) -> InviteView {
    guard let role = RoomRole(name: body.role) else { throw .malformedBody(field: "role") }
    if let seconds = body.seconds, !Self.seconds.contains(seconds) {
      throw .malformedBody(field: "seconds")
    }
    if let uses = body.uses, !Self.uses.contains(uses) { throw .malformedBody(field: "uses") }
    return try await desk.store.invite(
      to: room, role: role, seconds: body.seconds, uses: body.uses, by: person, now: desk.clock())
  }

  private func addressed(
    _ request: Request, _ context: some RequestContext
  ) async throws(IdentityError) -> (Speaker, room: String) {
    let speaker = try await desk.speaker(request)
    return (speaker, try desk.identifier("id", context, otherwise: .unknownRoom))
  }
}
