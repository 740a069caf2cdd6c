import Geometry

/// A sender's choice of symbols.
extension StateCoder {
  /// What is known of a way through the components up to one of them.
  private struct Way {
    var cost = Float.infinity
    var near: Int32 = 0
    var sum: Int32 = 0
  }

  /// Symbols that come into question for a component under one of the two quantisers.
  private struct Candidates {
    /// Sizes; the last one repeats where there are fewer.
    var sizes = SIMD4<Int32>.zero
    /// Squared errors and what the following states cost after them.
    var errors = SIMD4<Float>.zero
    var count = 0
  }

  /// Chooses the symbols of a state for the errors they leave and the bits they take.
  ///
  /// The cost of a symbol is its squared error in steps, plus a weight times its bits, plus the least
  /// cost of the following states that are known, each choosing after the other (without it a movement is
  /// followed late and a spike is paid for twice). Of all ways through the components that end in a
  /// condition of the quantisers the cheapest is kept (Viterbi).
  ///
  /// - Parameters:
  ///   - m: a run that holds the reference.
  ///   - depth: how many following states have targets.
  func chooseSymbols(
    _ m: UnsafeMutablePointer<Int32>, number: UInt32, distance: Int, depth: Int
  ) {
    let spread = Self.spread(distance), activity = m[layout.activity]
    let weight = Self.rateWeight(depth), costs = BitCosts.shared
    let conditions = Int(DependentQuantizer.conditions)
    withUnsafeTemporaryAllocation(of: Way.self, capacity: 2 * conditions) { ways in
      ways.initialize(repeating: Way())
      ways[0].cost = 0
      var old = 0, new = conditions
      for i in 0..<components {
        for c in 0..<conditions { ways[new + c] = Way() }
        let value = m[layout.values + i]
        let wanted = self.wanted(i, number, value)
        let isStill = wanted.magnitude < 0.4 && restsUntil(i, number, depth, value)
        let history = self.history(m, i, spread)
        var candidates = (Candidates(), Candidates())
        if isStill {
          candidates.0.count = 1
          candidates.1.count = 1
        } else {
          candidates.0 = self.candidates(wanted, isOdd: false)
          candidates.1 = self.candidates(wanted, isOdd: true)
        }
        var stay: Float = 0, move: Float = 0, looksAhead = depth > 0 && !isStill
        for c in 0..<conditions where ways[old + c].cost < .infinity {
          let way = ways[old + c]
          let condition = Int32(c)
          if !isStill {
            let contexts = zeroContexts(
              history, i, near: Self.nearBin(way.near), sum: way.sum, activity: activity,
              kind: DependentQuantizer.kind(condition))
            let one = model.estimate(
              m, model.nonzero, contexts, views: 5,
              set: zeroWeights(i, DependentQuantizer.kind(condition)))
            stay = weight * costs.bits(65536 - one)
            move = weight * (costs.bits(one) + 1)
            if looksAhead {
              addFutures(&candidates.0, &candidates.1, i, number, depth, wanted, value, stay, move)
              looksAhead = false
            }
          }
          let list = condition < 2 ? candidates.0 : candidates.1
          for k in 0..<list.count {
            let size = list.sizes[k]
            let bits = size == 0 ? stay : move + weight * 1.2 * Float(size - 1)
            let cost = way.cost + list.errors[k] + bits
            let to = Int(DependentQuantizer.next(condition, size))
            if cost < ways[new + to].cost {
              ways[new + to] = Way(
                cost: cost, near: Self.near(way.near, size), sum: way.sum &+ min(size, 4))
              choices[i * conditions + to] = size << 2 | condition
            }
          }
        }
        swap(&old, &new)
      }
      var best = 0
      for c in 1..<conditions where ways[old + c].cost < ways[old + best].cost { best = c }
      for i in stride(from: components - 1, through: 0, by: -1) {
        let choice = choices[i * conditions + best]
        let size = choice >> 2
        symbols[i] = wanted(i, number, m[layout.values + i]) < 0 ? -size : size
        best = Int(choice & 3)
      }
    }
  }

