public import FaceRig
public import FaceTracking
import Foundation

/// The folder of models and the template that `make assets` fills.
public struct AssetCache: Sendable {
  /// The folder.
  public let folder: String

  /// The cache of this user: `$VISAVIS_CACHE`, else `$XDG_CACHE_HOME/visavis`, else
  /// `~/.cache/visavis`.
  public init() { self.init(environment: ProcessInfo.processInfo.environment) }

  /// The cache that an environment names.
  public init(environment: [String: String]) {
    if let path = environment["VISAVIS_CACHE"], !path.isEmpty {
      folder = path
    } else if let path = environment["XDG_CACHE_HOME"], !path.isEmpty {
      folder = path + "/visavis"
    } else {
      folder = (environment["HOME"] ?? "/root") + "/.cache/visavis"
    }
  }

  /// Why an asset cannot be used.
  public enum Failure: Error, Equatable, Sendable {
    /// The file is not there.
    case missing(path: String)
    /// The file is there but not what it should be.
    case damaged(path: String, reason: String)
  }

  /// The bytes of a file in the cache.
  public func bytes(_ name: String) throws(Failure) -> [UInt8] {
    let path = folder + "/" + name
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .missing(path: path)
    }
    return [UInt8](data)
  }

  /// The template.
  public func template() throws(Failure) -> Template {
    let bytes = try bytes("template.vvt")
    do {
      return try Template(bytes: bytes)
    } catch {
      throw .damaged(path: folder + "/template.vvt", reason: "\(error)")
    }
  }

  /// The models of face tracking.
  public func faceModels() throws(Failure) -> FaceModels {
    FaceModels(
      shortRangeDetection: try bytes("models/face_detection_short_range.tflite"),
      fullRangeDetection: try bytes("models/face_detection_full_range_sparse.tflite"),
      landmarks: try bytes("models/face_landmark.tflite"),
      iris: try bytes("models/iris_landmark.tflite"))
  }

  /// A matte estimator.
  public func matteEstimator() throws -> MatteEstimator {
    try MatteEstimator(
      general: bytes("models/selfie_segmentation.tflite"),
      landscape: bytes("models/selfie_segmentation_landscape.tflite"))
  }
}
