import FaceRig
import Geometry
import Testing

@testable import FaceTracking

/// The solver's algebra against slow twins.
@Suite struct SolvingEquationsTests {
  typealias Face = SolvingTestFace

  struct Setup {
    var scene: SolvingScene
    var unknowns: FrameUnknowns
    var observed: [SIMD2<Float>]
    var sigma: Float
  }

  static func setup(seed: UInt64) -> Setup {
    var random = Face.Random(state: seed)
    let identity = Face.someIdentity(&random)
    var truth = FrameUnknowns(cameraFromHead: Face.pose(yaw: 0.3, pitch: -0.1, roll: 0.05))
    truth.expression = Face.someExpression(&random)
    let seen = Face.observe(identity, truth, focalLength: 900, noise: 2, random: &random)
    var guess = truth
    guess.cameraFromHead = guess.cameraFromHead.adjusted(
      rotationVector: [0.02, -0.03, 0.01], translation: [0.2, 0.1, -1])
    for column in 0..<52 { guess.expression[column] = 0.05 + 0.8 * guess.expression[column] }
    let scene = Face.solved(identity, focalLength: 900).scene(Face.model, center: [320, 240])
    return Setup(
      scene: scene, unknowns: guess, observed: seen.landmarks,
      sigma: scene.sigma(guess.cameraFromHead))
  }

