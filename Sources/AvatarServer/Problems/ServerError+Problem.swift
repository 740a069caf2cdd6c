import HTTPTypes
import Hummingbird
import ServerSupport

extension ServerError {
  /// The status it is answered with.
  var status: HTTPResponse.Status {
    switch self {
    case .notFound, .unknownUpload, .unknownEnrollment, .unknownAvatar: .notFound
    case .methodNotAllowed: .methodNotAllowed
    case .unsupportedType: .unsupportedMediaType
    case .malformedBody, .malformedHeader, .unknownChecksum: .badRequest
    case .bodyTooLarge, .uploadTooLarge, .beyondLength: .contentTooLarge
    case .rangeNotSatisfiable: .rangeNotSatisfiable
    case .keyNeeded: .unauthorized
    case .otherOrigin: .forbidden
    case .unknownHost: .misdirectedRequest
    case .unsupportedTus: .preconditionFailed
    case .wrongOffset, .uploadIncomplete, .enrollmentOver, .uploadTakenOver: .conflict
    case .videoGone: .gone
    case .checksumMismatch: HTTPResponse.Status(code: 460, reasonPhrase: "Checksum Mismatch")
    case .tooManyUploads, .queueFull, .tooManyStreams: .tooManyRequests
    case .diskFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
    case .consentMissing: .unprocessableContent
    case .webSocketNeeded: HTTPResponse.Status(code: 426, reasonPhrase: "Upgrade Required")
    case .ending: .serviceUnavailable
    case .failure: .internalServerError
    }
  }

  /// Its name for machines, in `kebab-case`.
  var kind: String { Problem.kind(of: self) }

  /// What went wrong and what to do, in one sentence.
  var sentence: String {
    switch self {
    case .notFound: "There is nothing at this address."
    case .methodNotAllowed(let allowed):
      "This address answers only to \(allowed.joined(separator: ", "))."
    case .unsupportedType(let needed): "Send this as \(needed)."
    case .malformedBody(let field): "The request's \(field) is missing or not as it should be."
    case .malformedHeader(let name): "The header \(name) is missing or not as it should be."
    case .bodyTooLarge(let limit): "Send at most \(limit) bytes at a time."
    case .rangeNotSatisfiable(let size): "The file has only \(size) bytes."
    case .webSocketNeeded(let name):
      "Open a WebSocket that speaks \(name) here, as the first request of a connection."
    case .ending: "The server is about to end; come back in a moment."
    case .keyNeeded:
      "Open the link that the server printed when it started; it holds the key to this server."
    case .otherOrigin: "Another site's page may not ask this."
    case .unknownHost:
      "Use the address that the server printed when it started; it does not answer to this name."
    case .unknownUpload: "This upload is not there any more; start it again."
    case .unsupportedTus(let version):
      "Uploads speak tus 1.0.0 here, not \(version.isEmpty ? "an unnamed version" : version)."
    case .uploadTooLarge(let limit):
      "A video may have \(limit >> 20) megabytes here; film for a shorter time or less finely."
    case .wrongOffset(let received): "The upload goes on at byte \(received)."
    case .beyondLength(let length): "The upload was announced with \(length) bytes; more came."
    case .checksumMismatch: "Some bytes were altered on their way; send them again."
    case .unknownChecksum(let algorithm):
      "The checksum \(algorithm) is not known here; use sha1 or sha256."
    case .tooManyUploads(let limit):
      "\(limit) uploads are unfinished, as many as may be; finish or remove one first."
    case .diskFull: "The server's disk is full; make room and try again."
    case .uploadTakenOver: "Another request continues this upload."
    case .unknownEnrollment: "This enrolment is not there any more."
    case .uploadIncomplete(let received, let length):
      "The video has not arrived in full: \(received) of \(length) bytes are here."
    case .consentMissing: "An avatar is only made of someone who agreed to it."
    case .queueFull(let limit):
      "\(limit) enrolments are waiting, as many as may; try again when one is done."
    case .enrollmentOver: "This enrolment is already over."
    case .videoGone: "The video of this enrolment is gone; film or upload it again."
    case .tooManyStreams(let limit): "\(limit) pages are watching, as many as may; close one."
    case .unknownAvatar: "There is no such avatar here."
    case .failure: "Something went wrong on the server; its log says what."
    }
  }

  /// Further headers of the answer.
  private var headers: HTTPFields {
    switch self {
    case .methodNotAllowed(let allowed): [.allow: allowed.joined(separator: ", ")]
    case .rangeNotSatisfiable(let size): [.contentRange: "bytes */\(size)"]
    case .wrongOffset(let received): [.uploadOffset: String(received)]
    case .unsupportedTus: [.tusVersion: Tus.version]
    case .keyNeeded: [.wwwAuthenticate: "Bearer realm=\"visavis\""]
    case .tooManyUploads, .queueFull, .tooManyStreams: [.retryAfter: "30"]
    // What is left of the body is not worth reading.
    case .uploadTooLarge, .bodyTooLarge, .beyondLength, .diskFull: [.connection: "close"]
    default: [:]
    }
  }

  /// The answer: `application/problem+json` as RFC 9457 has it.
  var response: Response {
    var response = Problem(status: status, kind: kind, detail: sentence).response
    response.headers.append(contentsOf: headers)
    return response
  }
}
