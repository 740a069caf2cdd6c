import Geometry

/// Chooses symbols for the error they leave and the bits they take.
///
/// The cost of a symbol k for a component that should move by r steps is `(r − k)² + w · bits(k)`,
/// plus the least cost of the states that are known to follow, each choosing after the other
/// (without it, a movement is followed late and a spike is paid for twice).
struct SymbolChooser: DecisionCoder {
  /// The reference's components in steps.
  let values: UnsafeMutablePointer<Int32>
  /// `[4][components]`: where states should be, in steps; state n has row n modulo 4.
  let targets: [Float]
  /// The state's number.
  let first: UInt32
  let components: Int
  /// How many following states are looked at; below zero, components are only rounded.
  let depth: Int
  /// Squared steps that a bit is worth.
  let weight: Float
  /// Receives what was decided.
  var decisions: [UInt32]
  private let costs = BitCosts.shared

  init(
    values: UnsafeMutablePointer<Int32>, targets: [Float], first: UInt32,
    components: Int, depth: Int, weight: Float, decisions: [UInt32]
  ) {
    self.values = values
    self.targets = targets
    self.first = first
    self.components = components
    self.depth = depth
    self.weight = weight
    self.decisions = decisions
  }

  mutating func symbol(of i: Int, nonzero: Int32) -> Int32 {
    let limit = Float(StateCoder.largestSymbol / 2)
    let target = targets[Int(first & 3) * components + i]
    if depth < 0 { return Int32(min(max(target, -limit), limit).rounded(.toNearestOrEven)) }
    let stay = weight * costs.bits(65536 - nonzero)
    let move = weight * (costs.bits(nonzero) + 1)
    let wanted = min(max(target - Float(values[i]), -limit), limit)
    let size = Int32(wanted.magnitude.rounded(.toNearestOrEven))
    var best = Float.infinity
    var chosen: Int32 = 0
    for k in max(0, size - 1)...max(1, size) {
      let error = wanted.magnitude - Float(k)
      var cost = error * error + (k == 0 ? stay : move + weight * 1.2 * Float(k - 1))
      let symbol = wanted < 0 ? -k : k
      if depth > 0 && cost < best {
        cost += future(i, 1, Float(values[i] + symbol), stay, move)
      }
      if cost < best {
        best = cost
        chosen = symbol
      }
    }
    return chosen
  }

  /// The least cost of the states from `row` on, if the component stands at `value` before them.
  private func future(
    _ i: Int, _ row: Int, _ value: Float, _ stay: Float, _ move: Float
  ) -> Float {
    let wanted = targets[Int((first &+ UInt32(row)) & 3) * components + i] - value
    let size = wanted.magnitude.rounded(.toNearestOrEven)
    if size == 0 {
      let rest = row < depth ? future(i, row + 1, value, stay, move) : 0
      return wanted * wanted + stay + rest
    }
    var best = Float.infinity
    for k in [size - 1, size] {
      let error = wanted.magnitude - k
      var cost = error * error + (k == 0 ? stay : move + weight * 1.2 * (k - 1))
      if row < depth && cost < best {
        cost += future(i, row + 1, value + (wanted < 0 ? -k : k), stay, move)
      }
      best = min(best, cost)
    }
    return best
  }

  mutating func code(_ bit: Int32, one: Int32) -> Int32 {
    decisions.append(UInt32(bit) | UInt32(one) << 1)
    return bit
  }
}

/// How many bits a decision takes.
struct BitCosts: Sendable {
  private let table: [Float]

  static let shared = BitCosts()

  private init() {
    table = (0...1024).map {
      $0 == 0 ? 16 : -ElementaryFunctions.log(Float($0) / 1024) * 1.4426950
    }
  }

  /// The bits of something as likely as `probability` in 1/65536.
  func bits(_ probability: Int32) -> Float { table[Int(min(max(probability >> 6, 0), 1024))] }
}
