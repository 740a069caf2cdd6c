public import AvatarModel
import FaceRig
public import Geometry

/// A sequence of states that drives an avatar, and the camera they were seen by.
public struct AvatarStream: Sendable, Equatable {
  /// The driving camera: framing, size and focal length of the source.
  public var camera: PinholeCamera
  /// Numbers in each state's correction.
  public var codeLength: Int
  /// The states, in order of time.
  public var states: [AvatarState]

  /// Makes a stream.
  ///
  /// - Precondition: every correction is empty or has `codeLength` numbers.
  public init(camera: PinholeCamera, codeLength: Int, states: [AvatarState]) {
    precondition(
      states.allSatisfy { $0.correction.isEmpty || $0.correction.count == codeLength })
    self.camera = camera
    self.codeLength = codeLength
    self.states = states
  }

  /// Seconds from the first state to the last.
  public var duration: Double {
    guard let first = states.first, let last = states.last else { return 0 }
    return last.face.time - first.face.time
  }

  /// The median distance in time between states; 1/30 s where there are fewer than two.
  public var frameInterval: Double { Self.frameInterval(of: states.map { $0.face.time }) }

  /// The median distance between times; 1/30 s where there are fewer than two.
  public static func frameInterval(of times: [Double]) -> Double {
    var steps = zip(times.dropFirst(), times).map { $0 - $1 }
    if steps.isEmpty { return 1.0 / 30 }
    steps.sort()
    return max(steps[steps.count / 2], 1e-3)
  }
}
