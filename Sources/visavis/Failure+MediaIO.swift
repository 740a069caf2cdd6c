import MediaIO

extension MediaError: UserFacingError {
  var sentence: String {
    switch self {
    case .notFound(let path):
      "There is no file at \(path). Check the name."
    case .cannotOpen(let path, let reason):
      "\(path) cannot be opened (\(reason)). Choose a video or picture that you may read."
    case .notMedia(let path, let reason):
      "\(path) is not a video or picture that can be read (\(reason)). "
        + "If it was copied or downloaded, do so again; MP4 and MOV from any phone will do."
    case .noVideoStream(let path):
      "\(path) has no pictures, only sound or data. Choose a video."
    case .noDecoder(let path, let codec):
      "\(path) is coded as \(codec), which the installed FFmpeg cannot decode. "
        + "Convert it to H.264 first."
    case .damaged(let path, let reason):
      "\(path) is damaged: not one picture can be decoded (\(reason)). Record or copy it again."
    case .cannotCreate(let path, let reason):
      "\(path) cannot be created (\(reason)). Choose a folder that exists and that you may write to."
    case .diskFull(let path):
      "The disk filled up while writing \(path); nothing was left behind. Make room and try again."
    case .cannotWrite(let path, let reason):
      "Writing \(path) failed (\(reason)); nothing was left behind."
    case .noEncoder(let name):
      "The installed FFmpeg has no encoder \(name). Install a full build of FFmpeg."
    case .unknownExtension(let path):
      "\(path) does not say which format it should have. End the name in .mp4, .mov or .mkv."
    case .sizeMismatch(let expectedWidth, let expectedHeight, let width, let height):
      "A picture of \(width) × \(height) pixels came where \(expectedWidth) × \(expectedHeight) "
        + "were expected. All pictures of a video need one size."
    case .timesNotIncreasing(let previous, let next):
      "A frame at \(next) s came after one at \(previous) s. Frames must be in order."
    case .unusablePicture(let reason):
      "A picture cannot be used: \(reason)."
    case .outOfMemory:
      "There is not enough memory. Close other programs or use a smaller video."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .notFound, .cannotOpen: .noInput
    case .notMedia, .noVideoStream, .noDecoder, .damaged, .unusablePicture: .badData
    case .cannotCreate: .cannotCreate
    case .diskFull, .cannotWrite: .inputOutput
    case .noEncoder: .unavailable
    case .unknownExtension: .usage
    case .sizeMismatch, .timesNotIncreasing, .outOfMemory: .software
    }
  }
}
