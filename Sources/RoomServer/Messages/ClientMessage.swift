/// What a participant says, read from JSON and checked for form alone.
struct ClientMessage: Sendable, Equatable {
  /// What the answer names, as JSON text: a string or a whole number of the participant's choice.
  var id: String?
  var body: Body

  /// The messages, each with what it carries.
  enum Body: Sendable, Equatable {
    case join(JoinRequest)
    /// What the room's state does by itself.
    case command(RoomCommand)
    /// An avatar to be looked up; nil shows none.
    case avatar(String?)
    /// A scene to be looked up, and where it is to stand.
    case scene(String, place: [Float])
    case chat(String)
    /// Passed on: its data as JSON text.
    case signal(to: UInt16, data: String)
    case direct([UInt16])
    /// The time as JSON text.
    case ping(String)
    /// Asks for the whole state.
    case sync
  }

  /// What could not be read, and what the answer names.
  struct Invalid: Error, Equatable {
    var id: String?
    var refusal: RoomRefusal
  }

  /// The largest data of a signal, as JSON text.
  static let mostSignalBytes = 8 << 10
  /// The longest token, invitation, secret or identifier.
  static let mostTextBytes = 1024
  static let mostDirect = 64

  init(id: String? = nil, body: Body) {
    self.id = id
    self.body = body
  }

  /// Reads a text message.
  ///
  /// - Throws: ``Invalid`` with the field that is missing or cannot be.
  init(_ text: [UInt8]) throws(Invalid) {
    guard let value = try? JSONValue.read(text), case .object(let members) = value else {
      throw Invalid(id: nil, refusal: .invalidMessage(field: ""))
    }
    switch members["id"] {
    case .string(let text)? where text.utf8.count <= 64:
      id = JSONWriter.write { $0.string(text) }
    case .whole(let number)?: id = String(number)
    default: id = nil
    }
    do {
      body = try Self.body(MessageFields(members))
    } catch {
      throw Invalid(id: id, refusal: error)
    }
  }

  private static func body(_ fields: MessageFields) throws(RoomRefusal) -> Body {
    switch try fields.text("t") {
    case "join": return .join(try JoinRequest(fields))
    case "sit": return .command(.sit(try fields.seat("seat")))
    case "stand": return .command(.stand(try fields.numbers("place", count: 4)))
    case "seat":
      let place = fields.isNull("place") ? nil : try fields.numbers("place", count: 3)
      return .command(.moveSeat(try fields.seat("seat"), to: place))
    case "name": return .command(.name(try fields.text("name")))
    case "avatar": return .avatar(fields.isNull("avatar") ? nil : try fields.text("avatar"))
    case "surround" where !fields.isNull("scene"):
      return .scene(
        try fields.text("scene"),
        place: try fields.numbers("place", count: PlacedScene.placeCount))
    case "voice": return .command(.voice(try fields.bool("on")))
    case "chat": return .chat(try fields.text("text", most: .max))
    case "signal":
      let data = try fields.json("data")
      guard data.utf8.count <= mostSignalBytes else { throw .invalidMessage(field: "data") }
      return .signal(to: try fields.participant("to"), data: data)
    case "direct": return .direct(try fields.participants("to", most: mostDirect))
    case "screen":
      let other = fields.isNull("participant") ? nil : try fields.participant("participant")
      return .command(.screen(try fields.bool("on"), of: other))
    case "ping": return .ping(try fields.json("time", most: 64))
    case "sync": return .sync
    case "block": return .command(.block(try fields.text("person"), try fields.bool("on")))
    default: return .command(try moderation(fields))
    }
  }

  private static func moderation(_ fields: MessageFields) throws(RoomRefusal) -> RoomCommand {
    switch try fields.text("t") {
    case "lock": return .lock(try fields.bool("on"))
    case "lobby": return .lobby(try fields.bool("on"))
    case "admit": return .admit(try fields.participant("knock"))
    case "deny": return .deny(try fields.participant("knock"))
    case "remove":
      let isBanned = fields.isNull("isBanned") ? false : try fields.bool("isBanned")
      return .remove(try fields.participant("participant"), isBanned: isBanned)
    case "mute": return .mute(try fields.participant("participant"), try fields.bool("on"))
    case "role":
      guard let role = RoomRole(name: try fields.text("role")) else {
        throw .invalidMessage(field: "role")
      }
      return .role(try fields.participant("participant"), role)
    case "arrange":
      guard let arrangement = RoomArrangement(rawValue: try fields.text("arrangement")) else {
        throw .invalidMessage(field: "arrangement")
      }
      return .arrange(arrangement)
    case "surround":
      guard let surroundings = RoomSurroundings(rawValue: try fields.text("surroundings")) else {
        throw .invalidMessage(field: "surroundings")
      }
      return .surround(surroundings)
    case "rename": return .rename(try fields.text("name"))
    default: throw .invalidMessage(field: "t")
    }
  }
}
