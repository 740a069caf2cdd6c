import CLanes

/// Rows of one splat's attributes: position (3), rotation (4), log scale (3), opacity (1),
/// colour (3).
@usableFromInline let attributeCount = 14

@inline(__always)
func multiplyAdd(_ a: SIMD8<Float>, _ b: SIMD8<Float>, _ c: SIMD8<Float>) -> SIMD8<Float> {
  #if HAS_FMA
    c.addingProduct(a, b)
  #else
    a * b + c
  #endif
}

@inline(__always)
func load8(_ p: UnsafePointer<Float>) -> SIMD8<Float> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
}

/// eˣ of four numbers to 2 · 10⁻⁷ relative, |x| ≤ 80.
@inline(__always)
func exponential(_ x: SIMD4<Float>) -> SIMD4<Float> {
  let t =
    lanes_min4(lanes_max4(x, SIMD4(repeating: -80)), SIMD4(repeating: 80)) * 1.4426950408889634
  let rounded = (t + 12582912) - 12582912
  let f = (t - rounded) * 0.6931471805599453
  var p = SIMD4<Float>(repeating: 1.0 / 720)
  p = p * f + 1.0 / 120
  p = p * f + 1.0 / 24
  p = p * f + 1.0 / 6
  p = p * f + 0.5
  p = p * f + 1
  p = p * f + 1
  let exponent = (lanes_to_int4(rounded) &+ 127) &<< 23
  return p * unsafeBitCast(exponent, to: SIMD4<Float>.self)
}

@inline(__always)
func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

@inline(__always)
func dot(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float { a.x * b.x + a.y * b.y + a.z * b.z }

/// Mixes the bases of splats `from..<to` by the code and places them before the camera.
///
/// Per splat: `attributes = base + Σ_k code[k] · basis[·][k]`; the frame P of its triangle
/// (columns: first edge, its normal in the plane, the plane's normal) scaled by
/// s = √(area / rest area), clamped to 0.4…2.5; then
///
///     mean = Σ barycentric · corner + P · position
///     M    = P · R(rotation) · diag(exp(logScale) · s),   covariance = M Mᵀ
///
/// - Parameters:
///   - base: `[splat][14]`.
///   - basis: `[splat − from][14 − firstRow][codeLength]`: rows before `firstRow` have no bases.
///   - code: `codeLength` numbers, a multiple of 8.
///   - corners: `[splat][3]` vertex indices; `barycentric`: `[splat][3]`;
///     `inverseRestArea`: `[splat]`, of twice the triangle's area.
///   - vertices: positions in camera coordinates.
///   - attributes: receives `[splat][16]`; `frames`: receives `[splat][12]`: P by rows, s.
///   - planes: receives the sixteen planes of the rasteriser's input, `stride` floats apart.
public func poseSplats(
  from: Int, to: Int,
  base: UnsafePointer<Float>, basis: UnsafePointer<Float>, firstRow: Int,
  code: UnsafePointer<Float>, codeLength: Int,
  corners: UnsafePointer<Int32>, barycentric: UnsafePointer<Float>,
  inverseRestArea: UnsafePointer<Float>, vertices: UnsafePointer<SIMD3<Float>>,
  attributes: UnsafeMutablePointer<Float>, frames: UnsafeMutablePointer<Float>,
  planes: UnsafeMutablePointer<Float>, stride: Int
) {
  let rows = attributeCount - firstRow
  for i in from..<to {
    let a = attributes + 16 * i
    let b = base + attributeCount * i
    for j in 0..<firstRow { a[j] = b[j] }
    var row = basis + (i - from) * rows * codeLength
    for j in firstRow..<attributeCount {
      var sum = load8(row) * load8(code)
      var k = 8
      while k < codeLength {
        sum = multiplyAdd(load8(row + k), load8(code + k), sum)
        k += 8
      }
      a[j] = b[j] + lanes_sum8(sum)
      row += codeLength
    }

    let c = corners + 3 * i
    let v0 = vertices[Int(c[0])], v1 = vertices[Int(c[1])], v2 = vertices[Int(c[2])]
    let g = barycentric + 3 * i
    let anchor = v0 * g[0] + v1 * g[1] + v2 * g[2]
    let edge = v1 - v0
    var normal = cross(edge, v2 - v0)
    let area = dot(normal, normal).squareRoot()
    normal /= max(area, 1e-12)
    let first = edge / max(dot(edge, edge).squareRoot(), 1e-9)
    let second = cross(normal, first)
    let s = min(max((area * inverseRestArea[i]).squareRoot(), 0.4), 2.5)
    let f = frames + 12 * i
    f[0] = first.x
    f[1] = second.x
    f[2] = normal.x
    f[3] = first.y
    f[4] = second.y
    f[5] = normal.y
    f[6] = first.z
    f[7] = second.z
    f[8] = normal.z
    f[9] = s

    let mean = anchor + first * a[0] + second * a[1] + normal * a[2]
    let e = exponential(SIMD4(a[7], a[8], a[9], -a[10]))
    let il = 1 / (a[3] * a[3] + a[4] * a[4] + a[5] * a[5] + a[6] * a[6]).squareRoot()
    let qw = a[3] * il, qx = a[4] * il, qy = a[5] * il, qz = a[6] * il
    let column0 =
      first * (1 - 2 * (qy * qy + qz * qz)) + second * (2 * (qx * qy + qw * qz))
      + normal * (2 * (qx * qz - qw * qy))
    let column1 =
      first * (2 * (qx * qy - qw * qz)) + second * (1 - 2 * (qx * qx + qz * qz))
      + normal * (2 * (qy * qz + qw * qx))
    let column2 =
      first * (2 * (qx * qz + qw * qy)) + second * (2 * (qy * qz - qw * qx))
      + normal * (1 - 2 * (qx * qx + qy * qy))
    let m0 = column0 * (e[0] * s), m1 = column1 * (e[1] * s), m2 = column2 * (e[2] * s)
    let p = planes + i
    p[0] = mean.x
    p[stride] = mean.y
    p[2 * stride] = mean.z
    p[3 * stride] = m0.x
    p[4 * stride] = m1.x
    p[5 * stride] = m2.x
    p[6 * stride] = m0.y
    p[7 * stride] = m1.y
    p[8 * stride] = m2.y
    p[9 * stride] = m0.z
    p[10 * stride] = m1.z
    p[11 * stride] = m2.z
    p[12 * stride] = 0.99 / (1 + e[3])
    p[13 * stride] = a[11]
    p[14 * stride] = a[12]
    p[15 * stride] = a[13]
  }
}
