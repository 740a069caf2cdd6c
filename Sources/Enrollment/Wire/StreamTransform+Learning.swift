public import AvatarModel
public import Geometry

extension StreamTransform {
  /// Learns a transform from how a person moved and how much each movement shows.
  ///
  /// With M the picture's sensitivity (``PictureSensitivity``) and Σ the covariance of movements, the
  /// basis is `R⁻¹ U`, where R is the root of M and U has the eigenvectors of `R Σ R`: components whose
  /// equal steps are equally visible, and whose movements are uncorrelated. The torso has
  /// components of its own, the last ones, so that it can be told what it costs; by itself that costs
  /// nothing. Coefficients count a little by themselves, so that other avatars can be driven too, and
  /// because large errors that cancel in the linear picture do not cancel in the real one.
  ///
  /// - Parameters:
  ///   - sensitivity: `[n][n]`, as from ``PictureSensitivity/matrix(of:states:camera:workers:progress:)``.
  ///   - runs: coordinates of states that follow one another, one list a run.
  ///   - reference: the pose from which turns are counted.
  public static func learn(
    sensitivity: [Double], runs: [[[Float]]], reference: RigidTransform
  ) -> StreamTransform {
    let n = runs.first?.first?.count ?? StateCoordinates.correction
    let states = runs.flatMap { $0 }
    let mean = (0..<n).map { i in
      states.reduce(Float(0)) { $0 + $1[i] } / Float(max(states.count, 1))
    }
    let torso = Array(StateCoordinates.torso..<StateCoordinates.correction)
    let face = Array(0..<StateCoordinates.torso) + Array(StateCoordinates.correction..<n)
    var basis: [Float] = [], increments: [Float] = [], levels: [Float] = []
    for block in [face, torso] {
      let part = ComponentBlock(
        coordinates: block, sensitivity: sensitivity, runs: runs, ownWeight: ownWeight)
      basis += part.columns(of: n)
      increments += part.scales(of: runs.flatMap { part.movements(in: $0, apart: 1) })
      levels += part.scales(
        of: states.map { x in block.map { Double(x[$0] - mean[$0]) } })
    }
    return StreamTransform(
      reference: reference, mean: mean, basis: basis, incrementScale: increments,
      levelScale: levels)
  }

  /// What a squared change of a coordinate counts beside what it shows, in squared samples.
  private static func ownWeight(_ i: Int) -> Double {
    if i < StateCoordinates.gaze { return 1e-4 }
    if i < StateCoordinates.head { return 1e-5 }
    return i < StateCoordinates.correction ? 1e-4 : 3e-7
  }
}

/// The components of some of the coordinates.
private struct ComponentBlock {
  /// Which coordinates.
  let coordinates: [Int]
  /// Square matrices of as many rows: the metric's root, the root's inverse, and, by rows, the directions.
  private let root, inverseRoot, directions: [Double]

  /// How far apart the states are whose differences count as movements: slow ones are learnt too.
  private static let distances = [1, 2, 4, 8]
  /// By how much correlations are believed to be less than those in the runs: 0.06 to 0.1 made unseen
  /// movements 3 % cheaper, 0.2 nothing.
  private static let shrinkage = 0.08

  init(
    coordinates: [Int], sensitivity: [Double], runs: [[[Float]]],
    ownWeight: (Int) -> Double
  ) {
    self.coordinates = coordinates
    let m = coordinates.count
    let n = runs.first?.first?.count ?? m
    var metric = coordinates.flatMap { i in coordinates.map { sensitivity[i * n + $0] } }
    for (k, i) in coordinates.enumerated() { metric[k * m + k] += ownWeight(i) }
    let (values, vectors) = SymmetricEigen.decompose(metric, n: m)
    root = Self.power(values, vectors, m) { max($0, 1e-12).squareRoot() }
    inverseRoot = Self.power(values, vectors, m) { 1 / max($0, 1e-12).squareRoot() }
    var covariance = [Double](repeating: 0, count: m * m)
    for run in runs {
      for distance in Self.distances {
        for move in Self.movements(in: run, of: coordinates, apart: distance) {
          for i in 0..<m { for j in 0..<m { covariance[i * m + j] += move[i] * move[j] } }
        }
      }
    }
    for i in 0..<m { for j in 0..<m where i != j { covariance[i * m + j] *= 1 - Self.shrinkage } }
    let weighed = Self.product(Self.product(root, covariance, m), root, m)
    directions = SymmetricEigen.decompose(weighed, n: m).vectors
  }

  /// Differences of states of a run that are so many states apart.
  func movements(in run: [[Float]], apart distance: Int) -> [[Double]] {
    Self.movements(in: run, of: coordinates, apart: distance)
  }

  private static func movements(
    in run: [[Float]], of coordinates: [Int], apart distance: Int
  ) -> [[Double]] {
    zip(run.dropFirst(distance), run).map { later, earlier in
      coordinates.map { Double(later[$0] - earlier[$0]) }
    }
  }

  /// Columns of a basis of `n` coordinates.
  func columns(of n: Int) -> [Float] {
    let m = coordinates.count
    var columns = [Float](repeating: 0, count: m * n)
    for k in 0..<m {
      for (row, i) in coordinates.enumerated() {
        columns[k * n + i] = Float(
          (0..<m).reduce(0.0) { $0 + inverseRoot[row * m + $1] * directions[k * m + $1] })
      }
    }
    return columns
  }

  /// The mean size of every component of some vectors of the coordinates.
  func scales(of vectors: [[Double]]) -> [Float] {
    var sums = [Double](repeating: 0, count: coordinates.count)
    for vector in vectors {
      let components = Self.product(directions, Self.product(root, vector))
      for k in sums.indices { sums[k] += components[k].magnitude }
    }
    return sums.map { Float($0 / Double(max(vectors.count, 1))) + 1e-6 }
  }

  private static func product(_ a: [Double], _ b: [Double], _ m: Int) -> [Double] {
    var result = [Double](repeating: 0, count: m * m)
    for i in 0..<m {
      for k in 0..<m {
        let factor = a[i * m + k]
        for j in 0..<m { result[i * m + j] += factor * b[k * m + j] }
      }
    }
    return result
  }

  private static func product(_ matrix: [Double], _ v: [Double]) -> [Double] {
    let m = v.count
    return (0..<m).map { i in
      var sum = 0.0
      for j in 0..<m { sum += matrix[i * m + j] * v[j] }
      return sum
    }
  }

  /// A function of a symmetric matrix, by its eigenvalues.
  private static func power(
    _ values: [Double], _ vectors: [Double], _ n: Int, _ f: (Double) -> Double
  ) -> [Double] {
    var result = [Double](repeating: 0, count: n * n)
    for k in 0..<n {
      let v = f(values[k])
      for i in 0..<n {
        let a = v * vectors[k * n + i]
        for j in 0..<n { result[i * n + j] += a * vectors[k * n + j] }
      }
    }
    return result
  }
}
