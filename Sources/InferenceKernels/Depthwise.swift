/// Rows `firstRow..<lastRow` of a depthwise convolution, written from `output` on, densely.
///
/// `channels` is the pixel stride of input and output: a multiple of 8, or less than 8. `weights`
/// are kernelHeight × kernelWidth × channels; `table` as in `matrixProduct`. The residual is
/// indexed by the pixel's place in the whole output.
public func depthwise(
  channels: Int, input: UnsafePointer<Float>, inputHeight: Int, inputWidth: Int,
  kernelHeight: Int, kernelWidth: Int, strideY: Int, strideX: Int, padTop: Int, padLeft: Int,
  weights: UnsafePointer<Float>, table: UnsafePointer<Float>, tableStride: Int,
  form: Int, ceilingBefore: Float, ceilingAfter: Float,
  residual: UnsafePointer<Float>?, residualStride: Int, residualChannels: Int,
  output: UnsafeMutablePointer<Float>, outputWidth: Int, firstRow: Int, lastRow: Int
) {
  let epilogue = Epilogue(
    table: table, stride: tableStride, form: form, ceilingBefore: ceilingBefore,
    ceilingAfter: ceilingAfter, residual: residual, residualStride: residualStride,
    residualChannels: residualChannels)
  // Columns whose whole window lies inside the input.
  let firstInner = min(outputWidth, (padLeft + strideX - 1) / strideX)
  let room = inputWidth + padLeft - kernelWidth
  let lastInner = room < 0 ? firstInner : max(firstInner, min(outputWidth, room / strideX + 1))
  for y in firstRow..<lastRow {
    let top = y * strideY - padTop
    let row = DepthwiseRow(
      input: input, channels: channels, inputWidth: inputWidth, kernelWidth: kernelWidth,
      strideX: strideX, padLeft: padLeft, top: top, firstTap: max(0, -top),
      lastTap: min(kernelHeight, inputHeight - top), weights: weights, table: table,
      output: output + (y - firstRow) * outputWidth * channels, outputWidth: outputWidth,
      firstPixel: y * outputWidth, firstInner: firstInner, lastInner: lastInner)
    var channel = 0
    if panelWidth() == 16 {
      while channel + 16 <= channels {
        row.compute(ChannelEpilogue<SIMD16<Float>>(epilogue, channel: channel), channel)
        channel += 16
      }
    }
    while channel + 8 <= channels {
      row.compute(ChannelEpilogue<SIMD8<Float>>(epilogue, channel: channel), channel)
      channel += 8
    }
    if channels < 8 { row.computeNarrow(epilogue) }
  }
}

private struct DepthwiseRow {
  let input: UnsafePointer<Float>
  let channels: Int
  let inputWidth: Int
  let kernelWidth: Int
  let strideX: Int
  let padLeft: Int
  let top: Int
  let firstTap: Int
  let lastTap: Int
  let weights: UnsafePointer<Float>
  let table: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  let outputWidth: Int
  let firstPixel: Int
  let firstInner: Int
  let lastInner: Int

  @inline(__always)
  func compute<V: Lanes>(_ epilogue: ChannelEpilogue<V>, _ channel: Int) {
    for x in 0..<firstInner { edge(epilogue, channel, x) }
    var x = firstInner
    while x + 4 <= lastInner {
      four(epilogue, channel, x)
      x += 4
    }
    while x < outputWidth {
      edge(epilogue, channel, x)
      x += 1
    }
  }

  @inline(__always)
  private func four<V: Lanes>(_ epilogue: ChannelEpilogue<V>, _ channel: Int, _ x: Int) {
    let bias = V.load(table + channel)
    var (a0, a1, a2, a3) = (bias, bias, bias, bias)
    let step = strideX * channels
    var tapRow = firstTap
    while tapRow < lastTap {
      var pixel =
        input + ((top + tapRow) * inputWidth + x * strideX - padLeft) * channels + channel
      var w = weights + tapRow * kernelWidth * channels + channel
      var tap = 0
      while tap < kernelWidth {
        let weight = V.load(w)
        a0 = a0.adding(V.load(pixel), times: weight)
        a1 = a1.adding(V.load(pixel + step), times: weight)
        a2 = a2.adding(V.load(pixel + 2 * step), times: weight)
        a3 = a3.adding(V.load(pixel + 3 * step), times: weight)
        pixel += channels
        w += channels
        tap += 1
      }
      tapRow += 1
    }
    let out = output + x * channels + channel
    epilogue(a0, firstPixel + x).store(out)
    epilogue(a1, firstPixel + x + 1).store(out + channels)
    epilogue(a2, firstPixel + x + 2).store(out + 2 * channels)
    epilogue(a3, firstPixel + x + 3).store(out + 3 * channels)
  }

  /// One pixel whose window may reach over the left or right border.
  @inline(__always)
  private func edge<V: Lanes>(_ epilogue: ChannelEpilogue<V>, _ channel: Int, _ x: Int) {
    var sum = V.load(table + channel)
    let left = x * strideX - padLeft
    let first = max(0, -left)
    let last = min(kernelWidth, inputWidth - left)
    var tapRow = firstTap
    while tapRow < lastTap {
      let pixels = input + ((top + tapRow) * inputWidth + left) * channels + channel
      let w = weights + tapRow * kernelWidth * channels + channel
      var tap = first
      while tap < last {
        sum = sum.adding(V.load(pixels + tap * channels), times: V.load(w + tap * channels))
        tap += 1
      }
      tapRow += 1
    }
    epilogue(sum, firstPixel + x).store(output + x * channels + channel)
  }

  /// Fewer than eight channels, one at a time.
  func computeNarrow(_ epilogue: Epilogue) {
    let lanes = ChannelEpilogue<SIMD8<Float>>(epilogue, channel: 0)
    for x in 0..<outputWidth {
      var sum = SIMD8<Float>.load(table)
      let left = x * strideX - padLeft
      for tapRow in firstTap..<max(firstTap, lastTap) {
        for tap in max(0, -left)..<max(0, -left, min(kernelWidth, inputWidth - left)) {
          for c in 0..<channels {
            sum[c] +=
              input[((top + tapRow) * inputWidth + left + tap) * channels + c]
              * weights[(tapRow * kernelWidth + tap) * channels + c]
          }
        }
      }
      let value = lanes(sum, firstPixel + x)
      for c in 0..<channels { output[x * channels + c] = value[c] }
    }
  }
}
