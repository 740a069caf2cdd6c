import FaceTracking
import NeuralInference

extension FaceTrackingError: UserFacingError {
  var sentence: String {
    switch self {
    case .model(let network, let error):
      "The \(network.words) model cannot be used: \(error.reason). \(Self.advice)"
    case .unexpectedTensor(let network, let found, let expected):
      "The \(network.words) model is another than expected (\(found) values instead of "
        + "\(expected)). \(Self.advice)"
    case .unusablePicture(let width, let height, let channels):
      "A picture of \(width) × \(height) pixels with \(channels) channels cannot be used. "
        + "Choose a video with colour pictures."
    case .unusableRegion:
      "The face was looked for beside the picture. Please report this, with the video if you can."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .model, .unexpectedTensor: .unavailable
    case .unusablePicture: .badData
    case .unusableRegion: .software
    }
  }

  fileprivate static let advice = "Delete the models folder of the cache and run make assets."
}

extension FaceNetwork {
  fileprivate var words: String {
    switch self {
    case .shortRangeDetection: "face detection"
    case .fullRangeDetection: "far-face detection"
    case .landmarks: "face landmark"
    case .iris: "iris"
    case .segmentation: "matte"
    }
  }
}

extension ModelError: UserFacingError {
  /// What is wrong, without a full stop.
  fileprivate var reason: String {
    switch self {
    case .outOfBounds(let offset, let count):
      "\(count) bytes at byte \(offset) lie beyond its end"
    case .notAModel: "it is no TensorFlow Lite model"
    case .unsupportedVersion(let version): "its version \(version) is not known"
    case .unsupportedSubgraphs(let count): "it has \(count) graphs instead of one"
    case .invalidIndex(let index, let count): "it refers to entry \(index) of \(count)"
    case .unsupportedType(let tensor, let type): "tensor \(tensor) has type \(type)"
    case .invalidShape(let tensor): "tensor \(tensor) has no possible shape"
    case .invalidConstant(let tensor, let expected, let found):
      "tensor \(tensor) holds \(found) values instead of \(expected)"
    case .invalidSparsity(let tensor): "tensor \(tensor) is packed in an unknown way"
    case .unsupportedOperator(let index, let code): "operator \(index) is of unknown kind \(code)"
    case .invalidOperator(let index): "operator \(index) does not fit its operands"
    case .unordered(let index, let tensor):
      "operator \(index) reads tensor \(tensor) before it is written"
    case .tooLarge(let bytes): "it asks for \(bytes) bytes of memory"
    case .tooManyOperators(let count): "it has \(count) operators"
    case .unsupportedInputs(let count): "it has \(count) inputs instead of one"
    case .invalidInput(let expected, let found):
      "it was given \(found) numbers instead of \(expected)"
    }
  }

  var sentence: String { "A model cannot be used: \(reason). \(FaceTrackingError.advice)" }

  var exitCode: FailureCode { .unavailable }
}

extension FaceSolvingError: UserFacingError {
  var sentence: String {
    switch self {
    case .invalidCamera(let width, let height):
      "A camera of \(width) × \(height) pixels cannot be worked with. Choose another video."
    case .noUsableFrames(let given):
      "The face is not clear enough in any of \(given) frames. "
        + "Film it from the front, in even light."
    case .degenerateLandmarks:
      "The face's landmarks all fall into one line. Choose a video that shows the whole face."
    case .nonFiniteLandmark(let index):
      "Landmark \(index) of a face is no number. Please report this, with the video if you can."
    case .mismatchedIdentity(let modes, let expected):
      "A head of \(modes) shapes came where \(expected) were expected. "
        + "Run make assets, then enrol again."
    case .wrongLandmarkCount(let found, let expected):
      "The template has \(found) landmarks where \(expected) were expected. Run make assets."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .invalidCamera, .noUsableFrames, .degenerateLandmarks: .badData
    case .nonFiniteLandmark: .software
    case .mismatchedIdentity, .wrongLandmarkCount: .unavailable
    }
  }
}
