/// Why a request is refused.
///
/// Cases carry values; `ServerError+Problem.swift` says them in one sentence each.
public enum ServerError: Error, Equatable, Sendable {
  // Requests of any kind.
  /// Nothing is there.
  case notFound
  /// The path is there, but not for this method.
  case methodNotAllowed(allowed: [String])
  /// The body is of another type than needed.
  case unsupportedType(needed: String)
  /// The body is not what the route takes.
  case malformedBody(field: String)
  /// A header is missing or not as its specification has it.
  case malformedHeader(name: String)
  /// The body is longer than the route takes.
  case bodyTooLarge(limit: Int)
  /// No byte of the file lies in the range asked for.
  case rangeNotSatisfiable(size: Int)
  /// The path is a WebSocket's, and the request does not ask for one, or another site's page does.
  case webSocketNeeded(protocol: String)

  // Who asks.
  /// The request comes from elsewhere and shows no key.
  case keyNeeded
  /// Another site's page sent the request.
  case otherOrigin
  /// The request names a host that this server does not answer to without a key.
  case unknownHost

  // Uploads.
  /// There is no such upload.
  case unknownUpload
  /// The client speaks another version of tus.
  case unsupportedTus(version: String)
  /// The upload would be too long.
  case uploadTooLarge(limit: Int)
  /// The upload's next byte is another one.
  case wrongOffset(received: Int)
  /// More bytes came than the upload has.
  case beyondLength(length: Int)
  /// The bytes do not have the checksum they were sent with.
  case checksumMismatch
  /// The checksum's algorithm is not known.
  case unknownChecksum(algorithm: String)
  /// As many uploads are unfinished as may be.
  case tooManyUploads(limit: Int)
  /// The disk has no room.
  case diskFull
  /// Another request took the upload over.
  case uploadTakenOver

  // Enrolments.
  /// There is no such enrolment.
  case unknownEnrollment
  /// The upload has not arrived in full.
  case uploadIncomplete(received: Int, length: Int)
  /// The person did not agree.
  case consentMissing
  /// As many enrolments wait as may.
  case queueFull(limit: Int)
  /// The enrolment is over, so it cannot be stopped.
  case enrollmentOver
  /// The enrolment cannot be tried again: its video is gone.
  case videoGone
  /// As many streams of events are open as may be.
  case tooManyStreams(limit: Int)

  // Avatars.
  /// There is no such avatar.
  case unknownAvatar

  // The server itself.
  /// It is about to end.
  case ending
  /// Something that a client cannot mend.
  case failure
}
