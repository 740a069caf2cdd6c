/// A server that helps two pages find a direct path (STUN), or carries what finds none (TURN).
struct IceServer: Sendable, Equatable {
  var urls: [String]
  var username: String?
  var credential: String?

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.key("urls")
      json.array(urls) { $0.string($1) }
      if let username, let credential {
        json.key("username")
        json.string(username)
        json.key("credential")
        json.string(credential)
      }
    }
  }
}
