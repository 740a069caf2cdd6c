/// One kernel call of a run, all sizes and places known: a value without references.
///
/// Places in the arena are offsets in floats; constants are offsets in the constant pool.
enum Step {
  case product(Product)
  case patches(Patches, Product)
  case depthwise(Depthwise)
  case pool(Window, isMaximum: Bool, input: Int, output: Int, channels: Int)
  case mean(pixels: Int, channels: Int, input: Int, output: Int)
  case combine(Combination)
  case rectify(rows: Int, channels: Int, input: Int, slopes: Int, ceiling: Float, output: Int)
  case hardSwish(count: Int, input: Int, output: Int)
  case logistic(count: Int, input: Int, output: Int)
  /// Zeros, before copies fill a part.
  case clear(output: Int, count: Int)
  case copy(rows: Int, count: Int, input: Int, inputStride: Int, output: Int, outputStride: Int)
  case reshape(input: Layout, inputPlace: Int, output: Layout, outputPlace: Int)
  case resize(Resize)
  case depthToSpace(
    block: Int, channels: Int, input: Int, inputStride: Int, height: Int, width: Int, output: Int,
    outputStride: Int)

  /// The addition and activations after a convolution.
  struct Epilogue {
    var form: Int
    var ceilingBefore: Float
    var ceilingAfter: Float
    /// Bias and slopes, in the constant pool.
    var table: Int
    var tableStride: Int
    /// A place in the arena, or −1.
    var residual: Int
    var residualStride: Int
    var residualChannels: Int
  }

  struct Product {
    var rows: Int
    var depth: Int
    var columns: Int
    var input: Int
    var inputStride: Int
    var weights: Int
    var epilogue: Epilogue
    var output: Int
    var outputStride: Int
  }

  struct Window {
    var geometry: Node.Geometry
    var inputHeight: Int
    var inputWidth: Int
    var outputHeight: Int
    var outputWidth: Int
  }

  /// Patches of the image go to `scratch`, `chunk` pixels at a time, and are multiplied there.
  struct Patches {
    var window: Window
    var input: Int
    var depth: Int
    var channels: Int
    var scratch: Int
    var chunk: Int
  }

  struct Depthwise {
    var window: Window
    var channels: Int
    var input: Int
    var weights: Int
    var epilogue: Epilogue
    var output: Int
  }

  struct Combination {
    var operation: Int
    var rows: Int
    var channels: Int
    var left: Int
    var leftStride: Int
    var right: Int
    var rightStride: Int
    var slope: Float
    var ceiling: Float
    var output: Int
  }

  struct Resize {
    var channels: Int
    var input: Int
    var inputWidth: Int
    var output: Int
    var outputHeight: Int
    var outputWidth: Int
    /// In the index pool: lefts, rights, uppers, lowers; in the constant pool: the fractions.
    var indices: Int
    var fractionsX: Int
    var fractionsY: Int
  }
}

/// How a tensor lies in the arena: rows of `channels` floats, each row at `stride`.
///
/// Strides are multiples of 8, so that kernels need no tails; fewer than 8 channels lie densely.
struct Layout {
  var rows: Int
  var channels: Int
  var stride: Int

  init(_ shape: [Int]) {
    channels = shape[shape.count - 1]
    rows = shape.dropLast().reduce(1, *)
    stride = channels < 8 ? channels : (channels + 7) & ~7
  }

  var count: Int { rows * stride }
}
