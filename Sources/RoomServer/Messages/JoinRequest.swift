/// The first message of a socket: who comes, and with what.
struct JoinRequest: Sendable, Equatable {
  var token: String
  var invite: String?
  var name: String?
  /// The identifier of an avatar of theirs.
  var avatar: String?
  var resume: Resume?
  /// Whether this is another device of somebody who is in the room: their camera, say.
  var isCompanion = false

  /// The presence that they had.
  struct Resume: Sendable, Equatable {
    var participant: UInt16
    var secret: [UInt8]
  }

  init(token: String, invite: String? = nil, name: String? = nil, resume: Resume? = nil) {
    self.token = token
    self.invite = invite
    self.name = name
    self.resume = resume
  }

  init(_ fields: MessageFields) throws(RoomRefusal) {
    token = try fields.text("token")
    invite = try fields.optionalText("invite")
    name = try fields.optionalText("name")
    avatar = try fields.optionalText("avatar")
    isCompanion = fields.isNull("companion") ? false : try fields.bool("companion")
    if let members = try fields.object("resume") {
      guard let secret = Base64URL.bytes(try members.text("secret")) else {
        throw .invalidMessage(field: "secret")
      }
      resume = Resume(participant: try members.participant("participant"), secret: secret)
    }
  }
}
