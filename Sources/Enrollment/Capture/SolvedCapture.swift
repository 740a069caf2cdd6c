import AvatarModel
import FaceRig
import FaceTracking
import Geometry

/// A capture after its second pass: the person, the camera, and every frame's state.
struct SolvedCapture {
  let tracked: TrackedCapture
  /// The person's own template.
  let template: Template
  /// The camera of the fitted picture; `fullCamera` is the video's.
  let camera: PinholeCamera
  let fullCamera: PinholeCamera
  /// Where the person's eyes rest.
  let restingLeftGaze, restingRightGaze: Gaze
  /// One a frame that is not held out; nil where the face could not be followed.
  let faces: [SolvedFace?]
  /// Mean residual of the landmarks in per cent of the pupils' distance.
  let residual: Float

  init(_ tracked: TrackedCapture, template: Template) throws {
    self.tracked = tracked
    let model = LandmarkModel(template)
    let framing = tracked.framing
    let fitted = tracked.frames.filter { !$0.isHeldOut }
    let observations = fitted.compactMap(\.observation)
    do throws(FaceSolvingError) {
      let identity = try IdentitySolver(model: model).solve(
        observations, width: framing.fullWidth, height: framing.fullHeight
      ).identity
      faces = try OfflineSmoother(
        model: model, identity: identity, width: framing.fullWidth, height: framing.fullHeight
      ).solve(fitted.map(\.observation), times: fitted.map(\.time))
      fullCamera = PinholeCamera(
        width: framing.fullWidth, height: framing.fullHeight, focalLength: identity.focalLength)
      restingLeftGaze = identity.restingLeftGaze
      restingRightGaze = identity.restingRightGaze
      camera = framing.camera(fullCamera)
      self.template = template.personal(
        identity: identity.coefficients, landmarkBias: identity.landmarkBias)
    } catch {
      throw CaptureError.unsolvable(reason: "\(error)")
    }
    let residuals = faces.compactMap { $0.map(\.residual) }
    residual = residuals.reduce(0, +) / Float(max(residuals.count, 1))
  }

  /// Indices of frames that are good enough to fit: kept, followed, certain.
  var usable: [Int] {
    faces.indices.filter { i in
      guard tracked.frames[i].kept != nil, let face = faces[i] else { return false }
      return face.isTracked && face.confidence > 0.35
    }
  }

  /// The head pose in the middle of the capture.
  var reference: RigidTransform {
    let poses = usable.compactMap { faces[$0]?.state.cameraFromHead }
    guard let first = poses.first else { return FaceState().cameraFromHead }
    var sum = Matrix3([0, 0, 0], [0, 0, 0], [0, 0, 0])
    for pose in poses { sum = sum + pose.rotation }
    func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }
    let translation = Vector3(
      median(poses.map(\.translation.x)), median(poses.map(\.translation.y)),
      median(poses.map(\.translation.z)))
    let rotation = sum.x.length > 0.1 ? sum.orthonormalized : first.rotation
    return RigidTransform(rotation: rotation, translation: translation)
  }
}
