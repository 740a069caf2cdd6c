public import AvatarModel
import FaceRig
public import GaussianSplats
public import Geometry

/// How much the picture of an avatar changes with each coordinate of its state.
public struct PictureSensitivity {
  private let avatar: Avatar
  private let camera: PinholeCamera
  private let workers: Workers
  private let renderer: AvatarRenderer
  /// Places in the picture's planes that are looked at, every fifth, scattered.
  private let pixels: [Int]
  private let count: Int
  /// `[count][3 · pixels]`.
  private var jacobian: [Float]

  /// Prepares to measure in the pictures that a camera sees.
  public init(
    avatar: Avatar, camera: PinholeCamera, workers: Workers,
    level: InstructionLevel = .best
  ) {
    self.avatar = avatar
    self.camera = camera
    self.workers = workers
    renderer = AvatarRenderer(
      avatar: avatar, maxWidth: camera.width, maxHeight: camera.height, workers: workers,
      level: level)
    count = StateCoordinates.correction + avatar.splats.codeLength
    let rowStride = (camera.width + 15) & ~15
    var random = SeededRandom(seed: 5)
    let places = (0..<camera.width * camera.height).filter { _ in random.index(5) == 0 }
    pixels = places.map { $0 / camera.width * rowStride + $0 % camera.width }
    jacobian = [Float](repeating: 0, count: count * 3 * pixels.count)
  }

  /// The mean over states of `JᵀJ ÷ samples`, `[n][n]`, J being the change of every sample (three
  /// colours a pixel, 0…1, over grey) with every coordinate: `δᵀ M δ` is the mean squared error that
  /// a small change δ makes.
  ///
  /// - Complexity: two drawings a coordinate and state; four bytes a coordinate and sample.
  public mutating func matrix(
    of states: [AvatarState], progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) rethrows -> [Double] {
    var sum = [Double](repeating: 0, count: count * count)
    for (s, state) in states.enumerated() {
      measure(state)
      addProducts(to: &sum, share: 1 / Double(3 * pixels.count) / Double(states.count))
      try progress(s + 1, states.count)
    }
    return sum
  }

  /// The coordinates of a state of an avatar.
  public static func coordinates(of state: AvatarState, avatar: Avatar) -> [Float] {
    var x = [Float](repeating: 0, count: StateCoordinates.correction + avatar.splats.codeLength)
    var span = x.mutableSpan
    StateCoordinates.write(state, reference: avatar.reference, into: &span)
    return x
  }

  /// Fills the Jacobian by central differences.
  private mutating func measure(_ state: AvatarState) {
    var x = Self.coordinates(of: state, avatar: avatar)
    let length = 3 * pixels.count
    for i in 0..<count {
      let middle = x[i]
      let (lower, upper) = Self.neighbours(of: middle, i)
      x[i] = lower
      draw(x, into: i * length) { _, new in new }
      x[i] = upper
      let scale = 1 / (upper - lower)
      draw(x, into: i * length) { old, new in (new - old) * scale }
      x[i] = middle
    }
  }

  /// Draws coordinates and takes the samples that are looked at.
  private mutating func draw(
    _ x: [Float], into offset: Int, _ combine: (_ old: Float, _ new: Float) -> Float
  ) {
    var state = AvatarState(
      face: FaceState(), cameraFromTorso: .identity,
      correction: [Float](repeating: 0, count: x.count - StateCoordinates.correction))
    StateCoordinates.read(x.span, reference: avatar.reference, into: &state)
    let image = renderer.draw(state, camera: camera)
    let grey: Float = 0.5
    var at = offset
    for c in 0..<3 {
      let colour = image.plane(c), behind = image.plane(3)
      for p in pixels {
        jacobian[at] = combine(jacobian[at], colour[p] + grey * behind[p])
        at += 1
      }
    }
  }

  /// Adds JᵀJ, rows shared among the workers.
  private func addProducts(to sum: inout [Double], share: Double) {
    let n = count, length = 3 * pixels.count
    jacobian.withUnsafeBufferPointer { jacobian in
      sum.withUnsafeMutableBufferPointer { sum in
        // Safe because every job writes its own row and column.
        nonisolated(unsafe) let j = jacobian.baseAddress!, s = sum.baseAddress!
        workers.perform(n) { _, i in
          for k in 0...i {
            let product = Self.dot(j + i * length, j + k * length, length) * share
            s[i * n + k] += product
            if k != i { s[k * n + i] += product }
          }
        }
      }
    }
  }

  /// Two values about one, a small step apart; coefficients stay in 0…1.
  private static func neighbours(of value: Float, _ i: Int) -> (Float, Float) {
    if i < StateCoordinates.gaze { return (max(value - 0.05, 0), min(value + 0.05, 1)) }
    let step: Float =
      i < StateCoordinates.head ? 0.03 : i < StateCoordinates.correction ? 0.005 : 0.1
    return (value - step, value + step)
  }

  private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ n: Int) -> Double
  {
    var lanes = SIMD16<Float>.zero
    var k = 0
    while k + 16 <= n {
      lanes +=
        UnsafeRawPointer(a + k).loadUnaligned(as: SIMD16<Float>.self)
        * UnsafeRawPointer(b + k).loadUnaligned(as: SIMD16<Float>.self)
      k += 16
    }
    var sum = Double(lanes.sum())
    while k < n {
      sum += Double(a[k] * b[k])
      k += 1
    }
    return sum
  }
}
