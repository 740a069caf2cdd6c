public import FaceRig
public import Geometry

/// The map from a face state to a code: `code = W · clip((x − mean) · scale) + b`.
///
/// The inputs x are the 52 coefficients, both gazes (4 angles), and the head's turn from its
/// reference pose as a rotation vector (3). Clipping to the range seen in the capture keeps a pose
/// never seen from producing a face never seen.
public struct CodeMap: Sendable, Equatable {
  /// How many inputs there are.
  public static let inputCount = ExpressionChannel.count + 4 + 3

  /// Numbers in a code.
  public let codeLength: Int
  /// `[input]`.
  public var mean, scale, lower, upper: [Float]
  /// `[codeLength][inputCount + 1]`: weights, then the constant.
  public var weights: [Float]

  /// Makes a map from its parts.
  public init(
    codeLength: Int, mean: [Float], scale: [Float], lower: [Float], upper: [Float],
    weights: [Float]
  ) {
    let n = CodeMap.inputCount
    precondition(mean.count == n && scale.count == n && lower.count == n && upper.count == n)
    precondition(weights.count == codeLength * (n + 1))
    self.codeLength = codeLength
    self.mean = mean
    self.scale = scale
    self.lower = lower
    self.upper = upper
    self.weights = weights
  }

  /// The unscaled inputs of a state.
  ///
  /// - Parameters:
  ///   - state: the face.
  ///   - reference: the head's reference pose, camera from head.
  public static func rawInputs(of state: FaceState, reference: RigidTransform) -> [Float] {
    var x = [Float](repeating: 0, count: inputCount)
    for i in 0..<ExpressionChannel.count { x[i] = state.expression[i] }
    let n = ExpressionChannel.count
    x[n] = state.leftGaze.yaw
    x[n + 1] = state.leftGaze.pitch
    x[n + 2] = state.rightGaze.yaw
    x[n + 3] = state.rightGaze.pitch
    let turn =
      (state.cameraFromHead.rotation * reference.rotation.transpose).rotationVector
    x[n + 4] = turn.x
    x[n + 5] = turn.y
    x[n + 6] = turn.z
    return x
  }

  /// The scaled, clipped inputs.
  public func inputs(of state: FaceState, reference: RigidTransform) -> [Float] {
    var x = CodeMap.rawInputs(of: state, reference: reference)
    for i in 0..<x.count {
      x[i] = min(max((x[i] - mean[i]) * scale[i], lower[i]), upper[i])
    }
    return x
  }

  /// The code of scaled inputs.
  public func code(inputs x: [Float]) -> [Float] {
    let n = CodeMap.inputCount
    var code = [Float](repeating: 0, count: codeLength)
    for k in 0..<codeLength {
      let row = k * (n + 1)
      var sum = weights[row + n]
      for i in 0..<n { sum += weights[row + i] * x[i] }
      code[k] = sum
    }
    return code
  }
}
