/// What happens to a convolution's sum before it is stored.
///
///     y = after(before(sum) + residual)
///
/// where each activation is min(max(v, 0) + slope · min(v, 0), ceiling): slope 1 is the identity,
/// 0 is RELU (RELU6 with ceiling 6), and a slope per channel is PRELU.
struct Epilogue {
  /// Bias, slopes before and slopes after, one row of `stride` floats each.
  let table: UnsafePointer<Float>
  let stride: Int
  let form: Int
  let ceilingBefore: Float
  let ceilingAfter: Float
  let residual: UnsafePointer<Float>?
  let residualStride: Int
  let residualChannels: Int

  static let activation = 0
  static let addition = 1
  static let activationAndAddition = 2
  static let hardSwish = 3
}

/// The epilogue for the channels that start at `channel`.
struct ChannelEpilogue<V: Lanes> {
  let form: Int
  let slopeBefore: V
  let slopeAfter: V
  let ceilingBefore: V
  let ceilingAfter: V
  let residual: UnsafePointer<Float>?
  let residualStride: Int
  let kept: Int

  @inline(__always) init(_ epilogue: Epilogue, channel: Int) {
    form = epilogue.form
    slopeBefore = V.load(epilogue.table + epilogue.stride + channel)
    slopeAfter = V.load(epilogue.table + 2 * epilogue.stride + channel)
    ceilingBefore = V(repeating: epilogue.ceilingBefore)
    ceilingAfter = V(repeating: epilogue.ceilingAfter)
    kept = epilogue.residualChannels - channel
    if let base = epilogue.residual, kept > 0 {
      residual = base + channel
    } else {
      residual = nil
    }
    residualStride = epilogue.residualStride
  }

  @inline(__always) func leaky(_ v: V, _ slope: V, _ ceiling: V) -> V {
    let zero = V(repeating: 0)
    return v.maximum(zero).adding(slope, times: v.minimum(zero)).minimum(ceiling)
  }

  @inline(__always) func remainder(_ row: Int) -> V {
    guard let residual else { return V(repeating: 0) }
    let v = V.load(residual + row * residualStride)
    return kept >= V.width ? v : v.keeping(kept)
  }

  /// The stored value of a sum that belongs to pixel `row`.
  @inline(__always) func callAsFunction(_ sum: V, _ row: Int) -> V {
    switch form {
    case Epilogue.activation:
      return leaky(sum, slopeBefore, ceilingBefore)
    case Epilogue.addition:
      return leaky(sum.plus(remainder(row)), slopeAfter, ceilingAfter)
    case Epilogue.activationAndAddition:
      let inner = leaky(sum, slopeBefore, ceilingBefore)
      return leaky(inner.plus(remainder(row)), slopeAfter, ceilingAfter)
    default:
      let gate = sum.plus(V(repeating: 3)).maximum(V(repeating: 0)).minimum(V(repeating: 6))
      return sum.times(gate).times(V(repeating: 1 / 6))
    }
  }
}