  /// A key's symbols: its components in steps.
  func roundSymbols(number: UInt32) {
    for i in 0..<components {
      symbols[i] = Int32(wanted(i, number, 0).rounded(.toNearestOrEven))
    }
  }

  /// How many steps a component of a state should move from a value.
  @inline(__always)
  private func wanted(_ i: Int, _ number: UInt32, _ value: Int32) -> Float {
    let limit = Float(Self.largestSymbol / 2)
    return min(max(targets[Int(number & 3) * components + i] - Float(value), -limit), limit)
  }

  /// Whether the following states leave a component where it is.
  @inline(__always)
  private func restsUntil(_ i: Int, _ number: UInt32, _ depth: Int, _ value: Int32) -> Bool {
    for k in 0..<UInt32(depth) where wanted(i, number &+ k &+ 1, value).magnitude >= 0.4 {
      return false
    }
    return true
  }

  /// Zero and the two nearest sizes.
  @inline(__always)
  private func candidates(_ wanted: Float, isOdd: Bool) -> Candidates {
    var result = Candidates()
    let magnitude = wanted.magnitude
    let nearest = Int32(
      ((isOdd ? magnitude + 1 : magnitude) * 0.5).rounded(.toNearestOrAwayFromZero))
    result.sizes = SIMD4(0, max(nearest, 1), nearest - 1, 0)
    result.count = nearest > 1 ? 3 : 2
    for k in 0..<result.count {
      let movement = DependentQuantizer.movement(result.sizes[k], isOdd ? 2 : 0)
      let error = magnitude - Float(movement)
      result.errors[k] = error * error
    }
    return result
  }

  private func addFutures(
    _ even: inout Candidates, _ odd: inout Candidates, _ i: Int, _ number: UInt32, _ depth: Int,
    _ wanted: Float, _ value: Int32, _ stay: Float, _ move: Float
  ) {
    let weight = Self.rateWeight(depth)
    func cost(_ movement: Int32) -> Float {
      let end = Float(wanted < 0 ? value - movement : value + movement)
      return future(i, number, 1, depth, end, stay, move, weight)
    }
    let rest = cost(0)
    even.errors[0] += rest
    odd.errors[0] += rest
    for k in 1..<max(even.count, 1) {
      even.errors[k] += cost(DependentQuantizer.movement(even.sizes[k], 0))
    }
    for k in 1..<max(odd.count, 1) {
      odd.errors[k] += cost(DependentQuantizer.movement(odd.sizes[k], 2))
    }
  }

  /// The least cost of the states from the `row`th following one on, if a component stands at `value`
  /// before them.
  private func future(
    _ i: Int, _ number: UInt32, _ row: Int, _ depth: Int, _ value: Float, _ stay: Float,
    _ move: Float, _ weight: Float
  ) -> Float {
    let target = targets[Int((number &+ UInt32(row)) & 3) * components + i]
    let wanted = target - value
    let isLast = row == depth
    var best = wanted * wanted + stay
    if !isLast { best += future(i, number, row + 1, depth, value, stay, move, weight) }
    let size = wanted.magnitude.rounded(.toNearestOrEven)
    if size > 0 {
      var moved = Self.errorAfterMoving + move + weight * 0.6 * max(size - 2, 0)
      if moved < best {
        if !isLast {
          let end = value + (wanted < 0 ? -size : size)
          moved += future(i, number, row + 1, depth, end, stay, move, weight)
        }
        best = min(best, moved)
      }
    }
    return best
  }

  /// What a bit weighs against squared steps.
  private static func rateWeight(_ depth: Int) -> Float { depth == 0 ? 0.12 : 0.16 }

  /// The squared error in steps that is expected of a component that moves.
  private static var errorAfterMoving: Float { 0.4 }
}

/// Decisions that are kept for later, of symbols chosen beforehand.
struct RecordingCoder: DecisionCoder {
  /// `[components]`.
  let symbols: UnsafeMutablePointer<Int32>
  /// Receives the decisions: the bit, and the probability of 1 above it.
  var decisions: [UInt32]

  mutating func symbol(of i: Int) -> Int32 { symbols[i] }

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
