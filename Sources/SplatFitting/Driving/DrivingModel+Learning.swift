public import AvatarModel
import FaceRig
public import GaussianSplats
public import Geometry

extension DrivingModel {
  /// Learns the mean normal matrix of frames by central differences: each unknown is moved either
  /// way, the rendering's residuals are differenced, and JᵀJ is added up.
  ///
  /// - Parameters:
  ///   - avatar: the fitted avatar.
  ///   - samples: states that the fit found, and their reduced pictures.
  ///   - corrections: the fit's corrections of all frames, for their range.
  /// - Complexity: 2 · (code length + 16) renderings a sample.
  public static func learn(
    avatar: Avatar, samples: [(state: AvatarState, picture: DrivingPicture)],
    corrections: [[Float]], pixelsPerCentimetre: Float, workers: Workers,
    level: InstructionLevel = .best
  ) -> DrivingModel {
    let length = avatar.splats.codeLength
    let n = length + poseUnknowns
    let splats = FittedSplats(model: avatar.splats, template: avatar.template, level: level)
    let poser = AvatarPoser(
      template: avatar.template, headShare: avatar.headShare, splats: avatar.splats, level: level)
    let rasterizer = Rasterizer(
      capacity: avatar.splats.count, maxWidth: 256, maxHeight: 256, workers: workers, level: level)
    let buffer = SplatBuffer(count: avatar.splats.count)
    let cost = PhotometricCost()
    var matrix = [Float](repeating: 0, count: n * n)

    func residuals(_ state: AvatarState, _ picture: DrivingPicture) -> [Float] {
      poser.prepare(state, code: avatar.code(of: state))
      splats.pose(poser, into: buffer, workers: workers)
      rasterizer.forward(buffer, camera: picture.camera)
      return cost.residuals(rasterizer.image, picture.planes)
    }
    for (state, picture) in samples {
      var columns: [[Float]] = []
      for k in 0..<n {
        let size = stepSize(k, length)
        let above = residuals(moved(state, unknown: k, by: size, length: length), picture)
        let below = residuals(moved(state, unknown: k, by: -size, length: length), picture)
        columns.append(zip(above, below).map { ($0 - $1) / (2 * size) })
      }
      for i in 0..<n {
        for j in 0...i {
          var sum: Float = 0
          columns[i].withUnsafeBufferPointer { a in
            columns[j].withUnsafeBufferPointer { b in sum = dot(a, b) }
          }
          matrix[i * n + j] += sum / Float(samples.count)
        }
      }
    }
    for i in 0..<n { for j in 0..<i { matrix[j * n + i] = matrix[i * n + j] } }
    let range = (0..<length).map { k in
      corrections.reduce(Float(0)) { max($0, $1[k].magnitude) }
    }
    return DrivingModel(
      pixelsPerCentimetre: pixelsPerCentimetre, normalMatrix: matrix, correctionRange: range)
  }

  /// By how much an unknown is moved: codes, shifts in centimetres, angles in radians.
  private static func stepSize(_ k: Int, _ length: Int) -> Float {
    if k < length { return 0.2 }
    if k >= length + 12 { return 0.04 }
    return (k - length) % 6 < 3 ? 0.01 : 0.08
  }

  private static func dot(
    _ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>
  ) -> Float {
    var sum = SIMD8<Float>.zero
    var i = 0
    while i + 8 <= a.count {
      sum +=
        UnsafeRawPointer(a.baseAddress! + i).loadUnaligned(as: SIMD8<Float>.self)
        * UnsafeRawPointer(b.baseAddress! + i).loadUnaligned(as: SIMD8<Float>.self)
      i += 8
    }
    var total = sum.sum()
    while i < a.count {
      total += a[i] * b[i]
      i += 1
    }
    return total
  }

  private static func moved(
    _ state: AvatarState, unknown k: Int, by size: Float, length: Int
  ) -> AvatarState {
    var state = state
    if state.correction.count < length {
      state.correction += [Float](repeating: 0, count: length - state.correction.count)
    }
    if k < length {
      state.correction[k] += size
      return state
    }
    if k >= length + 12 {
      var angles: [Float] = [0, 0, 0, 0]
      angles[k - length - 12] = size
      state.face.turnEyes(by: angles)
      return state
    }
    let axis = (k - length) % 3
    var v = Vector3.zero
    v[axis] = size
    let isTurn = (k - length) % 6 < 3
    let turn = isTurn ? v : .zero, shift = isTurn ? .zero : v
    if k < length + 6 {
      state.face.cameraFromHead = state.face.cameraFromHead.adjusted(
        rotationVector: turn, translation: shift)
    } else {
      state.cameraFromTorso = state.cameraFromTorso.adjusted(
        rotationVector: turn, translation: shift)
    }
    return state
  }
}
