import AvatarModel
import GaussianSplats
import Geometry
import Testing

@testable import SplatFitting

/// The documentation of `updateSplats`, one number at a time in double precision.
private struct UpdateTwin {
  var base, moment, variance, basis, basisMoment: [Double]
  var codeGradient: [Double]

  mutating func step(
    range: Range<Int>, groupStart: Int, firstRow: Int, code: [Double], inverseDeviation: [Double],
    gradients: [Double], initial: [Double], rates: [Double], basisRate: Double, pulls: [Double],
    corrections: (Double, Double), epsilon: Double, decay: Double, largest: Double
  ) {
    let length = code.count, rows = 14 - firstRow
    for i in range {
      let g = Array(gradients[16 * i..<16 * i + 14])
      if g[10] == 0 && g[11] == 0 { continue }
      for j in 0..<14 {
        let o = 14 * i + j
        variance[o] = 0.99 * variance[o] + 0.01 * g[j] * g[j]
        let deviation = (variance[o] * corrections.1).squareRoot() + epsilon
        if j >= firstRow {
          for k in 0..<length {
            let b = ((i - groupStart) * rows + j - firstRow) * length + k
            codeGradient[k] += basis[b] * g[j]
            basisMoment[b] = 0.9 * basisMoment[b] + 0.1 * g[j] * code[k]
            basis[b] =
              basis[b] * decay - rates[j] * basisRate * corrections.0 / deviation * basisMoment[b]
              * inverseDeviation[k]
          }
        }
        let pulled = g[j] + pulls[j] * (base[o] - initial[o])
        moment[o] = 0.9 * moment[o] + 0.1 * pulled
        base[o] -= rates[j] * moment[o] * corrections.0 / deviation
        if (7...9).contains(j) { base[o] = min(base[o], largest) }
      }
    }
  }
}

struct TrainingUpdateTests {
  @Test(arguments: levels, [0, 10])
  func `a step follows its documentation`(level: InstructionLevel, firstRow: Int) {
    let length = 24, groupStart = 3, count = 12, from = 4, to = 11
    let rows = 14 - firstRow
    var random = SeededRandom(seed: UInt64(firstRow + 1))
    func numbers(_ n: Int, _ size: Float) -> [Float] {
      (0..<n).map { _ in random.normal() * size }
    }
    let initial = numbers(14 * count, 1)
    let base = Numbers(initial), initialBase = Numbers(initial)
    let moment = Numbers(count: 14 * count), variance = Numbers(count: 14 * count)
    let basis = Numbers(numbers((count - groupStart) * rows * length, 0.1))
    let basisMoment = Numbers(count: basis.count)
    let codeGradient = Numbers(count: length)
    var twin = UpdateTwin(
      base: base.array.map(Double.init), moment: moment.array.map(Double.init),
      variance: variance.array.map(Double.init), basis: basis.array.map(Double.init),
      basisMoment: basisMoment.array.map(Double.init),
      codeGradient: [Double](repeating: 0, count: length))
    let rates = (0..<14).map { Float($0 + 1) * 0.002 }, pulls = (0..<14).map { Float($0) * 0.01 }
    let kernels = Kernels(level: level)
    for step in 1...6 {
      let code = numbers(length, 1)
      let inverse = (0..<length).map { 1 / (0.5 + Float($0) * 0.1) }
      var gradients = numbers(16 * count, 0.3)
      // One splat that was not seen.
      for j in 0..<16 { gradients[16 * 6 + j] = 0 }
      let c1 = 1 / (1 - pow(0.9, step)), c2 = 1 / (1 - pow(0.99, step))
      let inputs = [code, inverse, gradients, rates, pulls].map { Numbers($0) }
      withExtendedLifetime((inputs, initialBase)) {
        kernels.update(
          from, to, groupStart, firstRow, length, inputs[0].pointer, inputs[1].pointer,
          inputs[2].pointer, base.pointer, moment.pointer, variance.pointer, initialBase.pointer,
          basis.pointer, basisMoment.pointer, inputs[3].pointer, 0.12, inputs[4].pointer,
          Float(c1), Float(c2), 1e-4, 0.999, 0.8, codeGradient.pointer)
      }
      twin.step(
        range: from..<to, groupStart: groupStart, firstRow: firstRow, code: code.map(Double.init),
        inverseDeviation: inverse.map(Double.init), gradients: gradients.map(Double.init),
        initial: initial.map(Double.init), rates: rates.map(Double.init),
        basisRate: Double(Float(0.12)), pulls: pulls.map(Double.init), corrections: (c1, c2),
        epsilon: Double(Float(1e-4)), decay: Double(Float(0.999)), largest: Double(Float(0.8)))
    }
    for (found, expected) in [
      (base.array, twin.base), (moment.array, twin.moment), (variance.array, twin.variance),
      (basis.array, twin.basis), (basisMoment.array, twin.basisMoment),
      (codeGradient.array, twin.codeGradient),
    ] {
      for (a, b) in zip(found, expected) { #expect(abs(Double(a) - b) < 2e-5 * max(1, abs(b))) }
    }
    for i in [0, 1, 2, 3, 6, 11] {
      #expect(Array(base.array[14 * i..<14 * i + 14]) == Array(initial[14 * i..<14 * i + 14]))
    }
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
