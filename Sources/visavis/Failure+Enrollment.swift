import Enrollment
import Foundation
import SplatFitting

extension CaptureError: UserFacingError {
  var sentence: String {
    switch self {
    case .tooShort(let seconds, let needed):
      String(
        format: "The capture lasts %.1f s; an avatar needs at least %.0f s. Film for longer, or "
          + "choose a wider span with --from and --to.", seconds, needed)
    case .noFace(let frames):
      (frames == 0
        ? "No face can be seen in the video. " : "A face can be seen in only \(frames) frames. ")
        + "Film the face from the front, in even light, with nothing before it."
    case .severalFaces(let count, let time):
      "The video shows \(count) faces at \(Self.text(time)), and an avatar is of one person. "
        + "Film one person alone, or choose a span with --from and --to."
    case .faceTooSmall(let pixels, let needed):
      "The face is \(pixels) pixels high; at least \(needed) are needed. "
        + "Come nearer to the camera, or record at a higher resolution."
    case .cut(let time):
      "The picture jumps at \(Self.text(time)): a cut, or another person. "
        + "Use one take; choose the part before or after with --from and --to."
    case .unsolvable(let reason):
      "No head fits the landmarks of this video (\(reason)). "
        + "Film the face from the front, without distorting filters."
    }
  }

  var exitCode: FailureCode { .badData }

  private static func text(_ time: Double) -> String { String(format: "%.1f s", time) }
}

extension AssetCache.Failure: UserFacingError {
  var sentence: String {
    switch self {
    case .missing(let path):
      "\(path) is missing. Run make assets, which fetches it; VISAVIS_CACHE names another folder."
    case .damaged(let path, let reason):
      "\(path) is damaged (\(reason)). Delete it and run make assets."
    }
  }

  var exitCode: FailureCode { .unavailable }
}

extension CheckpointFile.Failure: UserFacingError {
  var sentence: String {
    switch self {
    case .mismatched(let path):
      "\(path) was left by an enrolment of another video or with other options. "
        + "Repeat those, or start anew without --resume."
    case .damaged(let path):
      "\(path) is damaged, so the enrolment cannot be continued. Start anew without --resume."
    }
  }

  var exitCode: FailureCode { .badData }
}

extension SplatTrainer.MismatchedSnapshot: UserFacingError {
  var sentence: String {
    "The checkpoint was left by another fit, for example by another version of visavis. "
      + "Start anew without --resume."
  }

  var exitCode: FailureCode { .badData }
}
