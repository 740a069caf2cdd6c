/// The order of decisions in a state, the same for writing, reading and choosing.
extension StateCoder {
  /// The largest symbol, and the largest component in steps: what lies beyond is cut off.
  static var largestSymbol: Int32 { 1 << 20 }

  /// Codes how far every component moved, and learns.
  ///
  /// - Parameters:
  ///   - m: a run, a copy of the reference's; becomes the state's.
  ///   - distance: states from the reference to this one.
  func codeComponents<C: DecisionCoder>(
    _ m: UnsafeMutablePointer<Int32>, distance: Int, coder: inout C
  ) {
    let n = components
    let spread = Self.spread(distance)
    let activity = m[layout.activity]
    var near: Int32 = 0
    var sum: Int32 = 0
    var condition: Int32 = 0
    for i in 0..<n {
      let history = self.history(m, i, spread)
      let nearBin = Self.nearBin(near)
      let kind = DependentQuantizer.kind(condition)
      let contexts = zeroContexts(
        history, i, near: nearBin, mean: mean(i, sum, activity), kind: kind)
      let zero = model.predict(m, model.nonzero, contexts, views: 5, set: zeroWeights(i, kind))
      var symbol = coder.symbol(of: i)
      let isNonzero = coder.code(symbol == 0 ? 0 : 1, one: zero.one)
      model.learn(m, zero, views: 5, bit: isNonzero)
      if isNonzero == 0 {
        symbol = 0
      } else {
        symbol = codeSize(
          m, i, symbol, own: history.own, near: nearBin, isOdd: condition >> 1, coder: &coder)
      }
      let size = abs(symbol)
      near = Self.near(near, size)
      sum &+= min(size, 4)
      let scaled = size == 0 ? 0 : (min(size, 6) << 16) / spread
      let quick = m[layout.quick + i], slow = m[layout.slow + i]
      m[layout.quick + i] = quick &+ ((scaled &- quick) &* 77) >> 8
      m[layout.slow + i] = slow &+ ((scaled &- slow) &* 18) >> 8
      m[layout.before + i] = m[layout.last + i]
      m[layout.last + i] = symbol
      let movement = DependentQuantizer.movement(symbol, condition)
      m[layout.drift + i] =
        m[layout.drift + i] >> 1 &+ min(max(movement, -Self.widestDrift), Self.widestDrift) &* 64
      let value = m[layout.values + i] &+ movement
      m[layout.values + i] = min(max(value, -Self.largestSymbol), Self.largestSymbol)
      condition = DependentQuantizer.next(condition, symbol)
    }
    m[layout.activity] = (activity >> 1) &+ sum &* 384 / Int32(n)
  }

  /// What a component did before, in classes.
  struct History {
    /// How active it has been lately, and over a while; 0…9.
    let own, lasting: Int32
    /// Sizes of its last two symbols, at most 2.
    let last, before: Int32
  }

  @inline(__always)
  func history(_ m: UnsafeMutablePointer<Int32>, _ i: Int, _ spread: Int32) -> History {
    let quick = m[layout.quick + i], slow = m[layout.slow + i]
    return History(
      own: activityBin((((quick &* 179 &+ slow &* 77) >> 8) &* spread) >> 8),
      lasting: activityBin((slow &* spread) >> 8),
      last: min(abs(m[layout.last + i]), 2), before: min(abs(m[layout.before + i]), 2))
  }

  /// How active the components before this one are, with all of the last state, as one of six classes.
  @inline(__always)
  func mean(_ i: Int, _ sum: Int32, _ activity: Int32) -> Int32 {
    Self.nearBin(activity &+ (sum &* shares[i]) >> 8)
  }

  /// The contexts of whether a symbol is zero.
  @inline(__always)
  func zeroContexts(
    _ history: History, _ i: Int, near: Int32, mean: Int32, kind: Int32
  ) -> SIMD8<Int32> {
    SIMD8(
      history.own &+ 10 &* kind,
      history.last &* 3 &+ history.before &+ 9 &* near &+ 54 &* kind,
      history.lasting &+ 10 &* near &+ 60 &* kind,
      mean &+ 8 &* Int32(min(i / 4, 11)) &+ 96 &* kind,
      (Int32(i) &* 3 &+ history.last) &* 3 &+ kind, 0, 0, 0)
  }

  /// The set of weights that mixes them.
  @inline(__always)
  func zeroWeights(_ i: Int, _ kind: Int32) -> Int { min(i / 8, 11) * 3 + Int(kind) }

  /// The average of the symbols before a component, in 1/256, the nearest counting most.
  @inline(__always)
  static func near(_ near: Int32, _ size: Int32) -> Int32 {
    (3 &* near &+ min(size, 3) &* 384) >> 2
  }

