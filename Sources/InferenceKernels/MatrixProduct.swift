/// output[r, n] = epilogue(bias[n] + Σₖ input[r, k] · weights[k, n]): a 1×1 convolution over pixels.
///
/// `weights` are panels of `panelWidth()` columns (a last panel of 8 where the padded width is not
/// a multiple), each `depth` × width, row by row. `table` holds bias, slopes before and slopes after
/// the addition, each `tableStride` floats (the column count rounded up to 8, at least). Rows may be
/// computed twice, so `output` must not overlap `input` or `residual`.
///
/// With fewer than 8 columns only those are stored, and `residual` must be nil. Otherwise stores
/// reach the column count rounded up to 8. Reads of `residual` may pass its end by 15 floats.
public func matrixProduct(
  rows: Int, depth: Int, columns: Int,
  input: UnsafePointer<Float>, inputStride: Int,
  weights: UnsafePointer<Float>,
  table: UnsafePointer<Float>, tableStride: Int,
  form: Int, ceilingBefore: Float, ceilingAfter: Float,
  residual: UnsafePointer<Float>?, residualStride: Int, residualChannels: Int,
  output: UnsafeMutablePointer<Float>, outputStride: Int
) {
  let epilogue = Epilogue(
    table: table, stride: tableStride, form: form, ceilingBefore: ceilingBefore,
    ceilingAfter: ceilingAfter, residual: residual, residualStride: residualStride,
    residualChannels: residualChannels)
  if columns < 8 {
    narrowProduct(
      rows: rows, depth: depth, columns: columns, input: input, inputStride: inputStride,
      weights: weights, epilogue: epilogue, output: output, outputStride: outputStride)
    return
  }
  let padded = (columns + 7) & ~7
  var column = 0
  if panelWidth() == 16 {
    column = padded & ~15
    panels(
      SIMD16<Float>.self, columns: 0..<column, rows: rows, depth: depth, input: input,
      inputStride: inputStride, weights: weights, epilogue: epilogue, output: output,
      outputStride: outputStride)
  }
  panels(
    SIMD8<Float>.self, columns: column..<padded, rows: rows, depth: depth, input: input,
    inputStride: inputStride, weights: weights, epilogue: epilogue, output: output,
    outputStride: outputStride)
}

@inline(__always)
private func panels<V: Lanes>(
  _: V.Type, columns: Range<Int>, rows: Int, depth: Int,
  input: UnsafePointer<Float>, inputStride: Int, weights: UnsafePointer<Float>,
  epilogue: Epilogue, output: UnsafeMutablePointer<Float>, outputStride: Int
) {
  var column = columns.lowerBound
  #if HAS_FMA
    while column + 2 * V.width <= columns.upperBound {
      let first = ChannelEpilogue<V>(epilogue, channel: column)
      let second = ChannelEpilogue<V>(epilogue, channel: column + V.width)
      let w = weights + column * depth
      let bias = epilogue.table + column
      var row = 0
      while row < rows {
        if V.width == 16 && rows >= 6 {
          row = min(row, rows - 6)
          tile6x2(
            row, depth, input + row * inputStride, inputStride, w, w + V.width * depth, bias,
            first, second, output + row * outputStride + column, outputStride)
          row += 6
        } else if V.width == 8 && rows >= 4 {
          row = min(row, rows - 4)
          tile4x2(
            row, depth, input + row * inputStride, inputStride, w, w + V.width * depth, bias,
            first, second, output + row * outputStride + column, outputStride)
          row += 4
        } else {
          tile1x2(
            row, depth, input + row * inputStride, w, w + V.width * depth, bias, first, second,
            output + row * outputStride + column)
          row += 1
        }
      }
      column += 2 * V.width
    }
  #endif
  while column < columns.upperBound {
    let first = ChannelEpilogue<V>(epilogue, channel: column)
    let w = weights + column * depth
    let bias = epilogue.table + column
    var row = 0
    while row < rows {
      if rows >= 6 {
        row = min(row, rows - tileRows)
        tile(
          row, depth, input + row * inputStride, inputStride, w, bias, first,
          output + row * outputStride + column, outputStride)
        row += tileRows
      } else {
        tile1x1(
          row, depth, input + row * inputStride, w, bias, first,
          output + row * outputStride + column)
        row += 1
      }
    }
    column += V.width
  }
}

