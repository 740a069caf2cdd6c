import Foundation
import HTTPTypes
import Hummingbird
import Logging
import RoomServer
import ServerSupport

/// What all routes about people and rooms need.
struct FrontDesk: Sendable {
  let store: PeopleStore
  let tokens: Tokens
  let challenges: Challenges
  let signIns: RateLimiter
  let codes: RateLimiter
  /// Whether the server answers to a name.
  let isOwnHost: @Sendable (String) -> Bool
  /// What happens in rooms now.
  let live: any LiveRooms
  let clock: @Sendable () -> Int64
  let logger: Logger

  /// Who asks, by the request's token.
  func speaker(_ request: Request) async throws(IdentityError) -> Speaker {
    guard let bearer = request.headers[.authorization], bearer.hasPrefix("Bearer ") else {
      throw .tokenNeeded
    }
    guard let speaker = tokens.speaker(String(bearer.dropFirst(7)), now: clock()),
      try await store.isKnown(speaker)
    else { throw .invalidToken }
    return speaker
  }

  /// The host that a request names, lower-case.
  func host(_ request: Request) throws(IdentityError) -> String {
    let host = (request.head.authority ?? "").lowercased()
    guard !host.isEmpty, isOwnHost(host) else { throw .unknownHost }
    return host
  }

  /// Checks that a key has signed a fresh challenge for this host, and uses the challenge up.
  func prove(
    _ key: String, _ challenge: String, _ signature: String, host: String,
    text: (_ host: String, _ challenge: String) -> String
  ) throws(IdentityError) -> DeviceKey {
    guard let key = DeviceKey(text: key) else { throw .malformedBody(field: "key") }
    guard let signature = Base64URL.bytes(signature, count: 64) else {
      throw .malformedBody(field: "signature")
    }
    guard challenges.isGood(challenge, now: clock()) else { throw .invalidChallenge }
    guard key.isValid(signature: signature, over: text(host, challenge)) else {
      throw .invalidSignature
    }
    try challenges.use(challenge, now: clock())
    return key
  }

  /// Tells rooms of people and rooms that are gone.
  func announce(_ forgotten: Forgotten) async {
    await live.close(person: forgotten.person)
    for room in forgotten.rooms { await live.close(room: room) }
    for scene in forgotten.scenes { await live.drop(scene: scene) }
  }

  /// An identifier in a request's path.
  func identifier(
    _ name: String, _ context: some RequestContext, otherwise error: IdentityError
  ) throws(IdentityError) -> String {
    guard let text = context.parameters.get(name), Identifier.isIdentifier(text) else {
      throw error
    }
    return text
  }
}
