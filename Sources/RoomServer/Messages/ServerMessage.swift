/// What the server says, as JSON text.
enum ServerMessage {
  /// What somebody who is let in is told.
  struct Welcome {
    var participant: UInt16
    /// What resumes the presence.
    var secret: [UInt8]
    var role: RoomRole
    var version: Int64
    /// Keys and their values as JSON.
    var state: [String: String]
    var chat: [ChatMessage]
    var ice: [IceServer]
    /// The most participants whom packets may reach directly.
    var directLimit: Int
    var time: Int64
  }

  static func welcome(_ welcome: Welcome) -> String {
    message("welcome") { json in
      json.key("participant")
      json.number(welcome.participant)
      json.key("secret")
      json.string(Base64URL.text(welcome.secret))
      json.key("role")
      json.string(welcome.role.name)
      json.key("version")
      json.number(welcome.version)
      json.key("state")
      write(welcome.state, to: &json)
      json.key("chat")
      json.array(welcome.chat) { json, message in
        json.object { write(message, to: &$0) }
      }
      json.key("ice")
      json.array(welcome.ice) { $1.write(to: &$0) }
      json.key("directLimit")
      json.number(welcome.directLimit)
      json.key("time")
      json.number(welcome.time)
    }
  }

  static func lobby(knock: UInt16) -> String {
    message("lobby") { json in
      json.key("knock")
      json.number(knock)
    }
  }

  /// A refusal; `id` is JSON text.
  static func refused(_ refusal: RoomRefusal, id: String?) -> String {
    message("refused") { json in
      if let id {
        json.key("id")
        json.raw(id)
      }
      json.key("code")
      json.string(refusal.code)
      json.key("detail")
      json.string(refusal.detail)
    }
  }

  /// What was asked is done; `id` is JSON text.
  static func done(id: String) -> String {
    message("done") { json in
      json.key("id")
      json.raw(id)
    }
  }

  static func state(version: Int64, _ state: [String: String]) -> String {
    message("state") { json in
      json.key("version")
      json.number(version)
      json.key("state")
      write(state, to: &json)
    }
  }

  static func chat(_ chat: ChatMessage) -> String {
    message("chat") { write(chat, to: &$0) }
  }

  /// A signal; `data` is JSON text.
  static func signal(from participant: UInt16, data: String) -> String {
    message("signal") { json in
      json.key("from")
      json.number(participant)
      json.key("data")
      json.raw(data)
    }
  }

  /// The answer to a ping whose time is JSON text.
  static func pong(time: String, server: Int64) -> String {
    message("pong") { json in
      json.key("time")
      json.raw(time)
      json.key("server")
      json.number(server)
    }
  }

  private static func message(
    _ type: String, _ members: (inout JSONWriter) -> Void
  ) -> String {
    JSONWriter.write { json in
      json.object { json in
        json.key("t")
        json.string(type)
        members(&json)
      }
    }
  }

  private static func write(_ state: [String: String], to json: inout JSONWriter) {
    json.object { json in
      for (key, value) in state.sorted(by: { $0.key < $1.key }) {
        json.key(key)
        json.raw(value)
      }
    }
  }

  private static func write(_ chat: ChatMessage, to json: inout JSONWriter) {
    json.key("n")
    json.number(chat.n)
    json.key("participant")
    json.number(chat.participant)
    json.key("person")
    json.string(chat.person)
    json.key("name")
    json.string(chat.name)
    json.key("time")
    json.number(chat.time)
    json.key("text")
    json.string(chat.text)
  }
}
