import FaceRig
import Geometry
import Testing

@testable import TemplateBuilder

struct TemplateBuilderTests {
  @Test func `eigenvectors of a symmetric matrix reproduce it`() {
    let n = 12
    var random = RandomSource(seed: 1)
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0...i {
        matrix[i * n + j] = Double(random.normal())
        matrix[j * n + i] = matrix[i * n + j]
      }
    }
    let (values, vectors) = SymmetricEigen.solve(matrix, count: n)
    #expect(values == values.sorted(by: >))
    for i in 0..<n {
      for j in 0..<n {
        var sum = 0.0
        for k in 0..<n { sum += values[k] * vectors[k * n + i] * vectors[k * n + j] }
        #expect(abs(sum - matrix[i * n + j]) < 1e-9)
      }
    }
  }

  @Test func `conjugate gradients solve`() {
    var system = SparseSystem(count: 50)
    for i in 0..<49 { system.join(i, i + 1, by: 1 + Double(i % 3)) }
    for i in 0..<50 { system.diagonal[i] += 0.1 }
    system.finish()
    let right = (0..<50).map { Double($0 % 5) }
    let x = system.solve(right, start: right, tolerance: 1e-10)
    for (a, b) in zip(system.apply(x), right) { #expect(abs(a - b) < 1e-7) }
  }

  @Test func `similarity undoes a turn, a scale and a shift`() {
    var random = RandomSource(seed: 2)
    let shape = (0..<30).map { _ in Vector3(random.normal(), random.normal(), random.normal()) }
    let turn = Matrix3(rotationVector: [0.3, -0.9, 0.4])
    let moved = shape.map { turn * $0 * 1.7 + Vector3(4, 5, -6) }
    let back = Similarity.align(moved, to: shape, anchors: Array(0..<30))
    for (a, b) in zip(back, shape) { #expect((a - b).length < 1e-4) }
  }

  @Test func `a sphere goes through its points`() {
    let ball = Eyeball(radius: 1.4)
    let white = ball.positions[ball.equator.lowerBound...].map { $0 + Vector3(1, 2, 3) }
    let (center, radius) = Eyeball.sphere(through: white)
    #expect((center - Vector3(1, 2, 3)).length < 1e-4 && (radius - 1.4).magnitude < 1e-4)
    let (shift, growth) = Eyeball.motion(
      of: white.map { ($0 - Vector3(1, 2, 3)) * 0.1 + Vector3(0, 1, 0) },
      normals: white.map { ($0 - Vector3(1, 2, 3)).normalized })
    #expect((shift - Vector3(0, 1, 0)).length < 1e-4 && (growth - 0.14).magnitude < 1e-4)
  }

  @Test func `the eyeball is closed and faces outward`() {
    let ball = Eyeball(radius: 1.4)
    var directed: Set<SIMD2<Int32>> = []
    for t in ball.triangles {
      for k in 0..<3 { directed.insert(SIMD2(t[k], t[(k + 1) % 3])) }
      let p = (0..<3).map { ball.positions[Int(t[$0])] }
      #expect((p[1] - p[0]).cross(p[2] - p[0]).dot(p[0] + p[1] + p[2]) > 0)
    }
    #expect(directed.count == 3 * ball.triangles.count)
    #expect(directed.allSatisfy { directed.contains(SIMD2($0.y, $0.x)) })
  }

  @Test func `random numbers have the promised moments`() {
    var random = RandomSource(seed: 4)
    var (sum, squares, low): (Float, Float, Int) = (0, 0, 0)
    for _ in 0..<20_000 {
      let x = random.normal()
      sum += x
      squares += x * x
      if random.arcsine() < 0.25 { low += 1 }
      let m = random.mixture()
      #expect((m.x + m.y + m.z - 1).magnitude < 1e-5)
    }
    #expect((sum / 20_000).magnitude < 0.03 && (squares / 20_000 - 1).magnitude < 0.04)
    // The arcsine law has a third of its mass below a quarter.
    #expect(abs(Double(low) / 20_000 - 1.0 / 3) < 0.02)
  }

  @Test func `a missing folder is named`() {
    #expect(throws: TemplateBuildError.unreadable(path: "/nowhere/mpfb2/3dobjs/base.obj")) {
      try TemplateBuilder.build(from: "/nowhere")
    }
  }
}
