/// Somebody who waits to be let in.
struct Knock: Sendable, Equatable {
  var admission: Admission
  var name: String
  var avatar: AvatarReference?
  var secretDigest: [UInt8]
}
