import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import RoomServer
import ServerSupport

/// People's avatars: kept for them, and shown to whom they allow.
struct AvatarRoutes: Sendable {
  let desk: FrontDesk
  let uploads: Uploads
  /// Whether bytes are an avatar.
  let isAvatar: @Sendable ([UInt8]) -> Bool

  private struct Change: Decodable {
    var name: String?
    var access: AvatarView.Access?
  }

  func add<Context: RequestContext>(to group: RouterGroup<Context>) {
    group.post("me/avatars") { request, _ in
      let speaker = try await desk.speaker(request)
      return Response.json(try await upload(request, by: speaker), status: .created)
    }
    group.patch("me/avatars/:id") { request, context in
      let speaker = try await desk.speaker(request)
      let id = try desk.identifier("id", context, otherwise: .unknownAvatar)
      let change = try await JSONBody.read(Change.self, from: request)
      let name = try change.name.map { text throws(IdentityError) in try DisplayName.need(text) }
      return Response.json(
        try await desk.store.change(
          avatar: id, of: speaker.person, name: name, access: change.access))
    }
    group.delete("me/avatars/:id") { request, context in
      let speaker = try await desk.speaker(request)
      let id = try desk.identifier("id", context, otherwise: .unknownAvatar)
      try await desk.store.remove(avatar: id, of: speaker.person)
      return Response(status: .noContent)
    }
    group.get("avatars/:id") { request, context in
      let speaker = try await desk.speaker(request)
      let id = try desk.identifier("id", context, otherwise: .unknownAvatar)
      return try await bytes(of: id, request, for: speaker.person)
    }
  }

  private func upload(_ request: Request, by speaker: Speaker) async throws -> AvatarView {
    let query = request.uri.queryParameters
    let name = try DisplayName.need(String(query["name"] ?? "Avatar"))
    guard let access = AvatarView.Access(rawValue: String(query["access"] ?? "me")) else {
      throw IdentityError.malformedBody(field: "access")
    }
    try await desk.store.refuseAvatarTooMany(of: speaker.person)
    let limit = desk.store.limits.avatarBytes
    return try await uploads.take(
      request, by: speaker.person, limit: limit, otherwise: .avatarTooLarge(limit: limit)
    ) { whole in
      // Reading one takes a while; requests are answered meanwhile.
      let isGood = try await NIOThreadPool.singleton.runIfActive { isAvatar(whole) }
      guard isGood else { throw IdentityError.notAnAvatar }
      return try await desk.store.add(
        avatar: whole, name: name, access: access, of: speaker.person, now: desk.clock())
    }
  }

  private func bytes(
    of id: String, _ request: Request, for person: String
  ) async throws -> Response {
    let (owner, avatar, isBlocked) = try await desk.store.avatar(id, for: person)
    let isShown: Bool
    switch avatar.access {
    case _ where owner == person: isShown = true
    case .me: isShown = false
    case .rooms: isShown = isBlocked ? false : await desk.live.meet(owner, person)
    case .everyone: isShown = !isBlocked
    }
    // Who may not have it does not learn that it is there.
    guard isShown else { throw IdentityError.unknownAvatar }
    let path = desk.store.avatarPath(id)
    guard
      let answer = KeptFile.answer(
        request, path: path, within: desk.store.folder, sha256: avatar.sha256)
    else { throw IdentityError.unknownAvatar }
    return answer
  }
}
