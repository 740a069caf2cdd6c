import AvatarModel
import FaceRig
import Geometry

extension CodeMap {
  /// The whitening map of a capture: codes of its frames have mean zero and variance one.
  ///
  /// - Parameters:
  ///   - states: the frames' states.
  ///   - reference: the head's reference pose.
  ///   - codeLength: how many of the largest components to keep, at most ``CodeMap/inputCount``.
  static func whitening(
    _ states: [FaceState], reference: RigidTransform, codeLength: Int
  ) -> CodeMap {
    let n = CodeMap.inputCount
    let raw = states.map { CodeMap.rawInputs(of: $0, reference: reference) }
    let count = Double(max(raw.count, 1))
    var mean = [Float](repeating: 0, count: n)
    var scale = mean, lower = mean, upper = mean
    for i in 0..<n {
      let m = raw.reduce(0.0) { $0 + Double($1[i]) } / count
      let v = raw.reduce(0.0) { $0 + (Double($1[i]) - m) * (Double($1[i]) - m) } / count
      let (floor, gain) = spreadFloor(of: i)
      mean[i] = Float(m)
      scale[i] = gain / max(Float(v.squareRoot()), floor)
      lower[i] = (raw.map { ($0[i] - mean[i]) * scale[i] }.min() ?? 0) * 1.05
      upper[i] = (raw.map { ($0[i] - mean[i]) * scale[i] }.max() ?? 0) * 1.05
    }
    var covariance = [Double](repeating: 0, count: n * n)
    for x in raw {
      let z = (0..<n).map { Double((x[$0] - mean[$0]) * scale[$0]) }
      for i in 0..<n { for j in 0..<n { covariance[i * n + j] += z[i] * z[j] / count } }
    }
    let (values, vectors) = SymmetricEigen.decompose(covariance, n: n)
    var weights = [Float](repeating: 0, count: codeLength * (n + 1))
    for k in 0..<min(codeLength, n) {
      let deviation = max(values[k], 1e-6).squareRoot()
      // A component without variance would only amplify noise.
      if values[k] < 1e-3 { continue }
      for i in 0..<n { weights[k * (n + 1) + i] = Float(vectors[k * n + i] / deviation) }
    }
    return CodeMap(
      codeLength: codeLength, mean: mean, scale: scale, lower: lower, upper: upper,
      weights: weights)
  }

  /// The least spread that counts as motion, and the weight of an input: coefficients, angles of
  /// the gaze, the head's turn.
  private static func spreadFloor(of input: Int) -> (floor: Float, gain: Float) {
    if input < ExpressionChannel.count { return (0.05, 1) }
    return input < ExpressionChannel.count + 4 ? (0.1, 0.7) : (0.03, 0.6)
  }
}
