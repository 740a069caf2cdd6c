import Geometry

/// A sender's choice of symbols.
extension StateCoder {
  /// A way through the components up to one of them, the cheapest that ends in its condition.
  private struct Way {
    var cost = Float.infinity
    var near: Int32 = 0
    var sum: Int32 = 0
  }

  /// A symbol that comes into question, without its sign.
  private struct Option {
    var cost = Float.infinity
    var size: Int32 = 0
  }

  /// The best even and the best odd symbol under a quantiser.
  private struct Options {
    var even = Option(), odd = Option()
  }

  /// Chooses the symbols of a state for the errors they leave and the bits they take.
  ///
  /// The cost of a symbol is its squared error in steps, plus a weight times its bits, plus the least
  /// cost of the following states that are known, each choosing after the other (without it a movement is
  /// followed late and a spike is paid for twice). Of all ways through the components that end in a
  /// condition of the quantisers the cheapest is kept (Viterbi 1967).
  ///
  /// - Parameters:
  ///   - m: a run that holds the reference.
  ///   - depth: how many following states have targets.
  func chooseSymbols(
    _ m: UnsafeMutablePointer<Int32>, number: UInt32, distance: Int, depth: Int
  ) {
    let spread = Self.spread(distance), activity = m[layout.activity]
    var ways = (Way(cost: 0), Way(), Way(), Way())
    for i in 0..<components {
      let value = m[layout.values + i]
      let wanted = self.wanted(i, number, value)
      // Of the first quantiser, and of the second one's two conditions.
      var first = Options(), second = Options(), third = Options()
      if wanted.magnitude < 0.5 && restsUntil(i, number, depth, value) {
        // Nothing else comes into question, so zero is free.
        first.even.cost = wanted * wanted
        (second, third) = (first, first)
      } else {
        let best = Self.cheapest(ways)
        let history = self.history(m, i, spread)
        let near = Self.nearBin(best.way.near), mean = self.mean(i, best.way.sum, activity)
        let place = Place(
          component: i, number: number, depth: depth, value: value, wanted: wanted)
        func options(_ kind: Int32) -> Options {
          let one = model.estimate(
            m, model.nonzero, zeroContexts(history, i, near: near, mean: mean, kind: kind),
            views: 5, set: zeroWeights(i, kind))
          return self.options(place, one, isOdd: kind > 0)
        }
        first = options(0)
        second = options(1)
        third = options(2)
      }
      // As ``DependentQuantizer/next(_:_:)`` leads.
      let row = choices + i * 4
      ways = (
        Self.better(ways.0, first.even, 0, ways.1, first.odd, 1, row),
        Self.better(ways.2, second.even, 2, ways.3, third.odd, 3, row + 1),
        Self.better(ways.0, first.odd, 0, ways.1, first.even, 1, row + 2),
        Self.better(ways.2, second.odd, 2, ways.3, third.even, 3, row + 3)
      )
    }
    var condition = Self.cheapest(ways).condition
    for i in stride(from: components - 1, through: 0, by: -1) {
      let choice = choices[i * 4 + condition]
      let size = choice >> 2
      symbols[i] = wanted(i, number, m[layout.values + i]) < 0 ? -size : size
      condition = Int(choice & 3)
    }
  }

  /// The cheaper of two ways on, noted down with its symbol and where it came from.
  @inline(__always)
  private static func better(
    _ a: Way, _ x: Option, _ fromA: Int32, _ b: Way, _ y: Option, _ fromB: Int32,
    _ note: UnsafeMutablePointer<Int32>
  ) -> Way {
    let isFirst = a.cost + x.cost <= b.cost + y.cost
    let way = isFirst ? a : b, option = isFirst ? x : y
    note.pointee = option.size << 2 | (isFirst ? fromA : fromB)
    return Way(
      cost: way.cost + option.cost, near: near(way.near, option.size),
      sum: way.sum &+ min(option.size, 4))
  }

  @inline(__always)
  private static func cheapest(_ ways: (Way, Way, Way, Way)) -> (way: Way, condition: Int) {
    var best = (way: ways.0, condition: 0)
    if ways.1.cost < best.way.cost { best = (ways.1, 1) }
    if ways.2.cost < best.way.cost { best = (ways.2, 2) }
    if ways.3.cost < best.way.cost { best = (ways.3, 3) }
    return best
  }

  /// A component of a state, and what is wanted of it.
  private struct Place {
    var component: Int
    var number: UInt32
    var depth: Int
    var value: Int32
    var wanted: Float
  }

  /// What the sizes cost that come into question: zero, and those that lead nearest.
  ///
  /// - Parameter one: the probability that the symbol is not zero.
  @inline(__always)
  private func options(_ place: Place, _ one: Int32, isOdd: Bool) -> Options {
    let weight = Self.rateWeight(place.depth)
    let stay = weight * BitCosts.shared.bits(65536 &- one)
    let move = weight * (BitCosts.shared.bits(one) + 1)
    let magnitude = place.wanted.magnitude
    let nearest = Int32(
      ((isOdd ? magnitude + 1 : magnitude) * 0.5).rounded(.toNearestOrAwayFromZero))
    var result = Options()
    func consider(_ size: Int32) {
      let movement = DependentQuantizer.movement(size, isOdd ? 2 : 0)
      let error = magnitude - Float(movement)
      var cost = error * error + (size == 0 ? stay : move + weight * 1.2 * Float(size &- 1))
      if place.depth > 0 {
        let end = place.wanted < 0 ? place.value &- movement : place.value &+ movement
        cost += future(
          place.component, place.number, 1, place.depth, Float(end), stay, move, weight)
      }
      if size & 1 == 0 {
        if cost < result.even.cost { result.even = Option(cost: cost, size: size) }
      } else if cost < result.odd.cost {
        result.odd = Option(cost: cost, size: size)
      }
    }
    consider(0)
    if nearest > 0 { consider(nearest) }
    if nearest > 1 { consider(nearest &- 1) }
    if nearest == 0 && magnitude > 0.8 { consider(1) }
    return result
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
    for k in 0..<UInt32(depth) where wanted(i, number &+ k &+ 1, value).magnitude >= 0.5 {
      return false
    }
    return true
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