@inline(__always)
private func tile6x2<V: Lanes>(
  _ row: Int, _ depth: Int, _ input: UnsafePointer<Float>, _ inputStride: Int,
  _ w0: UnsafePointer<Float>, _ w1: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
  _ first: ChannelEpilogue<V>, _ second: ChannelEpilogue<V>,
  _ output: UnsafeMutablePointer<Float>, _ outputStride: Int
) {
  let i0 = input
  let i1 = i0 + inputStride
  let i2 = i1 + inputStride
  let i3 = i2 + inputStride
  let i4 = i3 + inputStride
  let i5 = i4 + inputStride
  let biasA = V.load(bias)
  let biasB = V.load(bias + V.width)
  var (a0, a1, a2, a3, a4, a5) = (biasA, biasA, biasA, biasA, biasA, biasA)
  var (b0, b1, b2, b3, b4, b5) = (biasB, biasB, biasB, biasB, biasB, biasB)
  var k = 0
  while k < depth {
    let wa = V.load(w0 + k * V.width)
    let wb = V.load(w1 + k * V.width)
    let x0 = V(repeating: i0[k])
    a0 = a0.adding(x0, times: wa)
    b0 = b0.adding(x0, times: wb)
    let x1 = V(repeating: i1[k])
    a1 = a1.adding(x1, times: wa)
    b1 = b1.adding(x1, times: wb)
    let x2 = V(repeating: i2[k])
    a2 = a2.adding(x2, times: wa)
    b2 = b2.adding(x2, times: wb)
    let x3 = V(repeating: i3[k])
    a3 = a3.adding(x3, times: wa)
    b3 = b3.adding(x3, times: wb)
    let x4 = V(repeating: i4[k])
    a4 = a4.adding(x4, times: wa)
    b4 = b4.adding(x4, times: wb)
    let x5 = V(repeating: i5[k])
    a5 = a5.adding(x5, times: wa)
    b5 = b5.adding(x5, times: wb)
    k += 1
  }
  var out = output
  first(a0, row).store(out)
  second(b0, row).store(out + V.width)
  out += outputStride
  first(a1, row + 1).store(out)
  second(b1, row + 1).store(out + V.width)
  out += outputStride
  first(a2, row + 2).store(out)
  second(b2, row + 2).store(out + V.width)
  out += outputStride
  first(a3, row + 3).store(out)
  second(b3, row + 3).store(out + V.width)
  out += outputStride
  first(a4, row + 4).store(out)
  second(b4, row + 4).store(out + V.width)
  out += outputStride
  first(a5, row + 5).store(out)
  second(b5, row + 5).store(out + V.width)
}

/// Rows of a tile one panel wide: WebAssembly's engines have fifteen registers, of which six rows
/// would spill one.
@inline(__always) private var tileRows: Int {
  #if arch(wasm32)
    5
  #else
    6
  #endif
}

@inline(__always)
private func tile<V: Lanes>(
  _ row: Int, _ depth: Int, _ input: UnsafePointer<Float>, _ inputStride: Int,
  _ w: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ epilogue: ChannelEpilogue<V>,
  _ output: UnsafeMutablePointer<Float>, _ outputStride: Int
) {
  let i0 = input
  let i1 = i0 + inputStride
  let i2 = i1 + inputStride
  let i3 = i2 + inputStride
  let i4 = i3 + inputStride
  let i5 = i4 + inputStride
  let b = V.load(bias)
  var (a0, a1, a2, a3, a4, a5) = (b, b, b, b, b, b)
  var k = 0
  while k < depth {
    let wk = V.load(w + k * V.width)
    a0 = a0.adding(V(repeating: i0[k]), times: wk)
    a1 = a1.adding(V(repeating: i1[k]), times: wk)
    a2 = a2.adding(V(repeating: i2[k]), times: wk)
    a3 = a3.adding(V(repeating: i3[k]), times: wk)
    a4 = a4.adding(V(repeating: i4[k]), times: wk)
    if tileRows == 6 { a5 = a5.adding(V(repeating: i5[k]), times: wk) }
    k += 1
  }
  epilogue(a0, row).store(output)
  epilogue(a1, row + 1).store(output + outputStride)
  epilogue(a2, row + 2).store(output + 2 * outputStride)
  epilogue(a3, row + 3).store(output + 3 * outputStride)
  epilogue(a4, row + 4).store(output + 4 * outputStride)
  if tileRows == 6 { epilogue(a5, row + 5).store(output + 5 * outputStride) }
}

