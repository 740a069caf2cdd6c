/// Adaptive probabilities of the decisions that make up a state.
///
/// Every kind of decision is seen in several contexts at once. Each context keeps a counter, an
/// estimate that moves towards what happened; the counters' logits are mixed by weights that learn
/// too (logistic mixing: Mahoney 2005). All numbers are integers, so every platform agrees.
///
/// The memory is a run of `Int32` that a ``StateCoder`` owns, one run a remembered state:
///
///     counters: probability in 1/65536 · 256 + how often seen │ weights in 1/65536
struct ContextModel {
  /// A kind of decision, seen in several views at once.
  struct Kind {
    /// Where its counters start.
    let counters: Int
    /// How many views there are.
    let views: Int
    /// Where each view's counters start, and where the last one's end.
    let starts: SIMD8<Int32>
    /// Where its weights start: a number a view, set after set.
    let weights: Int
    /// Sets of weights.
    let sets: Int

    /// The number of contexts of a view.
    func size(of view: Int) -> Int { Int(starts[view + 1] - starts[view]) }
  }

  /// What a mixed prediction was made of, kept until the decision is known.
  struct Prediction {
    var one: Int32 = 32768
    var counters = SIMD8<Int32>.zero
    var logits = SIMD8<Int32>.zero
    var weights = 0
  }

  /// Whether a symbol is not zero; its sign; whether it is larger still.
  let nonzero, negative, larger: Kind
  /// Whether a time is not as expected; how far.
  let unexpected, late: Kind
  /// Bits in a component of a key state, by the expected size.
  let width: Kind
  /// The run's length.
  let count: Int
  private let tables = ProbabilityTables.shared

  init(components: Int) {
    var next = 0
    func kind(_ sizes: [Int], sets: Int) -> Kind {
      let counters = next
      var starts = SIMD8<Int32>(repeating: Int32(next))
      for (view, size) in sizes.enumerated() {
        next += size
        starts[view + 1] = Int32(next)
      }
      let weights = next
      next += sets * sizes.count
      return Kind(
        counters: counters, views: sizes.count, starts: starts, weights: weights, sets: sets)
    }
    nonzero = kind([30, 162, 180, 288, 9 * components], sets: 36)
    negative = kind([9, components, 70], sets: 1)
    larger = kind([300, 180, 180], sets: 1)
    unexpected = kind([2], sets: 1)
    late = kind([16], sets: 1)
    width = kind([20 * 20], sets: 1)
    count = next
  }

  /// Writes what is assumed before anything has been seen.
  func initialize(_ m: UnsafeMutablePointer<Int32>) {
    for kind in [nonzero, negative, larger, unexpected, late, width] {
      for at in kind.counters..<kind.weights { m[at] = 32768 << 8 }
      let even = Int32(65536 / kind.views)
      for k in 0..<kind.sets * kind.views {
        m[kind.weights + k] = kind.views == 1 ? even : even * 9 / 8
      }
    }
    initializePrior(m)
  }

  /// Mixes the estimates of some contexts, one a view.
  @inline(__always)
  func predict(
    _ m: UnsafeMutablePointer<Int32>, _ kind: Kind, _ contexts: SIMD8<Int32>, views: Int, set: Int
  ) -> Prediction {
    var result = Prediction()
    result.weights = kind.weights &+ set &* views
    result.counters = kind.starts &+ contexts
    var sum: Int64 = 0
    for v in 0..<views {
      let logit = tables.logits[Int(m[Int(result.counters[v])] >> 12)]
      result.logits[v] = logit
      sum &+= Int64(logit) &* Int64(m[result.weights &+ v])
    }
    result.one = tables.probabilities[Int(min(max(sum >> 16, -2047), 2047)) &+ 2048]
    return result
  }

  /// The same mixed estimate, of which nothing will be learnt.
  @inline(__always)
  func estimate(
    _ m: UnsafeMutablePointer<Int32>, _ kind: Kind, _ contexts: SIMD8<Int32>, views: Int, set: Int
  ) -> Int32 {
    predict(m, kind, contexts, views: views, set: set).one
  }

  /// Learns what the decision was.
  @inline(__always)
  func learn(
    _ m: UnsafeMutablePointer<Int32>, _ prediction: Prediction, views: Int, bit: Int32
  ) {
    let error = (bit << 16) &- prediction.one
    for v in 0..<views {
      m[prediction.weights &+ v] &+= (prediction.logits[v] &* error) >> 14
      count(m, Int(prediction.counters[v]), bit)
    }
  }

  /// Moves a counter towards what happened.
  @inline(__always)
  private func count(_ m: UnsafeMutablePointer<Int32>, _ at: Int, _ bit: Int32) {
    let old = m[at], seen = old & 255, estimate = old >> 8
    let target: Int32 = bit << 16 &- bit
    let moved = estimate &+ ((target &- estimate) &* tables.rates[Int(seen)]) >> 15
    m[at] = moved << 8 | min(seen &+ 1, Int32(ProbabilityTables.slowest))
  }

  /// Codes one decision seen in one context alone, without mixing.
  @inline(__always)
  func codeAlone<C: DecisionCoder>(
    _ m: UnsafeMutablePointer<Int32>, _ at: Int, bit: Int32, coder: inout C
  ) -> Int32 {
    let bit = coder.code(bit, one: min(max(m[at] >> 8, 64), 65472))
    count(m, at, bit)
    return bit
  }
}
