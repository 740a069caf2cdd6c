import AvatarModel
import Geometry

/// Decisions from a range decoder, and what each is worth.
private struct MeasuringCoder: DecisionCoder {
  var decoder: RangeDecoder
  /// `[1 + components]`: the time's bits, then each component's.
  var bits: [Float]
  private var place = 0

  init(decoder: RangeDecoder, bits: [Float]) {
    self.decoder = decoder
    self.bits = bits
  }

  mutating func symbol(of component: Int) -> Int32 {
    place = component + 1
    return 0
  }

  mutating func code(_ bit: Int32, one: Int32) -> Int32 {
    let bit = decoder.decode(one: one)
    let share = Float(bit != 0 ? one : 65536 - one) / 65536
    bits[place] -= ElementaryFunctions.log(share) * 1.442695
    return bit
  }
}

extension StateCoder {
  /// Reads a state as ``read(_:reference:from:)`` does, and says what it cost: −log₂ of the
  /// probability of every decision.
  ///
  /// - Parameter bits: receives the bits of the time, then of each component.
  func readMeasured(
    _ n: UInt32, reference: UInt32?, from decoder: inout RangeDecoder, bits: inout [Float]
  ) throws(StreamError) {
    if let reference, !contains(reference) || n &- reference > 64 || n == reference {
      throw .missingReference(state: n, reference: reference)
    }
    let m = trial
    unsafe prepare(m, reference: reference)
    var coder = MeasuringCoder(
      decoder: decoder, bits: [Float](repeating: 0, count: components + 1))
    if let reference {
      unsafe codeTime(m, distance: Int(n &- reference), wanted: 0, coder: &coder)
      unsafe codeComponents(m, distance: Int(n &- reference), coder: &coder)
    } else {
      let high = coder.codeEvenly(0, count: 20)
      unsafe setTicks(m, Int64(high) << 20 | Int64(coder.codeEvenly(0, count: 20)))
      unsafe codeKey(m, coder: &coder)
    }
    decoder = coder.decoder
    bits = coder.bits
    if decoder.bytesPastEnd > 4 { throw .truncatedState(state: n) }
    remember(n, reference: reference, hasSymbols: false)
  }

  /// How much of each component's movement comes from each field of a state: `[component][field]`,
  /// each component's shares summing to one.
  ///
  /// A coordinate's part in a component is its weight in the way from coordinates to components
  /// times how far it moves from a state to the next, squared.
  func fieldShares() -> [Float] {
    let transform = configuration.transform
    let fields = RecordingStatistics.Field.allCases.count
    var power = [Float](repeating: 0, count: components * fields)
    var x = transform.mean
    var y = [Float](repeating: 0, count: components)
    for i in 0..<components {
      var variance: Float = 0
      for k in 0..<components {
        let move = transform.basis[k * components + i] * transform.incrementScale[k]
        variance += move * move
      }
      x[i] += 1
      forward.components(of: x, scale: 1, into: &y, at: 0)
      x[i] = transform.mean[i]
      let field = RecordingStatistics.Field(coordinate: i).rawValue
      for k in 0..<components { power[k * fields + field] += y[k] * y[k] * variance }
    }
    for k in 0..<components {
      var sum: Float = 0
      for f in 0..<fields { sum += power[k * fields + f] }
      for f in 0..<fields { power[k * fields + f] /= max(sum, 1e-30) }
    }
    return power
  }
}
