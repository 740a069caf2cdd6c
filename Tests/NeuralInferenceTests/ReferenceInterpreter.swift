@testable import NeuralInference

/// The slow twin of `Interpreter`: every operator as its definition reads, one at a time, in double
/// precision, nothing joined or rearranged.
struct ReferenceInterpreter {
  struct Tensor {
    var shape: [Int]
    var values: [Double]

    subscript(y: Int, x: Int, c: Int) -> Double {
      get { values[(y * shape[2] + x) * shape[3] + c] }
      set { values[(y * shape[2] + x) * shape[3] + c] = newValue }
    }

    static func zeros(_ shape: [Int]) -> Tensor {
      Tensor(shape: shape, values: [Double](repeating: 0, count: shape.reduce(1, *)))
    }
  }

  let model: Model

  func run(_ input: [Float]) -> [[Double]] {
    var tensors = model.tensors.map { tensor -> Tensor in
      switch tensor.constant {
      case .floats(let values): Tensor(shape: tensor.shape, values: values.map(Double.init))
      case .integers(let values): Tensor(shape: tensor.shape, values: values.map(Double.init))
      case nil: Tensor(shape: tensor.shape, values: [])
      }
    }
    tensors[model.inputTensors[0]].values = input.map(Double.init)
    for entry in model.operators {
      let operands = entry.inputs.filter { $0 >= 0 }.map { tensors[$0] }
      let output = tensors[entry.outputs[0]].shape
      tensors[entry.outputs[0]] = compute(entry.kind, operands, output)
    }
    return model.outputTensors.map { tensors[$0].values }
  }

  private func compute(_ kind: Operator.Kind, _ operands: [Tensor], _ shape: [Int]) -> Tensor {
    let input = operands[0]
    switch kind {
    case .convolution(let window):
      return convolve(input, operands[1], bias(operands), window, shape)
    case .depthwise(let window):
      return convolveDepthwise(input, operands[1], bias(operands), window, shape)
    case .fullyConnected(let activation):
      let weights = operands[1]
      var output = Tensor.zeros(shape)
      for n in 0..<weights.shape[0] {
        var sum = bias(operands)?[n] ?? 0
        for k in 0..<weights.shape[1] {
          sum += input.values[k] * weights.values[n * weights.shape[1] + k]
        }
        output.values[n] = apply(activation, sum)
      }
      return output
    case .pool(let window, let isMaximum):
      return pool(input, window, isMaximum, shape)
    case .combine(let combining, let activation):
      let count = shape.reduce(1, *)
      let values = (0..<count).map { i -> Double in
        let a = operands[0].values[i % operands[0].values.count]
        let b = operands[1].values[i % operands[1].values.count]
        switch combining {
        case .addition: return apply(activation, a + b)
        case .multiplication: return apply(activation, a * b)
        case .subtraction: return apply(activation, a - b)
        }
      }
      return Tensor(shape: shape, values: values)
    case .mean:
      var output = Tensor.zeros(shape)
      for (i, v) in input.values.enumerated() { output.values[i % input.shape[3]] += v }
      let pixels = Double(input.shape[1] * input.shape[2])
      output.values = output.values.map { $0 / pixels }
      return output
    case .pad:
      var output = Tensor.zeros(shape)
      let amounts = operands[1].values.map { Int($0) }
      for y in 0..<input.shape[1] {
        for x in 0..<input.shape[2] {
          for c in 0..<input.shape[3] {
            output[y + amounts[2], x + amounts[4], c + amounts[6]] = input[y, x, c]
          }
        }
      }
      return output
    case .reshape:
      return Tensor(shape: shape, values: input.values)
    case .concatenation(let axis):
      return concatenate(operands, axis < 0 ? axis + shape.count : axis, shape)
    case .resize(let alignsCorners, let halfPixelCenters):
      return resize(input, alignsCorners, halfPixelCenters, shape)
    case .depthToSpace(let block):
      var output = Tensor.zeros(shape)
      for y in 0..<shape[1] {
        for x in 0..<shape[2] {
          for c in 0..<shape[3] {
            let channel = (y % block * block + x % block) * shape[3] + c
            output[y, x, c] = input[y / block, x / block, channel]
          }
        }
      }
      return output
    case .rectifier(let activation):
      return Tensor(shape: shape, values: input.values.map { apply(activation, $0) })
    case .parametricRectifier:
      let slopes = operands[1].values
      let values = input.values.enumerated().map { i, v in
        v >= 0 ? v : v * slopes[i % slopes.count]
      }
      return Tensor(shape: shape, values: values)
    case .hardSwish:
      return Tensor(shape: shape, values: input.values.map { $0 * min(max($0 + 3, 0), 6) / 6 })
    case .logistic:
      return Tensor(shape: shape, values: input.values.map { 1 / (1 + exponential(-$0)) })
    case .transposedConvolution(let strideY, let strideX, _):
      return convolveTransposed(input, operands[1], bias(operands), strideY, strideX, shape)
    }
  }

