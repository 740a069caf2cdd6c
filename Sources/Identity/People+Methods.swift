extension People {
  /// The methods that a path below `/api/people` and `/api/rooms` takes; none where there is none.
  ///
  /// - Parameter parts: of the path, from `api` on.
  public static func methods(at parts: [String]) -> [String] {
    switch (parts.dropFirst().first, Array(parts.dropFirst(2))) {
    case ("people", ["challenge"]), ("people", ["token"]), ("people", ["pairings"]): ["POST"]
    case ("people", ["me"]): ["DELETE", "GET", "PATCH"]
    case ("people", ["me", "devices"]), ("people", ["me", "avatars"]),
      ("people", ["me", "scenes"]):
      ["POST"]
    case ("people", ["me", "export"]): ["GET"]
    case ("people", let rest)
    where rest.count == 2 && ["pairings", "avatars", "scenes"].contains(rest[0]):
      ["GET"]
    case ("people", let rest) where rest.count == 3 && rest[0] == "me":
      switch rest[1] {
      case "devices", "scenes": ["DELETE"]
      case "avatars": ["DELETE", "PATCH"]
      case "blocked": ["DELETE", "PUT"]
      default: []
      }
    case ("rooms", []): ["GET", "POST"]
    case ("rooms", let rest) where rest.count == 1: ["DELETE", "GET"]
    case ("rooms", let rest) where rest.count == 2 && rest[1] == "invites": ["GET", "POST"]
    case ("rooms", let rest) where rest.count == 2 && rest[1] == "socket": ["GET"]
    case ("rooms", let rest) where rest.count == 3 && rest[1] == "invites": ["DELETE"]
    default: []
    }
  }
}
