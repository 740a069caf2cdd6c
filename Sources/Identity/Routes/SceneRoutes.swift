import HTTPTypes
import Hummingbird
import NIOPosix
import RoomServer
import ServerSupport

/// People's scenes: kept for them, and shown to who is in a room that they surround.
struct SceneRoutes: Sendable {
  let desk: FrontDesk
  let uploads: Uploads
  let packer: ScenePacker

  func add<Context: RequestContext>(to group: RouterGroup<Context>) {
    group.post("me/scenes") { request, _ in
      let speaker = try await desk.speaker(request)
      return Response.json(try await upload(request, by: speaker), status: .created)
    }
    group.delete("me/scenes/:id") { request, context in
      let speaker = try await desk.speaker(request)
      let id = try desk.identifier("id", context, otherwise: .unknownScene)
      try await desk.store.remove(scene: id, of: speaker.person)
      await desk.live.drop(scene: id)
      return Response(status: .noContent)
    }
    group.get("scenes/:id") { request, context in
      let speaker = try await desk.speaker(request)
      let id = try desk.identifier("id", context, otherwise: .unknownScene)
      let (owner, scene) = try await desk.store.scene(id)
      // Who may not have it does not learn that it is there.
      var isShown = owner == speaker.person
      if !isShown { isShown = await desk.live.surrounds(id, speaker.person) }
      guard isShown,
        let answer = KeptFile.answer(
          request, path: desk.store.scenePath(id), within: desk.store.folder,
          sha256: scene.sha256)
      else { throw IdentityError.unknownScene }
      return answer
    }
  }

  private func upload(_ request: Request, by speaker: Speaker) async throws -> SceneView {
    let name = try DisplayName.need(String(request.uri.queryParameters["name"] ?? "Scene"))
    let limits = desk.store.limits
    try await desk.store.refuseSceneTooMany(of: speaker.person)
    return try await uploads.take(
      request, by: speaker.person, limit: limits.sceneBytes,
      otherwise: .sceneTooLarge(limit: limits.sceneBytes)
    ) { whole in
      try await desk.store.add(
        scene: try await packed(whole), name: name, of: speaker.person, now: desk.clock())
    }
  }

  private func packed(_ file: [UInt8]) async throws -> [UInt8] {
    let packer = packer
    let packed = try await NIOThreadPool.singleton.runIfActive {
      Result { () throws(SceneFault) in try packer(file) }
    }
    do throws(SceneFault) {
      return try packed.get()
    } catch {
      switch error {
      case .unreadable: throw IdentityError.notAScene
      case .tooDetailed(let most): throw IdentityError.sceneTooDetailed(most: most)
      }
    }
  }
}
