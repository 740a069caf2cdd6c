import Foundation
import GaussianSplats
import Geometry
import SplatFitting
import Testing

/// A basis with its optimiser, in arrays.
struct BasisState {
  var basis: [Float], first: [Float], second: [Float]
  init(_ count: Int) {
    basis = [Float](repeating: 0, count: count)
    first = basis
    second = basis
  }
}

@Suite struct OptimizationTests {
  func random(_ count: Int, _ seed: UInt64) -> [Float] {
    var r = SplitMix(state: seed)
    return (0..<count).map { _ in r.uniform(-1, 1) }
  }

  @Test(arguments: levels)
  func `Adam follows its equations`(level: InstructionLevel) {
    for count in [1, 7, 8, 61] {
      var p = random(count, 1), m = [Float](repeating: 0, count: count), v = m
      var p64 = p.map(Double.init), m64 = m.map(Double.init), v64 = m64
      for t in 1...20 {
        let g = random(count, UInt64(t + 10))
        let settings = AdamSettings(epsilon: 1e-4, decay: 0.999, step: t)
        level.adamStep(
          parameters: &p, gradients: g, first: &m, second: &v, count: count, rate: 0.03,
          settings: settings)
        for i in 0..<count {
          let gi = Double(g[i])
          m64[i] = 0.9 * m64[i] + 0.1 * gi
          v64[i] = 0.99 * v64[i] + 0.01 * gi * gi
          let step =
            0.03 * (m64[i] / (1 - pow(0.9, Double(t))))
            / ((v64[i] / (1 - pow(0.99, Double(t)))).squareRoot() + 1e-4)
          p64[i] = p64[i] * 0.999 - step
        }
      }
      for i in 0..<count { #expect(abs(Double(p[i]) - p64[i]) < 2e-5) }
    }
  }

  @Test(arguments: levels)
  func `blending adds the basis times the code`(level: InstructionLevel) {
    let splats = 9, attributes = 14, codes = 24
    let base = random(splats * attributes, 1), code = random(codes, 3)
    let basis = random(splats * attributes * codes, 2)
    var out = [Float](repeating: 7, count: splats * 16)
    level.blendAttributes(
      base: base, basis: basis, code: code, attributeCount: attributes, codeCount: codes,
      splats: 2..<8, attributes: &out, attributeStride: 16)
    for i in 0..<splats {
      for j in 0..<16 {
        if i < 2 || i >= 8 || j >= attributes {
          #expect(out[i * 16 + j] == 7)
          continue
        }
        var expected = Double(base[i * attributes + j])
        for k in 0..<codes {
          expected += Double(basis[(i * attributes + j) * codes + k]) * Double(code[k])
        }
        #expect(abs(Double(out[i * 16 + j]) - expected) < 1e-5)
      }
    }
  }

  @Test(arguments: levels)
  func `the fused basis update is a plain gradient and a plain Adam`(level: InstructionLevel) {
    let splats = 6, attributes = 14, codes = 16, row = attributes * codes
    var fused = BasisState(splats * row), plain = BasisState(splats * row)
    fused.basis = random(splats * row, 4)
    plain.basis = fused.basis
    let rates = (0..<attributes).map { 0.01 + 0.002 * Float($0) }
    for t in 1...12 {
      var g = random(splats * 16, UInt64(t))
      // Splat 2 is never shown, splat 4 every other time.
      for j in 0..<attributes {
        g[2 * 16 + j] = 0
        if t % 2 == 0 { g[4 * 16 + j] = 0 }
      }
      let code = random(codes, UInt64(100 + t))
      let settings = AdamSettings(epsilon: 1e-6, decay: 0.9999, step: t)
      var expected = [Double](repeating: 0.5, count: codes)
      for i in 0..<splats {
        for j in 0..<attributes {
          for k in 0..<codes {
            expected[k] += Double(g[i * 16 + j] * plain.basis[i * row + j * codes + k])
          }
        }
      }
      var codeGradient = [Float](repeating: 0.5, count: codes), alone = codeGradient
      level.addCodeGradient(
        basis: fused.basis, gradients: g, gradientStride: 16, attributeCount: attributes,
        codeCount: codes, splats: 0..<splats, codeGradient: &alone)
      level.updateBasis(
        basis: &fused.basis, first: &fused.first, second: &fused.second, gradients: g,
        gradientStride: 16, code: code, rates: rates, attributeCount: attributes,
        codeCount: codes, splats: 0..<splats, settings: settings, codeGradient: &codeGradient)
      for k in 0..<codes {
        #expect(abs(Double(codeGradient[k]) - expected[k]) < 1e-4)
        #expect(abs(Double(alone[k]) - expected[k]) < 1e-4)
      }
      for i in 0..<splats where (0..<attributes).contains(where: { g[i * 16 + $0] != 0 }) {
        for j in 0..<attributes {
          let outer = code.map { $0 * g[i * 16 + j] }
          let at = i * row + j * codes
          plain.basis.withUnsafeMutableBufferPointer { b in
            plain.first.withUnsafeMutableBufferPointer { m in
              plain.second.withUnsafeMutableBufferPointer { v in
                InstructionLevel.baseline.adamStep(
                  parameters: b.baseAddress! + at, gradients: outer, first: m.baseAddress! + at,
                  second: v.baseAddress! + at, count: codes, rate: rates[j], settings: settings)
              }
            }
          }
        }
      }
    }
    for i in 0..<splats * row {
      #expect(abs(fused.basis[i] - plain.basis[i]) < 1e-4)
    }
  }

  /// Learns bases from noisy gradients of ½ |attributes − target|², and returns the remaining
  /// mean square error over fresh codes.
  func learn(_ level: InstructionLevel, compact: Bool, steps: Int = 400) -> Double {
    let splats = 12, attributes = 14, codes = 24, row = attributes * codes
    let truth = random(splats * row, 77)
    let base = [Float](repeating: 0, count: splats * attributes)
    var state = BasisState(splats * row)
    var short = [UInt16](repeating: 0, count: splats * row)
    var rowSecond = [Float](repeating: 0, count: splats * attributes)
    var codeSquare = [Float](repeating: 0, count: codes)
    let rates = [Float](repeating: 0.02, count: attributes)
    var error = 0.0
    for t in 1...steps {
      // Codes of very different sizes, as expressions have.
      var code = random(codes, UInt64(1000 + t))
      for k in 0..<codes { code[k] *= k % 3 == 0 ? 1.5 : 0.3 }
      var target = [Float](repeating: 0, count: splats * 16), got = target
      level.blendAttributes(
        base: base, basis: truth, code: code, attributeCount: attributes, codeCount: codes,
        splats: 0..<splats, attributes: &target, attributeStride: 16)
      level.blendAttributes(
        base: base, basis: state.basis, code: code, attributeCount: attributes, codeCount: codes,
        splats: 0..<splats, attributes: &got, attributeStride: 16)
      let noise = random(splats * 16, UInt64(9000 + t))
      var g = (0..<splats * 16).map { (got[$0] - target[$0]) + 0.3 * noise[$0] }
      for i in 0..<splats { for j in 14..<16 { g[i * 16 + j] = 0 } }
      if t > steps - 50 {
        for i in 0..<splats * 16 { error += pow(Double(got[i] - target[i]), 2) }
      }
      // The learning rate falls, as in a fit.
      let rate = rates.map { $0 * Float(pow(0.05, Double(t) / Double(steps))) }
      let settings = AdamSettings(epsilon: 1e-6, step: t)
      var codeGradient = [Float](repeating: 0, count: codes)
      if compact {
        for k in 0..<codes { codeSquare[k] = 0.99 * codeSquare[k] + 0.01 * code[k] * code[k] }
        let scale = codeSquare.map { ($0 / settings.corrections.second).squareRoot() }
        level.updateBasisCompact(
          basis: &state.basis, first: &short, second: &rowSecond, gradients: g, gradientStride: 16,
          code: code, codeScale: scale, rates: rate, attributeCount: attributes, codeCount: codes,
          splats: 0..<splats, settings: settings, codeGradient: &codeGradient)
      } else {
        level.updateBasis(
          basis: &state.basis, first: &state.first, second: &state.second, gradients: g,
          gradientStride: 16, code: code, rates: rate, attributeCount: attributes,
          codeCount: codes, splats: 0..<splats, settings: settings, codeGradient: &codeGradient)
      }
    }
    return error / Double(50 * splats * attributes)
  }

  @Test(arguments: levels)
  func `compact moments learn as well as full ones`(level: InstructionLevel) {
    let start = learn(level, compact: false, steps: 50)
    let full = learn(level, compact: false), compact = learn(level, compact: true)
    print("\(level): after 50 steps \(start), after 400 full \(full), compact \(compact)")
    #expect(full < 0.2 * start)
    #expect(compact < 1.1 * full)
  }
}
