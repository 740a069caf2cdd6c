import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// From where an avatar is seen.
struct RenderView {
  /// A camera of its own, turned about the head.
  struct Turn: Equatable {
    /// Degrees towards the person's left, and upwards.
    var yaw, pitch: Double
    /// Whether the camera sweeps to either side instead.
    var isOrbiting: Bool
    /// Width and height in pixels.
    var size: Int
  }

  /// How far the orbit goes to either side, degrees.
  static let reach = 35.0

  /// The viewer's camera.
  let camera: PinholeCamera
  private let turn: Turn?
  private let times: [Double]
  /// The head's middle place, and the directions in which it faces on the whole, radians.
  private var anchor = Vector3.zero
  private var facing: (yaw: Double, pitch: Double) = (0, 0)

  /// - Parameters:
  ///   - turn: nil for exactly the driving camera's view.
  ///   - framing: what a camera of its own shows.
  init(stream: AvatarStream, turn: Turn?, framing: PortraitFraming = PortraitFraming()) {
    self.turn = turn
    times = stream.states.map(\.face.time)
    guard let turn, !stream.states.isEmpty else {
      camera = stream.camera
      return
    }
    let poses = stream.states.map(\.face.cameraFromHead)
    func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }
    anchor = Vector3(
      median(poses.map(\.translation.x)), median(poses.map(\.translation.y)),
      median(poses.map(\.translation.z)))
    // Where noses point, on the whole; the camera stands there, level with the driving camera.
    let forward = poses.reduce(Vector3.zero) { $0 + $1.rotation * Vector3(0, 0, 1) }.normalized
    facing = (
      Double(atan2(forward.x, -forward.z)), Double(asin(min(max(-forward.y, -1), 1)))
    )
    let focalLength = Float(turn.size) * max(anchor.length, 20) / framing.span
    camera = PinholeCamera(
      width: turn.size, height: turn.size, focalLength: [focalLength, focalLength],
      center: [Float(turn.size) / 2, Float(turn.size) * framing.above / framing.span])
  }

  /// Where the viewer stands for a state, relative to the driving camera.
  func viewFromCamera(at index: Int) -> RigidTransform {
    guard let turn else { return .identity }
    var yaw = turn.yaw
    if turn.isOrbiting, let first = times.first, let last = times.last {
      let share = (times[index] - first) / max(last - first, 1e-6)
      yaw = Self.reach * sin(2 * .pi * share)
    }
    let a = facing.yaw + yaw * .pi / 180
    let limit = 85 * Double.pi / 180
    let b = min(max(facing.pitch + turn.pitch * .pi / 180, -limit), limit)
    // From the head to the viewer, in the driving camera's axes.
    let out = Vector3(Float(sin(a) * cos(b)), Float(-sin(b)), Float(-cos(a) * cos(b)))
    let forward = -out
    let right = Vector3(0, 1, 0).cross(forward).normalized
    let rotation = Matrix3(right, forward.cross(right), forward)
    let eye = anchor + out * max(anchor.length, 20)
    return RigidTransform(rotation: rotation, translation: -(rotation * eye))
  }
}
