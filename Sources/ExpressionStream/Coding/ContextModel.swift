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
  /// A kind of decision: how many contexts each of its views has, and its sets of weights.
  struct Kind {
    /// Where its counters start.
    let counters: Int
    /// The number of contexts of each view.
    let sizes: [Int]
    /// Where its weights start.
    let weights: Int
    /// Sets of weights.
    let sets: Int
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
      for size in sizes { next += size }
      let weights = next
      next += sets * sizes.count
      return Kind(counters: counters, sizes: sizes, weights: weights, sets: sets)
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
      var at = kind.counters
      for size in kind.sizes {
        for _ in 0..<size {
          m[at] = 32768 << 8
          at += 1
        }
      }
      let even = Int32(65536 / kind.sizes.count)
      for k in 0..<kind.sets * kind.sizes.count {
        m[kind.weights + k] = kind.sizes.count == 1 ? even : even * 9 / 8
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
    var offset = Int32(kind.counters)
    result.weights = kind.weights + set * views
    var sum: Int64 = 0
    tables.logits.withUnsafeBufferPointer { logits in
      for v in 0..<views {
        let at = offset &+ contexts[v]
        result.counters[v] = at
        let logit = logits[Int(m[Int(at)] >> 12)]
        result.logits[v] = logit
        sum &+= Int64(logit) &* Int64(m[result.weights &+ v])
        offset &+= Int32(truncatingIfNeeded: kind.sizes[v])
      }
    }
    let logit = Int(min(max(sum >> 16, -2047), 2047))
    result.one = tables.probabilities[logit + 2048]
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
    tables.rates.withUnsafeBufferPointer { rates in
      for v in 0..<views {
        m[prediction.weights &+ v] &+= (prediction.logits[v] &* error) >> 14
        let at = Int(prediction.counters[v])
        let old = m[at]
        let seen = old & 255
        let estimate = old >> 8
        let target: Int32 = bit << 16 &- bit
        let moved = estimate &+ ((target &- estimate) &* (rates[Int(seen)] >> 1)) >> 15
        m[at] = moved << 8 | min(seen + 1, Int32(ProbabilityTables.slowest))
      }
    }
  }

  /// Codes one decision seen in one context alone, without mixing.
  @inline(__always)
  func codeAlone<C: DecisionCoder>(
    _ m: UnsafeMutablePointer<Int32>, _ at: Int, bit: Int32, coder: inout C
  ) -> Int32 {
    let old = m[at]
    let estimate = old >> 8
    let bit = coder.code(bit, one: min(max(estimate, 64), 65472))
    let seen = old & 255
    let target: Int32 = bit << 16 &- bit
    let moved = estimate &+ ((target &- estimate) &* (tables.rates[Int(seen)] >> 1)) >> 15
    m[at] = moved << 8 | min(seen + 1, Int32(ProbabilityTables.slowest))
    return bit
  }
}
