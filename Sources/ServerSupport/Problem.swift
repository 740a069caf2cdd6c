public import HTTPTypes
public import Hummingbird

/// The form of every refusal (RFC 9457).
public struct Problem: Codable, Equatable, Sendable {
  /// `urn:visavis:` and the kind.
  public var type: String
  /// The status in words.
  public var title: String
  /// The status.
  public var status: Int
  /// One sentence for the person.
  public var detail: String

  /// Takes the status, a name for machines in `kebab-case`, and the sentence.
  public init(status: HTTPResponse.Status, kind: String, detail: String) {
    type = "urn:visavis:" + kind
    title = status.reasonPhrase
    self.status = status.code
    self.detail = detail
  }

  /// The answer: `application/problem+json`.
  public var response: Response {
    var response = Response.json(self, status: HTTPResponse.Status(code: status))
    response.status = HTTPResponse.Status(code: status, reasonPhrase: title)
    response.headers[.contentType] = "application/problem+json"
    return response
  }

  /// An error's name for machines: that of its case, in `kebab-case`.
  public static func kind(of error: some Error) -> String {
    let name = String(describing: error).prefix { $0 != "(" }
    return name.reduce(into: "") { kebab, letter in
      kebab += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
    }
  }
}