  // MARK: Parts

  private func bias(_ operands: [Tensor]) -> [Double]? {
    operands.count > 2 ? operands[2].values : nil
  }

  private func apply(_ activation: Operator.FusedActivation, _ v: Double) -> Double {
    switch activation {
    case .none: v
    case .rectified: max(v, 0)
    case .rectifiedTo6: min(max(v, 0), 6)
    }
  }

  /// eˣ = (e^(x/1024))^1024 by its series.
  private func exponential(_ x: Double) -> Double {
    let small = min(max(x, -80), 80) / 1024
    var term = 1.0
    var sum = 1.0
    for n in 1...12 {
      term *= small / Double(n)
      sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
  }

  /// Where the first window starts: half of what the last one lacks, rounded down.
  private func start(_ isSame: Bool, _ size: Int, _ out: Int, _ kernel: Int, _ stride: Int) -> Int {
    isSame ? -max(0, (out - 1) * stride + kernel - size) / 2 : 0
  }

  private func convolve(
    _ input: Tensor, _ weights: Tensor, _ bias: [Double]?, _ window: Operator.Window,
    _ shape: [Int]
  ) -> Tensor {
    var output = Tensor.zeros(shape)
    let (kernelHeight, kernelWidth) = (weights.shape[1], weights.shape[2])
    let top = start(window.isSame, input.shape[1], shape[1], kernelHeight, window.strideY)
    let left = start(window.isSame, input.shape[2], shape[2], kernelWidth, window.strideX)
    for y in 0..<shape[1] {
      for x in 0..<shape[2] {
        for n in 0..<shape[3] {
          var sum = bias?[n] ?? 0
          for i in 0..<kernelHeight {
            let row = top + y * window.strideY + i
            if row < 0 || row >= input.shape[1] { continue }
            for j in 0..<kernelWidth {
              let column = left + x * window.strideX + j
              if column < 0 || column >= input.shape[2] { continue }
              let depth = input.shape[3]
              let tap = ((n * kernelHeight + i) * kernelWidth + j) * depth
              for c in 0..<depth { sum += input[row, column, c] * weights.values[tap + c] }
            }
          }
          output[y, x, n] = apply(window.activation, sum)
        }
      }
    }
    return output
  }

  private func convolveDepthwise(
    _ input: Tensor, _ weights: Tensor, _ bias: [Double]?, _ window: Operator.Window,
    _ shape: [Int]
  ) -> Tensor {
    var output = Tensor.zeros(shape)
    let (kernelHeight, kernelWidth) = (weights.shape[1], weights.shape[2])
    let top = start(window.isSame, input.shape[1], shape[1], kernelHeight, window.strideY)
    let left = start(window.isSame, input.shape[2], shape[2], kernelWidth, window.strideX)
    for y in 0..<shape[1] {
      for x in 0..<shape[2] {
        for c in 0..<shape[3] {
          var sum = bias?[c] ?? 0
          for i in 0..<kernelHeight {
            let row = top + y * window.strideY + i
            if row < 0 || row >= input.shape[1] { continue }
            for j in 0..<kernelWidth {
              let column = left + x * window.strideX + j
              if column < 0 || column >= input.shape[2] { continue }
              sum += input[row, column, c] * weights.values[(i * kernelWidth + j) * shape[3] + c]
            }
          }
          output[y, x, c] = apply(window.activation, sum)
        }
      }
    }
    return output
  }

  private func pool(
    _ input: Tensor, _ window: Operator.Window, _ isMaximum: Bool, _ shape: [Int]
  ) -> Tensor {
    var output = Tensor.zeros(shape)
    let top = start(window.isSame, input.shape[1], shape[1], window.height, window.strideY)
    let left = start(window.isSame, input.shape[2], shape[2], window.width, window.strideX)
    for y in 0..<shape[1] {
      for x in 0..<shape[2] {
        for c in 0..<shape[3] {
          var seen: [Double] = []
          for i in 0..<window.height {
            for j in 0..<window.width {
              let (row, column) = (top + y * window.strideY + i, left + x * window.strideX + j)
              if row >= 0, row < input.shape[1], column >= 0, column < input.shape[2] {
                seen.append(input[row, column, c])
              }
            }
          }
          let value =
            isMaximum ? seen.max() ?? -.infinity : seen.reduce(0, +) / Double(max(1, seen.count))
          output[y, x, c] = apply(window.activation, value)
        }
      }
    }
    return output
  }

  private func concatenate(_ operands: [Tensor], _ axis: Int, _ shape: [Int]) -> Tensor {
    var output: [Double] = []
    let outer = shape[..<axis].reduce(1, *)
    for block in 0..<outer {
      for operand in operands {
        let length = operand.values.count / outer
        output += operand.values[block * length..<(block + 1) * length]
      }
    }
    return Tensor(shape: shape, values: output)
  }

  private func resize(
    _ input: Tensor, _ alignsCorners: Bool, _ halfPixelCenters: Bool, _ shape: [Int]
  ) -> Tensor {
    func place(_ i: Int, _ source: Int, _ target: Int) -> (Int, Int, Double) {
      var scale = Double(source) / Double(target)
      if alignsCorners && target > 1 { scale = Double(source - 1) / Double(target - 1) }
      let exact =
        halfPixelCenters ? max(0, (Double(i) + 0.5) * scale - 0.5) : Double(i) * scale
      // Single precision decides at exact integers, as in the engine that the models come from.
      let first = min(Int(Float(exact)), source - 1)
      return (first, min(first + 1, source - 1), exact - Double(first))
    }
    var output = Tensor.zeros(shape)
    for y in 0..<shape[1] {
      let (y0, y1, fy) = place(y, input.shape[1], shape[1])
      for x in 0..<shape[2] {
        let (x0, x1, fx) = place(x, input.shape[2], shape[2])
        for c in 0..<shape[3] {
          output[y, x, c] =
            (input[y0, x0, c] * (1 - fx) + input[y0, x1, c] * fx) * (1 - fy)
            + (input[y1, x0, c] * (1 - fx) + input[y1, x1, c] * fx) * fy
        }
      }
    }
    return output
  }

  private func convolveTransposed(
    _ input: Tensor, _ weights: Tensor, _ bias: [Double]?, _ strideY: Int, _ strideX: Int,
    _ shape: [Int]
  ) -> Tensor {
    var output = Tensor.zeros(shape)
    for y in 0..<shape[1] {
      for x in 0..<shape[2] { for n in 0..<shape[3] { output[y, x, n] = bias?[n] ?? 0 } }
    }
    let (kernelHeight, kernelWidth, depth) = (weights.shape[1], weights.shape[2], input.shape[3])
    for y in 0..<input.shape[1] {
      for x in 0..<input.shape[2] {
        for n in 0..<shape[3] {
          for i in 0..<kernelHeight {
            for j in 0..<kernelWidth {
              let tap = ((n * kernelHeight + i) * kernelWidth + j) * depth
              for c in 0..<depth {
                output[y * strideY + i, x * strideX + j, n] +=
                  input[y, x, c] * weights.values[tap + c]
              }
            }
          }
        }
      }
    }
    return output
  }
}
