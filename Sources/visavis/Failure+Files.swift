import AvatarModel
import ExpressionStream
import FaceRig
import Foundation

// Paths are added where files are read, by `FileFailure`.

extension AvatarError: UserFacingError {
  var sentence: String {
    switch self {
    case .notAnAvatar: "This is not an avatar. Make one with visavis enroll."
    case .unsupportedVersion(let version): newerFormat("avatar", version)
    case .truncated(let needed, let available):
      "The avatar is cut off: byte \(needed) is missing, \(available) are there. \(copyAgain)"
    case .missingSection(let section):
      "The avatar lacks its section \(section). \(copyAgain)"
    case .checksumMismatch(let section, _, _):
      "The avatar is damaged in its section \(section). \(copyAgain)"
    case .wrongLength(let section, let expected, let found):
      "The avatar is damaged: its section \(section) has \(found) bytes instead of "
        + "\(expected). \(copyAgain)"
    case .valueOutOfRange(let section, let offset):
      "The avatar is damaged: its section \(section) holds an impossible value at byte "
        + "\(offset). \(copyAgain)"
    }
  }

  var exitCode: FailureCode { .badData }
}

extension StreamError: UserFacingError {
  var sentence: String {
    switch self {
    case .notAStream: "This is not a stream. Make one with visavis drive."
    case .unsupportedVersion(1):
      "The stream is of format 1, whose plain numbers are no longer read. "
        + "Drive the video again with visavis drive."
    case .unsupportedVersion(let version): newerFormat("stream", version)
    case .wrongLength(let expected, let found):
      "The stream is cut off or damaged: it has \(found) bytes instead of \(expected). \(copyAgain)"
    case .checksumMismatch: "The stream is damaged: its checksum does not hold. \(copyAgain)"
    case .missingReference(let state, let reference):
      "State \(state) of the stream builds on state \(reference), which is missing. \(copyAgain)"
    case .truncatedState(let state):
      "The stream is cut off within state \(state). \(copyAgain)"
    case .damagedTransform(let error): error.sentence
    case .damagedRecords(let records, let states):
      "The stream is damaged: \(records) records do not have their checksums, and \(states) states "
        + "cannot be read. \(copyAgain)"
    case .tooManyStates(let count):
      "The stream has more than \(count) states. Cut it into shorter ones."
    case .valueOutOfRange(let offset):
      "The stream is damaged: it holds an impossible value at byte \(offset). \(copyAgain)"
    }
  }

  var exitCode: FailureCode { .badData }
}

extension TemplateError: UserFacingError {
  var sentence: String {
    let reason =
      switch self {
      case .notATemplate: "it is none"
      case .unsupportedVersion(let version): "its format \(version) is not known to this version"
      case .truncated(let offset, let needed, let available):
        "\(needed) bytes at byte \(offset) are missing, \(available) are there"
      case .missingSection(let section): "its section \(section) is missing"
      case .checksumMismatch(let section, _, _): "its section \(section) is damaged"
      case .wrongLength(let section, let expected, let found):
        "its section \(section) has \(found) bytes instead of \(expected)"
      case .countOutOfRange(let section, let count):
        "its section \(section) counts an impossible \(count)"
      case .indexOutOfRange(let section, let index, let count):
        "its section \(section) refers to \(index) of \(count)"
      case .numberOutOfRange(let section):
        "its section \(section) holds an impossible number"
      }
    return "The template cannot be used: \(reason). Delete it and run make assets."
  }

  var exitCode: FailureCode { .badData }
}

private let copyAgain = "Copy or make it again."

private func newerFormat(_ kind: String, _ version: UInt32) -> String {
  "The \(kind) is of format \(version), which this version of visavis does not read. "
    + "Update visavis."
}
