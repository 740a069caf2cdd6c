import CLanes

/// Turns posed splats from planes into what a graphics processor reads.
///
/// - Parameters:
///   - planes: sixteen planes, `stride` floats apart: mean, M by rows, opacity, colour.
///   - count: splats; planes hold numbers up to the next multiple of 8.
///   - centers: receives `[splat][3]`.
///   - covariances: receives `[splat][6]`, xx xy xz yy yz zz of M Mᵀ.
///   - colors: receives `[splat][4]`, red, green, blue and opacity as 255ths, rounded.
///
/// Splats that are not finite come out as zeros, which draw nothing.
public func packSplats(
  planes: UnsafePointer<Float>, stride: Int, count: Int, centers: UnsafeMutablePointer<Float>,
  covariances: UnsafeMutablePointer<Float>, colors: UnsafeMutablePointer<UInt8>
) {
  let zero = SIMD8<Float>(repeating: 0)
  let one = SIMD8<Float>(repeating: 1)
  var i = 0
  while i < count {
    let p = planes + i
    let x = load8(p), y = load8(p + stride), z = load8(p + 2 * stride)
    let m00 = load8(p + 3 * stride), m01 = load8(p + 4 * stride), m02 = load8(p + 5 * stride)
    let m10 = load8(p + 6 * stride), m11 = load8(p + 7 * stride), m12 = load8(p + 8 * stride)
    let m20 = load8(p + 9 * stride), m21 = load8(p + 10 * stride), m22 = load8(p + 11 * stride)
    let xx = m00 * m00 + m01 * m01 + m02 * m02
    let xy = m00 * m10 + m01 * m11 + m02 * m12
    let xz = m00 * m20 + m01 * m21 + m02 * m22
    let yy = m10 * m10 + m11 * m11 + m12 * m12
    let yz = m10 * m20 + m11 * m21 + m12 * m22
    let zz = m20 * m20 + m21 * m21 + m22 * m22
    let opacity = load8(p + 12 * stride)
    let red = load8(p + 13 * stride), green = load8(p + 14 * stride)
    let blue = load8(p + 15 * stride)
    // Zero for finite numbers; covariances bound M.
    let all = (x + y + z + (xx + yy + zz) + (opacity + red + green + blue)) * 0
    let isFinite = all .== zero

    let r = bytes(red, one), g = bytes(green, one), b = bytes(blue, one)
    let o = bytes(opacity, one)
    let last = min(8, count - i)
    for lane in 0..<last {
      let c = centers + 3 * (i + lane), s = covariances + 6 * (i + lane)
      let t = colors + 4 * (i + lane)
      if isFinite[lane] {
        c[0] = x[lane]
        c[1] = y[lane]
        c[2] = z[lane]
        s[0] = xx[lane]
        s[1] = xy[lane]
        s[2] = xz[lane]
        s[3] = yy[lane]
        s[4] = yz[lane]
        s[5] = zz[lane]
        t[0] = UInt8(truncatingIfNeeded: r[lane])
        t[1] = UInt8(truncatingIfNeeded: g[lane])
        t[2] = UInt8(truncatingIfNeeded: b[lane])
        t[3] = UInt8(truncatingIfNeeded: o[lane])
      } else {
        for k in 0..<3 { c[k] = 0 }
        for k in 0..<6 { s[k] = 0 }
        for k in 0..<4 { t[k] = 0 }
      }
    }
    i += 8
  }
}

/// 0…1 as 0…255, rounded.
@inline(__always)
private func bytes(_ x: SIMD8<Float>, _ one: SIMD8<Float>) -> SIMD8<Int32> {
  lanes_to_int8(lanes_min8(lanes_max8(x, SIMD8(repeating: 0)), one) * 255 + 0.5)
}
