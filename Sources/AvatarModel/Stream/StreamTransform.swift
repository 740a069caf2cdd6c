public import Geometry

/// How a state's coordinates become the components that are coded, and back.
///
/// The columns of the basis are directions of change; `x = mean + basis · components`. They are
/// chosen so that an equal step along any of them changes the avatar's picture by an equal error,
/// and that movements along them are as independent as can be (a Karhunen–Loève transform in the
/// metric of the picture). A person's avatar holds their own; ``generic`` serves everybody else.
public struct StreamTransform: Sendable, Equatable {
  /// Components, and coordinates: ``StateCoordinates/correction`` and the correction's length.
  public let count: Int
  /// The pose from which turns are counted, camera from head.
  public let reference: RigidTransform
  /// `[count]`: the coordinates of zero.
  public let mean: [Float]
  /// `[component][coordinate]`: the basis, a column after the other.
  public let basis: [Float]
  /// `[count]`: how far a component typically moves from a state to the next.
  public let incrementScale: [Float]
  /// `[count]`: how far a component typically is from zero.
  public let levelScale: [Float]

  /// The largest number of components.
  public static let largestCount = StateCoordinates.correction + 128

  /// Makes a transform whose basis is kept in 16 bits a number, as its file has it.
  ///
  /// - Precondition: sizes agree and all numbers are finite and below 10⁶.
  public init(
    reference: RigidTransform, mean: [Float], basis: [Float], incrementScale: [Float],
    levelScale: [Float]
  ) {
    let n = mean.count
    precondition(n >= StateCoordinates.correction && n <= Self.largestCount)
    precondition(basis.count == n * n && incrementScale.count == n && levelScale.count == n)
    count = n
    self.reference = reference
    self.mean = mean
    self.incrementScale = incrementScale
    self.levelScale = levelScale
    var rounded = basis
    for k in 0..<n {
      let scale = Self.columnScale(basis, n, k)
      for i in 0..<n { rounded[k * n + i] = Float(Self.short(basis[k * n + i], scale)) * scale }
    }
    self.basis = rounded
  }

  /// Makes a transform of exact parts, as a file has them.
  init(
    exactly reference: RigidTransform, mean: [Float], basis: [Float], incrementScale: [Float],
    levelScale: [Float]
  ) {
    count = mean.count
    self.reference = reference
    self.mean = mean
    self.basis = basis
    self.incrementScale = incrementScale
    self.levelScale = levelScale
  }

  /// What one unit of a column's 16-bit numbers stands for: a power of two.
  static func columnScale(_ basis: [Float], _ n: Int, _ k: Int) -> Float {
    var largest: Float = 1e-9
    for i in 0..<n { largest = max(largest, basis[k * n + i].magnitude) }
    var scale: Float = 1
    while scale * 32767 < largest { scale *= 2 }
    while scale * 16383 > largest { scale *= 0.5 }
    return scale
  }

  static func short(_ v: Float, _ scale: Float) -> Int16 {
    Int16(min(max((v / scale).rounded(.toNearestOrEven), -32767), 32767))
  }
}
