import AvatarModel
import Enrollment
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// An avatar that needs no capture: the template's head, and splats on a ball about its middle.
enum TestAvatar {
  /// Radius of the ball, centimetres.
  static let radius: Float = 9

  /// The avatar; nil, with a line that says so, where `make assets` has not been run.
  ///
  /// The ball is grey but for a red spot on the person's left and a blue one in front.
  static func make() -> Avatar? {
    guard let template = try? AssetCache().template() else {
      print("skipped: no template in the cache")
      return nil
    }
    let personal = template.personal(
      identity: [Float](repeating: 0, count: template.identityModeCount))
    let corners = BodyBlend.virtualTriangle(of: .head, vertexCount: personal.vertices.count)
    var base: [Float] = []
    let count = 400
    for k in 0..<count {
      // A spiral from pole to pole covers the ball evenly.
      let y = 1 - 2 * (Float(k) + 0.5) / Float(count)
      let (s, c) = ElementaryFunctions.sinCos(Float(k) * 2.399963)
      let r = (1 - y * y).squareRoot()
      let p = Vector3(r * c, y, r * s)
      let color: Vector3 = p.x > 0.85 ? [1, 0, 0] : p.z > 0.85 ? [0, 0, 1] : [0.5, 0.5, 0.5]
      base += [p.x * radius, p.y * radius, p.z * radius, 1, 0, 0, 0, 0, 0, 0, 6]
      base += [color.x, color.y, color.z]
    }
    let splats = SplatModel(
      codeLength: 8, groups: [SplatGroup(kind: .head, range: 0..<count)],
      corners: (0..<count).flatMap { _ in [corners.x, corners.y, corners.z] },
      barycentric: (0..<count).flatMap { _ in [1, 0, 0] as [Float] },
      inverseRestArea: [Float](repeating: 1, count: count),
      headShare: [Float](repeating: 1, count: count), base: base)
    let n = CodeMap.inputCount
    return Avatar(
      template: personal,
      headShare: [Float](repeating: 1, count: personal.vertices.count), splats: splats,
      codeMap: CodeMap(
        codeLength: 8, mean: [Float](repeating: 0, count: n),
        scale: [Float](repeating: 1, count: n), lower: [Float](repeating: -1, count: n),
        upper: [Float](repeating: 1, count: n),
        weights: [Float](repeating: 0, count: 8 * (n + 1))),
      reference: FaceState().cameraFromHead,
      provenance: Provenance(
        created: 1_700_000_000, software: "visavis test", captureWidth: 640, captureHeight: 360,
        captureFrames: 100, fittedFrames: 80, focalLength: 700, steps: 5, seed: 7))
  }

  /// A stream of still faces half a metre before a camera, at uneven times from 2 s on.
  static func stream(width: Int = 80, height: Int = 60, frames: Int = 6) -> AvatarStream {
    let states = (0..<frames).map { k in
      let face = FaceState(time: 2 + 0.04 * Double(k) + (k > 3 ? 0.04 : 0))
      return AvatarState(face: face, cameraFromTorso: face.cameraFromHead)
    }
    return AvatarStream(
      camera: PinholeCamera(width: width, height: height, focalLength: 120), codeLength: 0,
      states: states)
  }
}

extension AvatarStream {
  /// The stream as a recording for avatars that learnt no transform.
  func encoded(quality: Int = 60) -> [UInt8] { encoded(configuration: configuration(quality)) }

  /// A configuration for it.
  func configuration(_ quality: Int = 40) -> StreamConfiguration {
    StreamConfiguration(
      transform: .generic(correction: codeLength, reference: FaceState().cameraFromHead),
      quality: quality, interval: 3600, camera: camera)
  }
}

/// The pictures and clips that `make assets` fetches.
enum Sample {
  /// The path of a sample; nil, with a line that says so, where it has not been fetched.
  static func path(_ name: String) -> String? {
    let path = AssetCache().folder + "/sample/" + name
    if FileManager.default.fileExists(atPath: path) { return path }
    print("skipped: no sample \(name) in the cache")
    return nil
  }
}

/// Writes bytes to a file.
func write(_ bytes: [UInt8], to path: String) throws {
  try Data(bytes).write(to: URL(fileURLWithPath: path))
}
