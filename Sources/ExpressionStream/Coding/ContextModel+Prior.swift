import Geometry

extension ContextModel {
  /// How often an assumption counts as having been seen.
  private static var weight: Int32 { 6 }

  /// Probabilities of symbols other than zero, in 1/1000, by how active a component has been.
  private static var nonzeroByActivity: [Int32] {
    [20, 50, 95, 160, 240, 340, 460, 590, 720, 850]
  }

  /// Writes what recordings have taught into counters that have seen nothing.
  func initializePrior(_ m: UnsafeMutablePointer<Int32>) {
    func set(_ at: Int, _ thousandths: Int32) {
      m[at] = (thousandths * 65536 / 1000) << 8 | Self.weight
    }
    var at = nonzero.counters
    for view in 0..<nonzero.views {
      for c in 0..<nonzero.size(of: view) {
        switch view {
        case 0: set(at, Self.nonzeroByActivity[c % 10])
        case 1: set(at, min(850, 60 + 110 * Int32(c % 9 / 3 + c % 3) + 60 * Int32(c % 54 / 9)))
        case 2: set(at, Self.nonzeroByActivity[c % 10])
        case 3: set(at, min(800, 40 + 90 * Int32(c % 8)))
        default: set(at, [120, 330, 550][c / 3 % 3])
        }
        at += 1
      }
    }
    at = larger.counters
    for view in 0..<larger.views {
      for c in 0..<larger.size(of: view) {
        switch view {
        case 0: set(at, min(800, 60 + 60 * Int32(c / 2 % 10)))
        case 1: set(at, 200 + 50 * Int32(c / 2 % 6))
        default: set(at, 420 - 20 * Int32(c % 12))
        }
        at += 1
      }
    }
    set(unexpected.counters, 20)
    set(unexpected.counters + 1, 400)
    // A key's component of expected size b: P(|q| ≥ 2ᵏ given |q| ≥ 2ᵏ⁻¹) of a Laplacian.
    for size in 0..<20 {
      let b = ElementaryFunctions.exp(Float(size - 3) * 0.5)
      var above: Float = 1
      for k in 0..<20 {
        let edge = k == 0 ? 0.5 : Float(1 << min(k, 24)) - 0.5
        let tail = ElementaryFunctions.exp(-edge / b)
        let p = min(max(tail / max(above, 1e-12), 0.001), 0.995)
        above = tail
        m[width.counters + size * 20 + k] = Int32(p * 65536) << 8 | Self.weight
      }
    }
  }
}
