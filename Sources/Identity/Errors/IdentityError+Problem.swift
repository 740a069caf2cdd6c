import HTTPTypes
import Hummingbird
import ServerSupport

extension IdentityError {
  /// The status it is answered with.
  var status: HTTPResponse.Status {
    switch self {
    case .malformedBody: .badRequest
    case .bodyTooLarge, .avatarTooLarge, .sceneTooLarge, .sceneTooDetailed: .contentTooLarge
    case .tooManyRequests, .tooManyPeople: .tooManyRequests
    case .busy: .serviceUnavailable
    case .tokenNeeded, .invalidToken, .invalidChallenge, .invalidSignature, .removedDevice:
      .unauthorized
    case .unknownHost: .misdirectedRequest
    case .unknownDevice, .unknownPairing, .unknownAvatar, .unknownScene, .unknownPerson,
      .unknownRoom,
      .unknownInvite:
      .notFound
    case .knownDevice, .lastDevice, .deviceHasNotAsked: .conflict
    case .invalidCertificate, .notAnAvatar, .notAScene, .oneself: .unprocessableContent
    case .tooManyDevices, .tooManyAvatars, .tooManyScenes, .tooManyBlocks, .tooManyRooms,
      .tooManyInvites:
      .conflict
    case .notModerator: .forbidden
    case .diskFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
    case .failure: .internalServerError
    }
  }

  /// Its name for machines, in `kebab-case`.
  var kind: String { Problem.kind(of: self) }

  /// What went wrong and what to do, in one sentence.
  var sentence: String {
    switch self {
    case .malformedBody(let field): "The request's \(field) is missing or not as it should be."
    case .bodyTooLarge(let limit): "Send at most \(limit) bytes at a time."
    case .tooManyRequests(let seconds):
      "Too much was asked from your address; try again in \(seconds) seconds."
    case .busy: "The server has its hands full; try again in a moment."
    case .tokenNeeded: "Sign in first: this needs a token."
    case .invalidToken: "This token does not hold any more; sign in again."
    case .invalidChallenge: "This challenge does not hold any more; ask for a new one."
    case .invalidSignature: "The signature is not this key's over what it has to sign."
    case .unknownHost: "The server does not answer to this name."
    case .removedDevice: "This device was removed by its owner; pair it again with a new key."
    case .unknownDevice: "You have no such device."
    case .knownDevice: "This key already is a device's; make a new one."
    case .lastDevice: "Your last device stays; remove everything instead, or add another first."
    case .invalidCertificate:
      "The certificate is not one that a device of yours made just now; look at its clock."
    case .deviceHasNotAsked: "The new device has to ask first; show its code again."
    case .tooManyDevices(let limit): "You have had \(limit) devices, as many as may be."
    case .unknownPairing: "This code does not hold any more; have a new one shown."
    case .unknownAvatar: "There is no such avatar here, or it is not shown to you."
    case .notAnAvatar: "This file is no avatar."
    case .avatarTooLarge(let limit): "An avatar may have \(limit >> 20) megabytes here."
    case .tooManyAvatars(let limit): "You have \(limit) avatars, as many as may be; remove one."
    case .unknownScene: "There is no such scene here, or it is not shown to you."
    case .notAScene: "This file is no scene that can be read; bring a PLY, SPZ or GLB."
    case .sceneTooLarge(let limit): "A scene may have \(limit >> 20) megabytes here."
    case .sceneTooDetailed(let most):
      "A scene may have \(most) splats here, and as many triangles; make it simpler."
    case .tooManyScenes(let limit): "You have \(limit) scenes, as many as may be; remove one."
    case .unknownPerson: "There is no such person here."
    case .oneself: "You cannot block yourself."
    case .tooManyBlocks(let limit): "You have blocked \(limit) people, as many as may be."
    case .tooManyPeople: "The server has as many people as it takes; try again later."
    case .unknownRoom: "There is no such room here, or it is not open to you."
    case .notModerator: "Only the room's moderators may do this."
    case .tooManyRooms(let limit): "You moderate \(limit) rooms, as many as may be; delete one."
    case .unknownInvite: "The room has no such invitation any more."
    case .tooManyInvites(let limit):
      "The room has \(limit) invitations, as many as may be; revoke one."
    case .diskFull: "The server's disk is full; make room and try again."
    case .failure: "Something went wrong on the server; its log says what."
    }
  }

  /// Further headers of the answer.
  private var headers: HTTPFields {
    switch self {
    case .tokenNeeded, .invalidToken, .invalidChallenge, .invalidSignature, .removedDevice:
      [.wwwAuthenticate: "Bearer realm=\"visavis people\""]
    case .tooManyRequests(let seconds): [.retryAfter: String(seconds)]
    case .tooManyPeople: [.retryAfter: "600"]
    // What is left of the body is not worth reading.
    case .busy: [.retryAfter: "2", .connection: "close"]
    case .avatarTooLarge, .tooManyAvatars, .sceneTooLarge, .tooManyScenes, .bodyTooLarge,
      .diskFull:
      [.connection: "close"]
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
