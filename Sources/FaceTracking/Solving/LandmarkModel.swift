internal import FaceRig
public import Geometry

/// The template seen through its landmarks: where each lies on the mean face, and how identity and
/// expression move it.
///
/// Head frame, centimetres. Bases are stored by landmark, eight lanes at a time, so that a
/// landmark's Jacobian is a handful of vector operations.
public struct LandmarkModel: Sendable {
  /// One landmark of the mean face.
  public struct Point: Sendable {
    /// Its position with the detector's mean offset.
    public var position: Vector3
    /// The outward unit normal there.
    public var normal: Vector3
    /// How much its distance counts.
    public var weight: Float
    /// Lids and lips are trusted even when they turn away from the camera.
    public var isContour: Bool
    /// The face's outline, where detectors and surfaces agree least.
    public var isOutline: Bool
    /// The standard deviation of its offset between people; centimetres.
    public var biasSpread: Float

    /// Makes a landmark from its parts.
    public init(
      position: Vector3, normal: Vector3, weight: Float, isContour: Bool, isOutline: Bool,
      biasSpread: Float
    ) {
      self.position = position
      self.normal = normal
      self.weight = weight
      self.isContour = isContour
      self.isOutline = isOutline
      self.biasSpread = biasSpread
    }
  }

  /// One eyeball of the mean face.
  public struct Eye: Sendable {
    /// The point it turns about.
    public var center: Vector3
    /// How each identity mode moves the centre.
    public var centerModes: [Vector3]
    /// From the centre to the plane of the iris.
    public var irisDistance: Float

    /// Makes an eye from its parts.
    public init(center: Vector3, centerModes: [Vector3], irisDistance: Float) {
      self.center = center
      self.centerModes = centerModes
      self.irisDistance = irisDistance
    }
  }

  /// The landmarks of the mean face.
  public let points: [Point]
  /// How many numbers describe a person.
  public let identityModeCount: Int
  /// The eyeballs of the person's left and right.
  public let leftEye, rightEye: Eye

  /// Blocks of eight lanes an identity row, with room for the focal length and the residual.
  let identityBlockCount: Int
  /// `[landmark][axis][block]`: displacement for one standard deviation of each mode.
  let identity: [SIMD8<Float>]
  /// `[landmark][axis][block]`: displacement for each column at 1; see ``SolverColumns``.
  let expression: [SIMD8<Float>]
  /// The blocks of ``expression`` in which a landmark moves at all, with those of the pose.
  let activeBlocks: [UInt8]
  /// Landmarks with like ``activeBlocks`` after each other.
  let order: [Int32]
  /// Runs of ``order`` that are accumulated together: start, end, union of blocks.
  let chunks: [(start: Int, end: Int, blocks: UInt8)]

  /// How many landmarks there are.
  public var count: Int { points.count }

  /// Makes a model from its parts.
  ///
  /// - Parameters:
  ///   - points: The landmarks of the mean face.
  ///   - identityModes: `[mode][landmark]`, centimetres for one standard deviation.
  ///   - expressionDeltas: `[channel][landmark]`, 52 channels, centimetres at 1.
  ///   - leftEye: The person's left eyeball.
  ///   - rightEye: The person's right eyeball.
  /// - Precondition: Arrays have the sizes said; there are more than 402 landmarks.
  public init(
    points: [Point], identityModes: [Vector3], expressionDeltas: [Vector3], leftEye: Eye,
    rightEye: Eye
  ) {
    let n = points.count
    precondition(n > 402 && identityModes.count % n == 0)
    precondition(expressionDeltas.count == ExpressionChannel.count * n)
    let modes = identityModes.count / n
    precondition(leftEye.centerModes.count == modes && rightEye.centerModes.count == modes)
    self.points = points
    self.leftEye = leftEye
    self.rightEye = rightEye
    identityModeCount = modes
    identityBlockCount = (modes + 2 + 7) / 8

    var identity = [SIMD8<Float>](repeating: .zero, count: n * 3 * identityBlockCount)
    var expression = [SIMD8<Float>](
      repeating: .zero, count: n * 3 * SolverColumns.blockCount)
    var active = [UInt8](repeating: SolverColumns.poseBlocks, count: n)
    for landmark in 0..<n {
      for axis in 0..<3 {
        let row = landmark * 3 + axis
        for mode in 0..<modes {
          identity[row * identityBlockCount + mode / 8][mode % 8] =
            identityModes[mode * n + landmark][axis]
        }
        for column in 0..<ExpressionChannel.count {
          let delta = expressionDeltas[SolverColumns.channels[column].rawValue * n + landmark][axis]
          expression[row * SolverColumns.blockCount + column / 8][column % 8] = delta
          // A hundredth of a millimetre is far below what can be seen.
          if delta.magnitude > 1e-3 { active[landmark] |= 1 << UInt8(column / 8) }
        }
      }
    }
    self.identity = identity
    self.expression = expression
    activeBlocks = active

    let order = (0..<n).sorted {
      active[$0] == active[$1] ? $0 < $1 : active[$0] < active[$1]
    }
    var chunks: [(start: Int, end: Int, blocks: UInt8)] = []
    var start = 0
    for i in 1...n {
      let ends = i == n || i - start == Self.chunkSize || active[order[i]] != active[order[start]]
      if ends {
        chunks.append((start, i, active[order[start]]))
        start = i
      }
    }
    self.order = order.map(Int32.init)
    self.chunks = chunks
  }

  /// Landmarks accumulated at once: their rows stay in the first cache.
  static var chunkSize: Int { 32 }

  /// The neutral landmarks of a person.
  ///
  /// Complexity: O(landmarks × modes).
  func neutral(identity coefficients: [Float], bias: [Vector3]) -> [Vector3] {
    var packed = [SIMD8<Float>](repeating: .zero, count: identityBlockCount)
    for mode in 0..<min(coefficients.count, identityModeCount) {
      packed[mode / 8][mode % 8] = coefficients[mode]
    }
    var neutral = [Vector3](repeating: .zero, count: points.count)
    for landmark in 0..<points.count {
      var sums = Vector3.zero
      for axis in 0..<3 {
        var sum = SIMD8<Float>.zero
        let row = (landmark * 3 + axis) * identityBlockCount
        for block in 0..<identityBlockCount { sum += identity[row + block] * packed[block] }
        sums[axis] = sum.sum()
      }
      neutral[landmark] = points[landmark].position + sums
      if !bias.isEmpty { neutral[landmark] += bias[landmark] }
    }
    return neutral
  }
}
