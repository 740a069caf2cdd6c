import HTTPTypes
import Hummingbird
import ServerSupport

/// What is left of rooms for requests: their sockets are taken before, see `RoomChildChannel`.
struct RoomRoutes: Sendable {
  let ending: EndingService

  func add(to router: Router<ServerContext>) {
    router.get("/api/ready") { _, _ in
      guard !ending.isEnding else { throw ServerError.ending }
      return Response.json(["status": "ready"])
    }
    router.get("/api/rooms/:id/socket") { _, _ -> Response in
      throw ServerError.webSocketNeeded(protocol: "visavis.room.1")
    }
  }
}
