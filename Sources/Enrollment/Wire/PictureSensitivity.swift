public import AvatarModel
public import ExpressionStream
import FaceRig
public import GaussianSplats
public import Geometry

/// How much the picture of an avatar changes with each coordinate of its state.
public enum PictureSensitivity {
  /// The mean over states of `JᵀJ ÷ samples`, `[n][n]`, J being the change of every sample (three
  /// colours a pixel, 0…1, over grey) with every coordinate: `δᵀ M δ` is the mean squared error that
  /// a small change δ makes.
  ///
  /// - Complexity: two drawings a coordinate and state.
  public static func matrix(
    of avatar: Avatar, states: [AvatarState], camera: PinholeCamera, workers: Workers,
    progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) rethrows -> [Double] {
    let n = StateCoordinates.correction + avatar.splats.codeLength
    let renderer = AvatarRenderer(
      avatar: avatar, maxWidth: camera.width, maxHeight: camera.height, workers: workers)
    let samples = 3 * camera.width * camera.height
    var jacobian = [[Float]](repeating: [], count: n)
    var sum = [Double](repeating: 0, count: n * n)
    for (s, state) in states.enumerated() {
      var x = coordinates(of: state, avatar: avatar)
      for i in 0..<n {
        let middle = x[i], (lower, upper) = neighbours(of: middle, i)
        x[i] = upper
        let high = samplesOf(x, renderer, camera)
        x[i] = lower
        let low = samplesOf(x, renderer, camera)
        x[i] = middle
        let scale = 1 / (upper - lower)
        jacobian[i] = zip(high, low).map { ($0 - $1) * scale }
      }
      for i in 0..<n {
        for j in 0...i {
          let share =
            dot(jacobian[i], jacobian[j]) / Double(samples) / Double(states.count)
          sum[i * n + j] += share
          if i != j { sum[j * n + i] += share }
        }
      }
      try progress(s + 1, states.count)
    }
    return sum
  }

  /// The coordinates of a state of an avatar.
  public static func coordinates(of state: AvatarState, avatar: Avatar) -> [Float] {
    var x = [Float](
      repeating: 0, count: StateCoordinates.correction + avatar.splats.codeLength)
    var span = x.mutableSpan
    StateCoordinates.write(state, reference: avatar.reference, into: &span)
    return x
  }

  /// Two values about one, a small step apart; coefficients stay in 0…1.
  private static func neighbours(of value: Float, _ i: Int) -> (Float, Float) {
    if i < StateCoordinates.gaze { return (max(value - 0.05, 0), min(value + 0.05, 1)) }
    let step: Float =
      i < StateCoordinates.head ? 0.03 : i < StateCoordinates.correction ? 0.005 : 0.1
    return (value - step, value + step)
  }

  private static func dot(_ a: [Float], _ b: [Float]) -> Double {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        var lanes = SIMD16<Float>.zero
        var k = 0
        while k + 16 <= a.count {
          lanes +=
            UnsafeRawPointer(a.baseAddress! + k).loadUnaligned(as: SIMD16<Float>.self)
            * UnsafeRawPointer(b.baseAddress! + k).loadUnaligned(as: SIMD16<Float>.self)
          k += 16
        }
        return Double(lanes.sum())
      }
    }
  }

  private static func samplesOf(
    _ x: [Float], _ renderer: AvatarRenderer, _ camera: PinholeCamera
  ) -> [Float] {
    var state = AvatarState(
      face: FaceState(), cameraFromTorso: .identity,
      correction: [Float](repeating: 0, count: x.count - StateCoordinates.correction))
    StateCoordinates.read(x.span, reference: renderer.avatar.reference, into: &state)
    let image = renderer.draw(state, camera: camera)
    // Padding adds samples that never change.
    let grey: Float = 0.5, plane = image.planeStride
    var result = [Float](repeating: 0, count: 3 * plane)
    for c in 0..<3 {
      for k in 0..<plane {
        result[c * plane + k] = image.pointer[c * plane + k] + grey * image.pointer[3 * plane + k]
      }
    }
    return result
  }
}
