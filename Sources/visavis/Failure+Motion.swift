import Datagrams
import FaceMotion
import Foundation
import MotionProtocols
import PlainJSON

extension ProtocolError: UserFacingError {
  var sentence: String {
    switch self {
    case .truncated(let offset, let needed, let available):
      "At byte \(offset) \(needed) more bytes are expected, \(available) are there."
    case .surplus(let offset): "The message should end at byte \(offset), but more follows."
    case .badLength(let offset, let found):
      "At byte \(offset) a length is expected, and \(found) cannot be one."
    case .wrongLength(let found, let frame):
      "Frames of \(frame) bytes are expected, and \(found) bytes came."
    case .notText(let offset): "At byte \(offset) text in UTF-8 is expected."
    case .unterminatedText(let offset):
      "At byte \(offset) text is expected that ends in zeros up to a multiple of four bytes."
    case .badAddress(let offset): "At byte \(offset) an address or #bundle is expected."
    case .unknownType(let offset, let found):
      "At byte \(offset) a type of Open Sound Control is expected, and \(found) is none."
    case .tooDeep(let offset):
      "At byte \(offset) a bundle lies deeper in others than \(OSCReader.deepest)."
    case .tooMany(let offset, let limit):
      "From byte \(offset) on there are more than \(limit) parts."
    case .valueOutOfRange(let offset): "At byte \(offset) a number in a sensible range is expected."
    case .notANumber(let offset): "At byte \(offset) a number is expected."
    case .wrongCount(let offset, let expected, let found):
      "At byte \(offset) \(expected) numbers are expected, and \(found) are there."
    case .badEntry(let offset): "At byte \(offset) a name and a value are expected."
    case .nothingKnown: "Shapes of iFacialMocap are expected, and none is there."
    case .liveLinkFace(let error): error.sentence
    }
  }

  var exitCode: FailureCode { .badData }
}

extension FaceMotionError: UserFacingError {
  var sentence: String {
    switch self {
    case .unknownFormat:
      "This is no recording of a face: a table of Live Link Face or MediaPipe, packets, or JSON with "
        + "\"frames\" is expected."
    case .notText: "Text in UTF-8 is expected."
    case .noHeader: "A line with the columns' names is expected first."
    case .missingColumn(let name): "The column \(name) is missing."
    case .repeatedColumn(let name): "The column \(name) is there twice."
    case .wrongColumnCount(let line, let expected, let found):
      "Line \(line) has \(found) columns; \(expected) are expected."
    case .notANumber(let line, let column): "Line \(line) needs a number in the column \(column)."
    case .badTimecode(let line): "Line \(line) needs a time as hours:minutes:seconds:frames."
    case .timesNotIncreasing(let sample): "Frame \(sample) is not later than the one before it."
    case .damagedCompression(let limit):
      "The compressed data are damaged, or hold more than \(limit) bytes."
    case .unsupportedVersion(let version):
      "Version 6 of Live Link Face is expected at byte 0, and it is \(version)."
    case .truncated(let offset, let needed): "At byte \(offset) \(needed) more bytes are expected."
    case .surplus(let offset): "The packet should end at byte \(offset), but more follows."
    case .badLength(let offset): "At byte \(offset) the length of a name is expected."
    case .badName(let offset): "At byte \(offset) a name in UTF-8 is expected."
    case .wrongValueCount(let offset, let found):
      "At byte \(offset) 61 values are expected, and \(found) are announced."
    case .valueOutOfRange(let offset): "At byte \(offset) a number in a sensible range is expected."
    case .damagedJSON(let error): error.sentence
    case .missingMember(let name, let offset):
      "The object at byte \(offset) needs a member \"\(name)\"."
    case .notANumberMember(let name, let offset):
      "At byte \(offset) a number is expected for \"\(name)\"."
    case .empty: "No frame shows a face."
    }
  }

  var exitCode: FailureCode { .badData }
}

extension JSONError: UserFacingError {
  var sentence: String {
    switch self {
    case .truncated(let offset): "The JSON ends at byte \(offset), where more is expected."
    case .unexpected(let offset, let expected):
      "At byte \(offset) of the JSON \(expected) is expected."
    case .tooDeep(let offset): "At byte \(offset) the JSON is nested deeper than 64 levels."
    case .badText(let offset): "At byte \(offset) of the JSON text in UTF-8 is expected."
    case .badNumber(let offset): "At byte \(offset) of the JSON a number is expected."
    }
  }

  var exitCode: FailureCode { .badData }
}

extension DatagramError: UserFacingError {
  var sentence: String {
    switch self {
    case .cannotListen(let port, let number):
      "Port \(port) cannot be listened at (\(String(cString: strerror(number)))). "
        + "End the program that has it, or give another port."
    case .unknownHost(let host): "There is no computer named \(host). Check the name."
    case .cannotReach(let host, let number):
      "\(host) cannot be reached (\(String(cString: strerror(number))))."
    }
  }

  var exitCode: FailureCode { .unavailable }
}
