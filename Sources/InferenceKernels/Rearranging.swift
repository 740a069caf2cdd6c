/// Patches of an image as rows of a matrix, for convolutions larger than 1×1.
///
/// Writes output pixels `firstPixel..<lastPixel` (row-major over the output), each kernelHeight ×
/// kernelWidth × `depth` floats, zeros where the window leaves the image. `depth` of the
/// `channels` floats of a pixel take part.
public func gatherPatches(
  depth: Int, channels: Int, input: UnsafePointer<Float>, inputHeight: Int, inputWidth: Int,
  kernelHeight: Int, kernelWidth: Int, strideY: Int, strideX: Int, padTop: Int, padLeft: Int,
  output: UnsafeMutablePointer<Float>, outputWidth: Int, firstPixel: Int, lastPixel: Int
) {
  var out = output
  var y = firstPixel / outputWidth
  var x = firstPixel - y * outputWidth
  for _ in firstPixel..<lastPixel {
    let left = x * strideX - padLeft
    let first = min(kernelWidth, max(0, -left))
    let last = max(first, min(kernelWidth, inputWidth - left))
    for tapRow in 0..<kernelHeight {
      let row = y * strideY - padTop + tapRow
      if row < 0 || row >= inputHeight {
        fill(out, kernelWidth * depth)
      } else {
        fill(out, first * depth)
        let source = input + (row * inputWidth + left) * channels
        if depth == channels {
          copy(source + first * depth, out + first * depth, (last - first) * depth)
        } else {
          for tap in first..<last { copy(source + tap * channels, out + tap * depth, depth) }
        }
        fill(out + last * depth, (kernelWidth - last) * depth)
      }
      out += kernelWidth * depth
    }
    x += 1
    if x == outputWidth {
      x = 0
      y += 1
    }
  }
}

@inline(__always)
private func copy(
  _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, _ count: Int
) {
  var i = 0
  while i + 8 <= count {
    SIMD8<Float>.load(source + i).store(destination + i)
    i += 8
  }
  while i < count {
    destination[i] = source[i]
    i += 1
  }
}

@inline(__always)
private func fill(_ destination: UnsafeMutablePointer<Float>, _ count: Int) {
  var i = 0
  while i < count {
    destination[i] = 0
    i += 1
  }
}

/// One output row interpolated from two input rows, by precomputed columns.
///
/// output[x] = mix(mix(upper[l], upper[r], fx), mix(lower[l], lower[r], fx), fy), with l and r the
/// pixel indices in `lefts` and `rights`.
public func interpolateRow(
  channels: Int, upper: UnsafePointer<Float>, lower: UnsafePointer<Float>, fractionY: Float,
  lefts: UnsafePointer<Int32>, rights: UnsafePointer<Int32>, fractions: UnsafePointer<Float>,
  output: UnsafeMutablePointer<Float>, outputWidth: Int
) {
  for x in 0..<outputWidth {
    let l = Int(lefts[x]) * channels
    let r = Int(rights[x]) * channels
    let fraction = fractions[x]
    let out = output + x * channels
    var c = 0
    while c + 8 <= channels {
      let a = SIMD8<Float>.load(upper + l + c)
      let b = SIMD8<Float>.load(lower + l + c)
      let top = a + (SIMD8<Float>.load(upper + r + c) - a) * fraction
      let bottom = b + (SIMD8<Float>.load(lower + r + c) - b) * fraction
      (top + (bottom - top) * fractionY).store(out + c)
      c += 8
    }
    while c < channels {
      let top = upper[l + c] + (upper[r + c] - upper[l + c]) * fraction
      let bottom = lower[l + c] + (lower[r + c] - lower[l + c]) * fraction
      out[c] = top + (bottom - top) * fractionY
      c += 1
    }
  }
}

/// `rows` rows of `count` floats from one stride to another.
public func copyRows(
  rows: Int, count: Int, input: UnsafePointer<Float>, inputStride: Int,
  output: UnsafeMutablePointer<Float>, outputStride: Int
) {
  if inputStride == count && outputStride == count {
    copy(input, output, rows * count)
    return
  }
  for row in 0..<rows { copy(input + row * inputStride, output + row * outputStride, count) }
}

/// Blocks of channels become blocks of pixels: output[y·b + i, x·b + j, c] =
/// input[y, x, (i·b + j)·C + c] for block size b and C output channels.
public func depthToSpace(
  block: Int, channels: Int, input: UnsafePointer<Float>, inputStride: Int, height: Int, width: Int,
  output: UnsafeMutablePointer<Float>, outputStride: Int
) {
  for y in 0..<height {
    for i in 0..<block {
      var out = output + (y * block + i) * width * block * outputStride
      for x in 0..<width {
        let pixel = input + (y * width + x) * inputStride + i * block * channels
        for j in 0..<block {
          copy(pixel + j * channels, out, channels)
          out += outputStride
        }
      }
    }
  }
}
