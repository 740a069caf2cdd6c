extension Graph {
  /// Joins pads, additions and activations to the convolutions beside them.
  ///
  /// A joined node stands where the last of its parts stood, so that all it reads is there.
  mutating func fuse() {
    joinSpatialPads()
    for index in nodes.indices {
      switch nodes[index].operation {
      case .activation: joinActivation(index)
      case .combine(.addition): joinAddition(index)
      default: break
      }
    }
    dropUnused()
  }

  /// How often each tensor is read; outputs of the graph count once more.
  private func readers() -> [Int] {
    var count = [Int](repeating: 0, count: shapes.count)
    for node in nodes where !node.isDropped {
      for tensor in node.inputs { count[tensor] += 1 }
      if let residual = node.residual { count[residual] += 1 }
    }
    for tensor in outputs { count[tensor] += 1 }
    return count
  }

  /// The node that writes a tensor which nothing but one node reads.
  private func soleProducer(_ tensor: Int, before index: Int) -> Int? {
    guard readers()[tensor] == 1 else { return nil }
    return nodes[..<index].lastIndex { !$0.isDropped && $0.output == tensor }
  }

  private mutating func drop(_ index: Int) {
    nodes[index].inputs = []
    nodes[index].residual = nil
    nodes[index].output = -1
  }

  /// Windows take care of zeros around an image themselves.
  private mutating func joinSpatialPads() {
    for index in nodes.indices {
      guard case .pad(let before, let after) = nodes[index].operation, before[3] == 0,
        after[3] == 0
      else { continue }
      for reader in nodes.indices where nodes[reader].inputs == [nodes[index].output] {
        switch nodes[reader].operation {
        case .convolution(var geometry, let weights, let bias):
          geometry.padTop += before[1]
          geometry.padLeft += before[2]
          nodes[reader].operation = .convolution(geometry, weights: weights, bias: bias)
        case .depthwise(var geometry, let weights, let bias):
          geometry.padTop += before[1]
          geometry.padLeft += before[2]
          nodes[reader].operation = .depthwise(geometry, weights: weights, bias: bias)
        default: continue
        }
        nodes[reader].inputs = nodes[index].inputs
      }
    }
    dropUnused()
  }

  private mutating func joinActivation(_ index: Int) {
    guard let producer = soleProducer(nodes[index].inputs[0], before: index) else { return }
    let activation = nodes[index].before
    var joined = nodes[producer]
    switch joined.operation {
    case .convolution, .depthwise:
      if joined.residual != nil {
        guard joined.after.isNone, activation.isPiecewiseLinear else { return }
        joined.after = activation
      } else {
        guard joined.before.isNone, activation.isPiecewiseLinear || activation.isHardSwish else {
          return
        }
        joined.before = activation
      }
    case .combine:
      guard joined.before.isNone, case .rectified = activation else { return }
      joined.before = activation
    default: return
    }
    joined.output = nodes[index].output
    drop(producer)
    nodes[index] = joined
  }

  private mutating func joinAddition(_ index: Int) {
    let operands = nodes[index].inputs
    guard shapes[operands[0]] == shapes[operands[1]], nodes[index].before.isPiecewiseLinear,
      let channels = shapes[operands[0]].last, channels >= 8
    else { return }
    var best: (producer: Int, other: Int)?
    for (operand, other) in [(operands[0], operands[1]), (operands[1], operands[0])]
    where operand != other {
      guard let producer = soleProducer(operand, before: index), nodes[producer].residual == nil,
        nodes[producer].before.isPiecewiseLinear
      else { continue }
      switch nodes[producer].operation {
      case .convolution, .depthwise: break
      default: continue
      }
      if best.map({ $0.producer < producer }) ?? true { best = (producer, other) }
    }
    guard let (producer, other) = best else { return }
    var joined = nodes[producer]
    joined.residual = other
    joined.after = nodes[index].before
    joined.output = nodes[index].output
    drop(producer)
    nodes[index] = joined
    // Zero channels at the end need not exist: the residual simply has fewer.
    if let pad = soleProducer(other, before: index),
      case .pad(let before, let after) = nodes[pad].operation, before == [0, 0, 0, 0],
      after[1] == 0, after[2] == 0
    {
      nodes[index].residual = nodes[pad].inputs[0]
      drop(pad)
    }
  }

  /// Removes nodes whose result nothing reads.
  private mutating func dropUnused() {
    var count = readers()
    for index in nodes.indices.reversed() where !nodes[index].isDropped {
      guard count[nodes[index].output] == 0 else { continue }
      for tensor in nodes[index].inputs { count[tensor] -= 1 }
      if let residual = nodes[index].residual { count[residual] -= 1 }
      drop(index)
    }
    nodes.removeAll { $0.isDropped }
  }
}

extension Node {
  /// A node that another has taken in writes nothing.
  var isDropped: Bool { output < 0 }
}

extension Activation {
  var isHardSwish: Bool {
    if case .hardSwish = self { true } else { false }
  }
}
