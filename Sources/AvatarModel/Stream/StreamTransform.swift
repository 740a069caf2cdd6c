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

  /// What each coordinate's numbers in ``columns`` stand for.
  let units: [Float]
  /// The basis in units, and the scales in eighths of an octave above 2⁻²⁵.
  let columns: [Int8]
  let incrementOctaves, levelOctaves: [UInt8]

  /// The largest number of components.
  public static let largestCount = StateCoordinates.correction + 128

  /// Makes a transform with its numbers rounded as its file has them: the basis to 8 bits and a unit a
  /// coordinate, the scales to an eighth of an octave.
  ///
  /// Senders invert the rounded basis, so rounding costs no likeness, and next to no bits.
  ///
  /// - Precondition: sizes agree and all numbers are finite and below 10⁶.
  public init(
    reference: RigidTransform, mean: [Float], basis: [Float], incrementScale: [Float],
    levelScale: [Float]
  ) {
    let n = mean.count
    precondition(n >= StateCoordinates.correction && n <= Self.largestCount)
    precondition(basis.count == n * n && incrementScale.count == n && levelScale.count == n)
    var units = [Float](repeating: 1e-9, count: n)
    for k in 0..<n {
      for i in 0..<n { units[i] = max(units[i], basis[k * n + i].magnitude / 127) }
    }
    self.init(
      reference: reference, mean: mean, units: units,
      columns: basis.indices.map { at in
        Int8((basis[at] / units[at % n]).rounded(.toNearestOrEven))
      },
      incrementOctaves: incrementScale.map(Self.octaves),
      levelOctaves: levelScale.map(Self.octaves))
  }

  /// Makes a transform of its file's numbers.
  init(
    reference: RigidTransform, mean: [Float], units: [Float], columns: [Int8],
    incrementOctaves: [UInt8], levelOctaves: [UInt8]
  ) {
    count = mean.count
    self.reference = reference
    self.mean = mean
    self.units = units
    self.columns = columns
    self.incrementOctaves = incrementOctaves
    self.levelOctaves = levelOctaves
    let n = mean.count
    basis = columns.indices.map { Float(columns[$0]) * units[$0 % n] }
    incrementScale = incrementOctaves.map(Self.scale)
    levelScale = levelOctaves.map(Self.scale)
  }

  /// Eighths of an octave above 2⁻²⁵.
  private static func octaves(_ scale: Float) -> UInt8 {
    let octaves = ElementaryFunctions.log(max(scale, 1e-9)) * 1.4426950 + 25
    return UInt8(min(max((octaves * 8).rounded(.toNearestOrEven), 0), 255))
  }

  private static func scale(_ octaves: UInt8) -> Float {
    ElementaryFunctions.exp((Float(octaves) / 8 - 25) * 0.69314718)
  }
}
