public import AvatarModel
public import Geometry

extension StreamTransform {
  /// Learns a transform from how a person moved and how much each movement shows.
  ///
  /// With M the picture's sensitivity (``PictureSensitivity``) and Σ the covariance of movements from
  /// a state to the next, the basis is `R⁻¹ U`, where R is the root of M and U has the eigenvectors of
  /// `R Σ R`: components whose equal steps are equally visible, and whose movements are uncorrelated.
  /// Coefficients count a little by themselves, so that other avatars can be driven too.
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
    let moves = runs.flatMap { run in
      zip(run.dropFirst(), run).map { later, earlier in zip(later, earlier).map { $0 - $1 } }
    }
    let mean = (0..<n).map { i in
      states.reduce(Float(0)) { $0 + $1[i] } / Float(max(states.count, 1))
    }
    var metric = sensitivity
    for i in 0..<n { metric[i * n + i] += ownWeight(i) }
    let (values, vectors) = SymmetricEigen.decompose(metric, n: n)
    let root = power(values, vectors, n) { max($0, 1e-12).squareRoot() }
    let inverseRoot = power(values, vectors, n) { 1 / max($0, 1e-12).squareRoot() }
    // Rows of `weighed` are movements in the metric: equal lengths are equally visible.
    let weighed = moves.map { move in
      (0..<n).map { i in (0..<n).reduce(0.0) { $0 + root[i * n + $1] * Double(move[$1]) } }
    }
    var covariance = [Double](repeating: 0, count: n * n)
    for row in weighed {
      for i in 0..<n { for j in 0...i { covariance[i * n + j] += row[i] * row[j] } }
    }
    let trace = (0..<n).reduce(0.0) { $0 + covariance[$1 * n + $1] }
    for i in 0..<n {
      covariance[i * n + i] += 1e-4 * trace / Double(n) + 1e-12
      for j in 0..<i { covariance[j * n + i] = covariance[i * n + j] }
    }
    let (_, directions) = SymmetricEigen.decompose(covariance, n: n)
    var basis = [Float](repeating: 0, count: n * n)
    for k in 0..<n {
      for i in 0..<n {
        basis[k * n + i] = Float(
          (0..<n).reduce(0.0) { $0 + inverseRoot[i * n + $1] * directions[k * n + $1] })
      }
    }
    func scale(_ rows: [[Double]], _ k: Int) -> Float {
      let sum = rows.reduce(0.0) { sum, row in
        let y = (0..<n).reduce(0.0) { $0 + directions[k * n + $1] * row[$1] }
        return sum + y.magnitude
      }
      return Float(sum / Double(max(rows.count, 1))) + 1e-6
    }
    let levels = states.map { x in
      (0..<n).map { i in
        (0..<n).reduce(0.0) { $0 + root[i * n + $1] * Double(x[$1] - mean[$1]) }
      }
    }
    return StreamTransform(
      reference: reference, mean: mean, basis: basis,
      incrementScale: (0..<n).map { scale(weighed, $0) },
      levelScale: (0..<n).map { scale(levels, $0) })
  }

  /// What a squared change of a coordinate counts beside what it shows, in squared samples.
  private static func ownWeight(_ i: Int) -> Double {
    if i < StateCoordinates.head { return 1e-5 }
    return i < StateCoordinates.correction ? 1e-4 : 3e-7
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
