import HTTPTypes
import Hummingbird
import Metrics
import ServerSupport

/// How a key becomes a token.
struct TokenRoutes: Sendable {
  let desk: FrontDesk

  private struct Challenge: Encodable {
    var challenge: String
    var expires: Int64
  }

  private struct SignIn: Decodable {
    var key, challenge, signature: String
    var name: String?
  }

  private struct Signed: Encodable {
    var token, person, name: String
    var isGuest: Bool
    var expires: Int64
  }

  func add<Context: RequestContext>(
    to group: RouterGroup<Context>, address: @escaping @Sendable (Context) -> String?
  ) {
    group.post("challenge") { _, context in
      try desk.signIns.take(RateLimiter.group(of: address(context) ?? ""), now: desk.clock())
      let (text, expires) = desk.challenges.make(now: desk.clock())
      return Response.json(Challenge(challenge: text, expires: expires))
    }
    group.post("token") { request, context in
      try desk.signIns.take(RateLimiter.group(of: address(context) ?? ""), now: desk.clock())
      let body = try await JSONBody.read(SignIn.self, from: request)
      let name = try body.name.map { text throws(IdentityError) in try DisplayName.need(text) }
      let key = try desk.prove(
        body.key, body.challenge, body.signature, host: desk.host(request), text: SignedText.token)
      let (person, called, isGuest) = try await desk.store.signIn(
        key, name: name, now: desk.clock())
      let expires = desk.clock() + Tokens.milliseconds
      let token = desk.tokens.token(of: Speaker(person: person, key: key), expires: expires)
      Counter(label: "visavis_people_tokens_total").increment()
      return Response.json(
        Signed(token: token, person: person, name: called, isGuest: isGuest, expires: expires))
    }
  }
}
