import Geometry

/// Adam on a small group of numbers that is visited now and then, such as one frame's pose.
struct AdamState {
  private var moment: [Float]
  private var variance: [Float]
  private var visits: [Int32]
  private let group: Int

  /// State for `count` groups of `group` numbers.
  init(count: Int, group: Int) {
    self.group = group
    moment = [Float](repeating: 0, count: count * group)
    variance = [Float](repeating: 0, count: count * group)
    visits = [Int32](repeating: 0, count: count)
  }

  /// Moves one group's values against its gradient.
  ///
  /// - Parameter rates: one learning rate a number.
  mutating func step(
    _ index: Int, values: inout [Float], gradient: [Float], rates: [Float], epsilon: Float = 1e-10
  ) {
    visits[index] += 1
    let t = Float(visits[index])
    let c1 = 1 / (1 - ElementaryFunctions.exp(t * -0.1053605))  // 1 − 0.9ᵗ
    let c2 = 1 / (1 - ElementaryFunctions.exp(t * -0.0100503))  // 1 − 0.99ᵗ
    let start = index * group
    for k in 0..<group {
      let g = gradient[k]
      moment[start + k] = moment[start + k] * 0.9 + g * 0.1
      variance[start + k] = variance[start + k] * 0.99 + g * g * 0.01
      values[start + k] -=
        rates[k] * moment[start + k] * c1 / ((variance[start + k] * c2).squareRoot() + epsilon)
    }
  }

  /// Everything, for a checkpoint.
  var snapshot: [Float] { moment + variance + visits.map { Float($0) } }

  /// Restores a ``snapshot`` of the same shape.
  mutating func restore(_ values: ArraySlice<Float>) {
    precondition(values.count == moment.count + variance.count + visits.count)
    var i = values.startIndex
    for k in moment.indices {
      moment[k] = values[i]
      i += 1
    }
    for k in variance.indices {
      variance[k] = values[i]
      i += 1
    }
    for k in visits.indices {
      visits[k] = Int32(values[i])
      i += 1
    }
  }
}