  /// Residuals after a small change of one column.
  static func residuals(_ s: Setup, column: Int, by h: Float) -> [SIMD2<Float>] {
    var unknowns = s.unknowns
    switch column {
    case 0..<52: unknowns.expression[column] += h
    case 52..<55:
      var w = Vector3.zero
      w[column - 52] = h
      unknowns.cameraFromHead.rotation =
        Matrix3(rotationVector: w) * unknowns.cameraFromHead.rotation
    default: unknowns.cameraFromHead.translation[column - 55] += h
    }
    var linearizer = FrameLinearizer(landmarkCount: Face.model.count)
    linearizer.project(Face.model, s.scene, s.observed, unknowns, sigma: s.sigma)
    return linearizer.residuals
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func normalEquationsAgreeWithFiniteDifferences(seed: UInt64) {
    let s = Self.setup(seed: seed)
    var linearizer = FrameLinearizer(landmarkCount: Face.model.count)
    var equations = NormalEquations()
    linearizer.project(Face.model, s.scene, s.observed, s.unknowns, sigma: s.sigma)
    linearizer.accumulate(Face.model, sigma: s.sigma, into: &equations)

    // Rows of the Jacobian by central differences, gaps after landmarks.
    var columns: [[Double]] = []
    for column in 0..<58 {
      let h: Float = column >= 55 ? 0.05 : 5e-3
      let up = Self.residuals(s, column: column, by: h)
      let down = Self.residuals(s, column: column, by: -h)
      let slopes = zip(up, down).map { -($0 - $1) / (2 * h) }
      columns.append(Self.rows(slopes, linearizer, s.sigma))
    }
    columns.append(Self.rows(linearizer.residuals, linearizer, s.sigma))
    for i in 0..<58 {
      for j in [i, (i * 7 + 3) % 58, 58] {
        let expected = zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 }
        let scale =
          (zip(columns[i], columns[i]).reduce(0) { $0 + $1.0 * $1.1 }
          * zip(columns[j], columns[j]).reduce(0) { $0 + $1.0 * $1.1 }).squareRoot()
        let actual = Double(equations[i, j])
        #expect(abs(actual - expected) < 4e-3 * scale + 1e-3, "\(i) \(j)")
        if j < 58 { #expect(equations[i, j] == equations[j, i] || i / 8 == j / 8) }
      }
    }
  }

  static func rows(
    _ values: [SIMD2<Float>], _ linearizer: FrameLinearizer, _ sigma: Float
  ) -> [Double] {
    var rows: [Double] = []
    for (n, v) in values.enumerated() {
      let scale = linearizer.weights[n].squareRoot() / sigma
      rows += [Double(v.x * scale), Double(v.y * scale)]
    }
    for gap in LandmarkIndex.gaps {
      let scale = linearizer.gapScale(gap.upper, gap.lower, gap.weight, sigma)
      let v = (values[gap.upper] - values[gap.lower]) * scale
      rows += [Double(v.x), Double(v.y)]
    }
    return rows
  }

  @Test func eliminatedFramesGiveTheStepOfTheWholeSystem() {
    let model = Face.model
    let shared = Face.modeCount + 1
    let own = 58
    let setups = [Self.setup(seed: 11), Self.setup(seed: 12)]
    let size = own * setups.count + shared
    var a = [Double](repeating: 0, count: size * size)
    var b = [Double](repeating: 0, count: size)
    var equations = SharedEquations(model)
    var frames: [SharedEquations.EliminatedFrame] = []
    for (k, s) in setups.enumerated() {
      var linearizer = FrameLinearizer(landmarkCount: model.count)
      var normal = NormalEquations()
      linearizer.project(model, s.scene, s.observed, s.unknowns, sigma: s.sigma)
      // Away from its bounds, every column takes part.
      var keyframe = Keyframe(index: k, unknowns: s.unknowns, sigma: s.sigma)
      for c in 0..<52 { keyframe.unknowns.expression[c] = min(s.unknowns.expression[c], 0.9) }
      let (diagonal, gradient) = keyframe.prior(ExpressionPrior())
      frames.append(
        equations.add(
          model, &linearizer, sigma: s.sigma, equations: &normal, priorDiagonal: diagonal,
          priorGradient: gradient, unknowns: keyframe.unknowns))
      // The dense twin: rows by finite differences for the frame, by definition for the rest.
      var columns: [[Double]] = []
      for column in 0..<own {
        let h: Float = column >= 55 ? 0.05 : 5e-3
        let up = Self.residuals(s, column: column, by: h)
        let down = Self.residuals(s, column: column, by: -h)
        columns.append(
          Self.rows(zip(up, down).map { -($0 - $1) / (2 * h) }, linearizer, s.sigma))
      }
      for mode in 0..<shared {
        columns.append(Self.rows(Self.sharedSlopes(s, mode: mode), linearizer, s.sigma))
      }
      let residual = Self.rows(linearizer.residuals, linearizer, s.sigma)
      func place(_ i: Int) -> Int { i < own ? k * own + i : setups.count * own + i - own }
      for i in 0..<own + shared {
        for j in 0..<own + shared {
          a[place(i) * size + place(j)] += zip(columns[i], columns[j]).reduce(0) {
            $0 + $1.0 * $1.1
          }
        }
        b[place(i)] += zip(columns[i], residual).reduce(0) { $0 + $1.0 * $1.1 }
        if i < own {
          a[place(i) * size + place(i)] += Double(diagonal[i])
          b[place(i)] += Double(gradient[i])
        }
      }
    }
    let prior = [Float](repeating: 3, count: shared)
    for i in 0..<shared { a[(size - shared + i) * (size + 1)] += 3 }
    let expected = solvePositiveDefinite(&a, &b, count: size)
    let step = equations.solve(
      model, priorDiagonal: prior, priorGradient: [Float](repeating: 0, count: shared))
    for i in 0..<shared {
      #expect(abs(Double(step[i]) - expected[size - shared + i]) < 0.02, "shared \(i)")
    }
    for (k, frame) in frames.enumerated() {
      let ownStep = equations.ownStep(frame, shared: step)
      for i in 0..<55 {
        #expect(abs(Double(ownStep[i]) - expected[k * own + i]) < 0.02, "frame \(k) column \(i)")
      }
    }
  }

  /// How the picture changes with one identity mode or, last, with log focal length.
  static func sharedSlopes(_ s: Setup, mode: Int) -> [SIMD2<Float>] {
    func at(_ h: Float) -> [SIMD2<Float>] {
      var scene = s.scene
      if mode == Face.modeCount {
        scene.focalLength *= ElementaryFunctions.exp(h)
      } else {
        for n in 0..<Face.model.count {
          for axis in 0..<3 {
            let row = (n * 3 + axis) * Face.model.identityBlockCount
            scene.neutral[n][axis] += h * Face.model.identity[row + mode / 8][mode % 8]
          }
        }
      }
      var linearizer = FrameLinearizer(landmarkCount: Face.model.count)
      linearizer.project(Face.model, scene, s.observed, s.unknowns, sigma: s.sigma)
      return linearizer.residuals
    }
    let h: Float = 0.01
    return zip(at(h), at(-h)).map { -($0 - $1) / (2 * h) }
  }

  @Test(arguments: 1...12)
  func boundedSolutionsAreAsGoodAsProjectedGradients(seed: Int) {
    var random = Face.Random(state: UInt64(seed))
    var matrix = NormalEquations()
    // A Gram matrix of some rank, made definite as the priors do.
    let rank = 70
    let rows = (0..<rank).map { _ in (0..<58).map { _ in random.normal() } }
    for i in 0..<58 {
      for j in 0..<58 { matrix[i, j] = rows.reduce(0) { $0 + $1[i] * $1[j] } }
      matrix[i, i] += 2
    }
    var gradient = ColumnVector.zero
    var lower = ColumnVector(repeating: -1e9)
    var upper = ColumnVector(repeating: 1e9)
    for i in 0..<58 {
      gradient[i] = random.normal() * 40
      if i < 52 {
        let e = random.unit() < 0.5 ? 0 : random.unit()
        lower[i] = -e
        upper[i] = 1 - e
      }
    }
    var solver = BoundedLeastSquares()
    let x = solver.solve(
      matrix: matrix.matrix, gradient: gradient, lower: lower, upper: upper)

    var y = [Double](repeating: 0, count: 58)
    for _ in 0..<3000 {
      for i in 0..<58 {
        var sum = Double(gradient[i])
        for j in 0..<58 where j != i { sum -= Double(matrix[i, j]) * y[j] }
        y[i] = min(max(sum / Double(matrix[i, i]), Double(lower[i])), Double(upper[i]))
      }
    }
    func objective(_ v: (Int) -> Double) -> Double {
      var total = 0.0
      for i in 0..<58 {
        var product = 0.0
        for j in 0..<58 { product += Double(matrix[i, j]) * v(j) }
        total += v(i) * (0.5 * product - Double(gradient[i]))
      }
      return total
    }
    let found = objective { Double(x[$0]) }
    let reference = objective { y[$0] }
    #expect(found <= reference + 1e-3 * abs(reference))
    for i in 0..<58 { #expect(x[i] >= lower[i] && x[i] <= upper[i]) }
  }

  @Test func columnsAndChannelsAreInverse() {
    var expression = Expression()
    for i in 0..<52 { expression[i] = Float(i) / 52 }
    #expect(Expression(columns: expression.columns) == expression)
    #expect(Set(SolverColumns.channels).count == 52)
  }

  @Test func factorsOfThreeByThreeMatricesMultiplyBack() {
    let m = Matrix3([4, 1, 0.5], [1, 3, 0.2], [0.5, 0.2, 2])
    let l = m.choleskyFactor
    let p = l * l.transpose
    #expect((p.x - m.x).length + (p.y - m.y).length + (p.z - m.z).length < 1e-5)
    let v = l.forwardSubstituted([1, 2, 3])
    #expect((l * v - [1, 2, 3]).length < 1e-5)
    let inverse = m.symmetricInverse
    #expect(inverse != nil)
    if let inverse { #expect(((inverse * m).x - [1, 0, 0]).length < 1e-5) }
  }
}
