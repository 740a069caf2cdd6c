import Foundation
import Geometry
import Testing

/// The functions on which coded streams rest: as exact as they say, and the same bits everywhere.
struct ElementaryFunctionsTests {
  /// Distance in units of the exact result's last place.
  private func error(_ found: Float, _ exact: Double) -> Double {
    (Double(found) - exact).magnitude / Double(Float(exact).ulp)
  }

  private func arguments(_ range: ClosedRange<Float>) -> [Float] {
    var random = SeededRandom(seed: 6)
    return (0..<4000).map { _ in
      range.lowerBound + (range.upperBound - range.lowerBound) * random.uniform()
    }
  }

  @Test func `results are off by at most 0.51 units of the last place`() {
    for x in arguments(-80...80) {
      #expect(error(ElementaryFunctions.exp(x), exp(Double(x))) < 0.51)
    }
    for x in arguments(1e-6...1000) {
      #expect(error(ElementaryFunctions.log(x), log(Double(x))) < 0.51)
    }
    for x in arguments(-100...100) {
      let (s, c) = ElementaryFunctions.sinCos(x)
      // Near zeros of the functions the argument's reduction shows.
      #expect((Double(s) - sin(Double(x))).magnitude < 6.1e-8)
      #expect((Double(c) - cos(Double(x))).magnitude < 6.1e-8)
    }
    for (y, x) in zip(arguments(-3...3), arguments(-2...5).reversed()) {
      #expect(
        error(ElementaryFunctions.atan2(y, x), atan2(Double(y), Double(x))) < 0.51)
    }
  }

  @Test func `angles and powers of any size have an answer`() {
    for x in [0, 1e5, 1e9, 2e9, 1e15, .greatestFiniteMagnitude, .infinity] as [Float] {
      for angle in [x, -x] {
        let (s, c) = ElementaryFunctions.sinCos(angle)
        #expect(s.magnitude < 1.001 && c.magnitude < 1.001)
      }
      #expect(!ElementaryFunctions.exp(x).isNaN && ElementaryFunctions.exp(-x) <= 1)
      #expect(!ElementaryFunctions.log(x).isNaN)
    }
    #expect(ElementaryFunctions.sinCos(.nan) == (0, 1))
    #expect(ElementaryFunctions.log(-1).isNaN && ElementaryFunctions.log(0) == -.infinity)
  }

  @Test func `every platform has the same bits`() {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ x: Float) { hash = (hash ^ UInt64(x.bitPattern)) &* 0x100_0000_01B3 }
    for x in arguments(-20...20) {
      add(ElementaryFunctions.exp(x))
      add(ElementaryFunctions.log(x.magnitude))
      let (s, c) = ElementaryFunctions.sinCos(x)
      add(s)
      add(c)
      add(ElementaryFunctions.atan2(x, s))
      add(ElementaryFunctions.asin(c))
    }
    #expect(hash == 7_158_046_703_696_875_479)
  }
}