/// One row has too few sums to hide the adder's latency, so each is split over four.
@inline(__always)
private func tile1x1<V: Lanes>(
  _ row: Int, _ depth: Int, _ input: UnsafePointer<Float>, _ w: UnsafePointer<Float>,
  _ bias: UnsafePointer<Float>, _ epilogue: ChannelEpilogue<V>,
  _ output: UnsafeMutablePointer<Float>
) {
  var a0 = V.load(bias)
  var (a1, a2, a3) = (V(repeating: 0), V(repeating: 0), V(repeating: 0))
  var k = 0
  while k + 4 <= depth {
    let wk = w + k * V.width
    a0 = a0.adding(V(repeating: input[k]), times: V.load(wk))
    a1 = a1.adding(V(repeating: input[k + 1]), times: V.load(wk + V.width))
    a2 = a2.adding(V(repeating: input[k + 2]), times: V.load(wk + 2 * V.width))
    a3 = a3.adding(V(repeating: input[k + 3]), times: V.load(wk + 3 * V.width))
    k += 4
  }
  while k < depth {
    a0 = a0.adding(V(repeating: input[k]), times: V.load(w + k * V.width))
    k += 1
  }
  epilogue(a0.plus(a1).plus(a2.plus(a3)), row).store(output)
}

#if HAS_FMA
  /// With sixteen registers, more rows would spill.
  @inline(__always)
  private func tile4x2<V: Lanes>(
    _ row: Int, _ depth: Int, _ input: UnsafePointer<Float>, _ inputStride: Int,
    _ w0: UnsafePointer<Float>, _ w1: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
    _ first: ChannelEpilogue<V>, _ second: ChannelEpilogue<V>,
    _ output: UnsafeMutablePointer<Float>, _ outputStride: Int
  ) {
    let i1 = input + inputStride
    let i2 = i1 + inputStride
    let i3 = i2 + inputStride
    let biasA = V.load(bias)
    let biasB = V.load(bias + V.width)
    var (a0, a1, a2, a3) = (biasA, biasA, biasA, biasA)
    var (b0, b1, b2, b3) = (biasB, biasB, biasB, biasB)
    var k = 0
    while k < depth {
      let wa = V.load(w0 + k * V.width)
      let wb = V.load(w1 + k * V.width)
      let x0 = V(repeating: input[k])
      a0 = a0.adding(x0, times: wa)
      b0 = b0.adding(x0, times: wb)
      let x1 = V(repeating: i1[k])
      a1 = a1.adding(x1, times: wa)
      b1 = b1.adding(x1, times: wb)
      let x2 = V(repeating: i2[k])
      a2 = a2.adding(x2, times: wa)
      b2 = b2.adding(x2, times: wb)
      let x3 = V(repeating: i3[k])
      a3 = a3.adding(x3, times: wa)
      b3 = b3.adding(x3, times: wb)
      k += 1
    }
    var out = output
    first(a0, row).store(out)
    second(b0, row).store(out + V.width)
    out += outputStride
    first(a1, row + 1).store(out)
    second(b1, row + 1).store(out + V.width)
    out += outputStride
    first(a2, row + 2).store(out)
    second(b2, row + 2).store(out + V.width)
    out += outputStride
    first(a3, row + 3).store(out)
    second(b3, row + 3).store(out + V.width)
  }

  @inline(__always)
  private func tile1x2<V: Lanes>(
    _ row: Int, _ depth: Int, _ input: UnsafePointer<Float>,
    _ w0: UnsafePointer<Float>, _ w1: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
    _ first: ChannelEpilogue<V>, _ second: ChannelEpilogue<V>,
    _ output: UnsafeMutablePointer<Float>
  ) {
    tile1x1(row, depth, input, w0, bias, first, output)
    tile1x1(row, depth, input, w1, bias + V.width, second, output + V.width)
  }
#endif

/// Fewer than eight columns: full vectors are computed and their first lanes stored.
private func narrowProduct(
  rows: Int, depth: Int, columns: Int, input: UnsafePointer<Float>, inputStride: Int,
  weights: UnsafePointer<Float>, epilogue: Epilogue, output: UnsafeMutablePointer<Float>,
  outputStride: Int
) {
  let channels = ChannelEpilogue<SIMD8<Float>>(epilogue, channel: 0)
  withUnsafeTemporaryAllocation(of: Float.self, capacity: 48) { scratch in
    guard let sums = scratch.baseAddress else { return }
    var row = 0
    while row < rows {
      let count = rows >= 6 ? tileRows : 1
      row = min(row, rows - count)
      if count > 1 {
        tile(
          row, depth, input + row * inputStride, inputStride, weights, epilogue.table, channels,
          sums, 8)
      } else {
        tile1x1(row, depth, input + row * inputStride, weights, epilogue.table, channels, sums)
      }
      for r in 0..<count {
        for c in 0..<columns { output[(row + r) * outputStride + c] = sums[r * 8 + c] }
      }
      row += count
    }
  }
}
