public import AvatarModel
public import FaceRig
public import Geometry

/// Where a face's landmarks lie in the driving camera's picture.
public struct LandmarkProjector {
  private let rig: Rig
  private let landmarks: [Template.LandmarkAnchor]
  private let camera: PinholeCamera
  private var mesh: [Vector3] = []

  /// Uses a template's landmarks: a person's own, or the generic head's.
  public init(template: Template, camera: PinholeCamera) {
    rig = Rig(template: template)
    landmarks = template.landmarks
    self.camera = camera
  }

  /// The landmarks' pixel positions.
  ///
  /// - Complexity: O(vertices).
  public mutating func positions(of state: AvatarState) -> [SIMD2<Float>] {
    rig.pose(
      expression: state.face.expression, leftGaze: state.face.leftGaze,
      rightGaze: state.face.rightGaze, into: &mesh)
    return landmarks.map { anchor in
      var p = state.face.cameraFromHead * anchor.point(on: mesh)
      p.z = max(p.z, 1)
      return camera.project(p)
    }
  }

  /// The distance between the eyeballs' centres in pixels, as if the face looked at the camera.
  public func eyeDistance(of state: AvatarState) -> Float {
    let depth = max(state.face.cameraFromHead.translation.z, 1)
    return (rig.leftEyeCenter - rig.rightEyeCenter).length / depth * camera.focalLength.x
  }
}
