internal import CLanes

/// Projects the splats `from..<to` (multiples of 8) with the local affine approximation of the
/// camera (Zwicker et al., "EWA splatting", 2002).
///
/// - Parameters:
///   - planes: 16 planes, `stride` floats apart.
///   - count: The number of splats; those beyond are padding.
///   - stripWidth: Pixels, a power of two.
///   - records: 16 floats a splat, see `recordStride`; written for every splat.
///   - depths: Bits of z, which sort as integers.
///   - strips: The strips a splat touches, first | count << 16; 0 for a splat that is not drawn:
///     nearer than `nearest`, outside the picture, fainter than 1/255 or not finite.
public func projectSplats(
  planes: UnsafePointer<Float>, stride: Int, from: Int, to: Int, count: Int,
  focalX: Float, focalY: Float, centerX: Float, centerY: Float, width: Float, height: Float,
  nearest: Float, stripWidth: Float,
  records: UnsafeMutablePointer<Float>, depths: UnsafeMutablePointer<UInt32>,
  strips: UnsafeMutablePointer<UInt32>
) {
  typealias Bits = SIMD8<Int32>
  let zero = Lanes8(repeating: 0)
  let lastColumn = Lanes8(repeating: width - 1)
  let stripScale = Lanes8(repeating: 1 / stripWidth)
  withUnsafeTemporaryAllocation(byteCount: 64 * 4, alignment: 32) { raw in
    // Safe because the allocation holds 64 floats and lives as long as the closure.
    let columns = raw.baseAddress!.bindMemory(to: Float.self, capacity: 64)
    var i = from
    while i < to {
      let x = load(planes, i), y = load(planes, stride + i), depth = load(planes, 2 * stride + i)
      let z = lanes_max8(depth, Lanes8(repeating: nearest))
      let inverseZ = 1 / z
      let jx = inverseZ * focalX, jy = inverseZ * focalY
      let u = x * jx + centerX, v = y * jy + centerY
      let jxz = -jx * x * inverseZ, jyz = -jy * y * inverseZ
      let p = planes + i
      let m20 = load(p, 9 * stride), m21 = load(p, 10 * stride), m22 = load(p, 11 * stride)
      let a0 = fma(jx * load(p, 3 * stride), jxz, m20)
      let a1 = fma(jx * load(p, 4 * stride), jxz, m21)
      let a2 = fma(jx * load(p, 5 * stride), jxz, m22)
      let c0 = fma(jy * load(p, 6 * stride), jyz, m20)
      let c1 = fma(jy * load(p, 7 * stride), jyz, m21)
      let c2 = fma(jy * load(p, 8 * stride), jyz, m22)
      let aa = fma(fma(a0 * a0, a1, a1), a2, a2), cc = fma(fma(c0 * c0, c1, c1), c2, c2)
      let sxx = aa + lowPass, syy = cc + lowPass
      let sxy = fma(fma(a0 * c0, a1, c1), a2, c2)
      // |a|²|c|² − (a·c)² = |a × c|² (Lagrange) cannot cancel to a negative determinant.
      let w0 = a1 * c2 - a2 * c1, w1 = a2 * c0 - a0 * c2, w2 = a0 * c1 - a1 * c0
      let determinant = fma(fma(fma(w0 * w0, w1, w1), w2, w2), aa + cc + lowPass, zero + lowPass)
      let scale = (-0.5 * log2e) / determinant
      let given = load(p, 12 * stride)
      let opacity = lanes_min8(given, Lanes8(repeating: 0.99))
      let bright = lanes_max8(opacity, Lanes8(repeating: 1 / 255))
      let logOpacity = log2(bright)
      let reach = (logOpacity - smallestLogAlpha) * (2 * ln2)
      let halfWidth = lanes_sqrt8(lanes_max8(reach * sxx, zero))
      let halfHeight = lanes_sqrt8(lanes_max8(reach * syy, zero))
      let red = load(p, 13 * stride), green = load(p, 14 * stride), blue = load(p, 15 * stride)
      let color = lanes_max8(lanes_max8(lanes_abs8(red), lanes_abs8(green)), lanes_abs8(blue))
      let finite = lanes_abs8(red) + lanes_abs8(green) + lanes_abs8(blue)

      // Every comparison is false for NaN.
      var drawn = (depth .>= nearest) .& (depth .< 1e30) .& (given .>= 1 / 255)
      drawn = drawn .& (halfWidth .< largestExtent) .& (halfHeight .< largestExtent)
      drawn = drawn .& (u + halfWidth .>= 0) .& (v + halfHeight .>= 0)
      drawn = drawn .& (u - halfWidth .<= width) .& (v - halfHeight .<= height)
      drawn = drawn .& (color .< 1e6) .& (finite .< 1e7)

      let left = lanes_min8(lanes_max8(u - halfWidth, zero), lastColumn)
      let right = lanes_min8(lanes_max8(u + halfWidth, zero), lastColumn)
      let first = lanes_to_int8(left * stripScale), last = lanes_to_int8(right * stripScale)
      var packed = first | ((last &- first &+ 1) &<< 16)
      packed = packed.replacing(with: Bits(repeating: 0), where: .!drawn)
      for lane in max(0, min(8, count - i))..<8 { packed[lane] = 0 }
      UnsafeMutableRawPointer(strips + i).storeBytes(of: packed, as: Bits.self)
      UnsafeMutableRawPointer(depths + i).storeBytes(of: depth, as: Lanes8.self)

      store(columns, 0, u)
      store(columns, 8, v)
      store(columns, 16, syy * scale)
      store(columns, 24, sxy * scale * -2)
      store(columns, 32, sxx * scale)
      store(columns, 40, logOpacity)
      store(columns, 48, red)
      store(columns, 56, green)
      lanes_transpose8(columns, 8, records + recordStride * i, recordStride)
      store(columns, 0, blue)
      store(columns, 8, halfWidth)
      store(columns, 16, halfHeight)
      store(columns, 24, reach)
      store(columns, 32, halfHeight * sxy / syy)
      lanes_transpose8(columns, 8, records + recordStride * i + 8, recordStride)
      i += 8
    }
  }
}
