/// Maximum or average over windows; padding takes no part in either.
///
/// `channels` is the pixel stride.
public func pool(
  isMaximum: Bool, channels: Int, input: UnsafePointer<Float>, inputHeight: Int, inputWidth: Int,
  kernelHeight: Int, kernelWidth: Int, strideY: Int, strideX: Int, padTop: Int, padLeft: Int,
  output: UnsafeMutablePointer<Float>, outputHeight: Int, outputWidth: Int
) {
  for y in 0..<outputHeight {
    let top = max(0, y * strideY - padTop)
    let bottom = min(inputHeight, y * strideY - padTop + kernelHeight)
    for x in 0..<outputWidth {
      let left = max(0, x * strideX - padLeft)
      let right = min(inputWidth, x * strideX - padLeft + kernelWidth)
      let out = output + (y * outputWidth + x) * channels
      let count = Float(max(1, (bottom - top) * (right - left)))
      var c = 0
      while c + 8 <= channels {
        var value = SIMD8<Float>(repeating: isMaximum ? -.infinity : 0)
        var row = top
        while row < bottom {
          var pixel = input + (row * inputWidth + left) * channels + c
          var column = left
          while column < right {
            let v = SIMD8<Float>.load(pixel)
            value = isMaximum ? v.maximum(value) : value + v
            pixel += channels
            column += 1
          }
          row += 1
        }
        (isMaximum ? value : value / count).store(out + c)
        c += 8
      }
      while c < channels {
        var value: Float = isMaximum ? -.infinity : 0
        for row in top..<max(top, bottom) {
          for column in left..<max(left, right) {
            let v = input[(row * inputWidth + column) * channels + c]
            value = isMaximum ? (v > value ? v : value) : value + v
          }
        }
        out[c] = isMaximum ? value : value / count
        c += 1
      }
    }
  }
}

/// The mean over all pixels: output[c] = Σ input[p, c] / pixels, eight sums of rows at a time.
public func mean(
  pixels: Int, channels: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
) {
  let scale = 1 / Float(max(1, pixels))
  var c = 0
  while c + 8 <= channels {
    var (a, b) = (SIMD8<Float>(repeating: 0), SIMD8<Float>(repeating: 0))
    var (d, e) = (a, b)
    var p = 0
    while p + 4 <= pixels {
      let x = input + p * channels + c
      a += SIMD8<Float>.load(x)
      b += SIMD8<Float>.load(x + channels)
      d += SIMD8<Float>.load(x + 2 * channels)
      e += SIMD8<Float>.load(x + 3 * channels)
      p += 4
    }
    while p < pixels {
      a += SIMD8<Float>.load(input + p * channels + c)
      p += 1
    }
    (((a + b) + (d + e)) * scale).store(output + c)
    c += 8
  }
  while c < channels {
    var sum: Float = 0
    for p in 0..<pixels { sum += input[p * channels + c] }
    output[c] = sum * scale
    c += 1
  }
}