  /// Sign and size of a symbol that is not zero.
  @inline(__always)
  private func codeSize<C: DecisionCoder>(
    _ m: UnsafeMutablePointer<Int32>, _ i: Int, _ symbol: Int32, own: Int32, near: Int32,
    isOdd: Int32, coder: inout C
  ) -> Int32 {
    let signs = Self.signBin(m[layout.last + i]) &+ 3 &* Self.signBin(m[layout.before + i])
    let drift = driftBin(m[layout.drift + i]) &* 10 &+ own
    let sign = model.predict(
      m, model.negative, SIMD8(signs, Int32(i), drift, 0, 0, 0, 0, 0), views: 3, set: 0)
    let isNegative = coder.code(symbol < 0 ? 1 : 0, one: sign.one)
    model.learn(m, sign, views: 3, bit: isNegative)
    let group = Int32(min(i / 2, 11))
    var size: Int32 = 1
    let wanted = abs(symbol)
    while size < 16 {
      let row = size &- 1
      let contexts = SIMD8<Int32>(
        (row &* 10 &+ own) &* 2 &+ isOdd, (row &* 6 &+ near) &* 2 &+ isOdd, row &* 12 &+ group,
        0, 0, 0, 0, 0)
      let more = model.predict(m, model.larger, contexts, views: 3, set: 0)
      let isLarger = coder.code(wanted > size ? 1 : 0, one: more.one)
      model.learn(m, more, views: 3, bit: isLarger)
      if isLarger == 0 { break }
      size &+= 1
    }
    if size == 16 {
      size &+= Int32(codeUnbounded(UInt32(max(wanted, 16) &- 16), coder: &coder))
      size = min(size, Self.largestSymbol)
    }
    return isNegative != 0 ? -size : size
  }

  /// A number of unknown size: exponential Golomb, every bit as likely as not; below 2²⁰.
  func codeUnbounded<C: DecisionCoder>(_ value: UInt32, coder: inout C) -> UInt32 {
    let wanted = value + 1
    var width = 0
    while width < 20 {
      if coder.code(wanted >> UInt32(width + 1) != 0 ? 1 : 0, one: 32768) == 0 { break }
      width += 1
    }
    return (1 << UInt32(width) | coder.codeEvenly(wanted, count: width)) - 1
  }

  /// Codes every component of a key state.
  func codeKey<C: DecisionCoder>(_ m: UnsafeMutablePointer<Int32>, coder: inout C) {
    for i in 0..<components {
      let wanted = coder.symbol(of: i)
      let magnitude = UInt32(abs(wanted))
      let row = model.width.counters + Int(levels[i]) * 20
      var width = 0
      while width < 20 {
        let bit = model.codeAlone(
          m, row + min(width, 19), bit: magnitude >> UInt32(width) != 0 ? 1 : 0, coder: &coder)
        if bit == 0 { break }
        width += 1
      }
      var value: Int32 = 0
      if width > 0 {
        let isNegative = coder.code(wanted < 0 ? 1 : 0, one: 32768)
        let rest = coder.codeEvenly(magnitude, count: width - 1)
        value = Int32(1 << UInt32(width - 1) | rest)
        if isNegative != 0 { value = -value }
      }
      m[layout.values + i] = value
    }
  }

  /// Codes the time: as expected, or how many milliseconds off.
  func codeTime<C: DecisionCoder>(
    _ m: UnsafeMutablePointer<Int32>, distance: Int, wanted: Int64, coder: inout C
  ) {
    let expected = ticks(m) + Int64(distance) * Int64(configuration.interval)
    let off = (wanted - expected + (wanted >= expected ? 45 : -45)) / 90
    let bounded = Int32(min(max(off, -900_000), 900_000))
    let isOff = model.codeAlone(
      m, model.unexpected.counters + Int(m[layout.wasLate]), bit: bounded != 0 ? 1 : 0,
      coder: &coder)
    m[layout.wasLate] = isOff
    var result: Int64 = 0
    if isOff != 0 {
      let isNegative = coder.code(bounded < 0 ? 1 : 0, one: 32768)
      let size = UInt32(max(abs(bounded), 1)) - 1
      var width = 0
      while width < 20 {
        let bit = model.codeAlone(
          m, model.late.counters + min(width, 15),
          bit: (size + 1) >> UInt32(width + 1) != 0 ? 1 : 0, coder: &coder)
        if bit == 0 { break }
        width += 1
      }
      let rest = coder.codeEvenly(size + 1, count: width)
      result = Int64(1 << UInt32(width) | rest)
      if isNegative != 0 { result = -result }
    }
    setTicks(m, expected + result * 90)
  }

  /// Movements that count towards a drift are at most so wide.
  private static var widestDrift: Int32 { 64 }

  /// Which of seven classes a drift, in 1/256 steps a state, falls into: none, and three a side.
  @inline(__always)
  private func driftBin(_ v: Int32) -> Int32 {
    let size = abs(v)
    let bin: Int32 = (size >= 26 ? 1 : 0) &+ (size >= 77 ? 1 : 0) &+ (size >= 205 ? 1 : 0)
    return v < 0 && bin > 0 ? bin &+ 3 : bin
  }

  @inline(__always)
  static func signBin(_ v: Int32) -> Int32 { v > 0 ? 1 : v < 0 ? 2 : 0 }

  /// Which of ten classes an activity, in 1/256 steps a state, falls into.
  @inline(__always)
  func activityBin(_ v: Int32) -> Int32 {
    Int32(activityBins[Int(min(max(v, 0) >> 3, 70))])
  }

  /// Which of six classes an average of neighbouring symbols, in 1/256, falls into.
  @inline(__always)
  static func nearBin(_ v: Int32) -> Int32 {
    (v >= 26 ? 1 : 0) &+ (v >= 77 ? 1 : 0) &+ (v >= 154 ? 1 : 0) &+ (v >= 256 ? 1 : 0)
      &+ (v >= 410 ? 1 : 0)
  }

  /// The square root of a distance between states in 1/256: how much wider movements spread.
  static func spread(_ distance: Int) -> Int32 {
    let square = UInt32(min(max(distance, 1), 64)) << 16
    var root: UInt32 = 0
    var bit: UInt32 = 1 << 11
    while bit > 0 {
      if (root + bit) * (root + bit) <= square { root += bit }
      bit >>= 1
    }
    return Int32(root)
  }
}
