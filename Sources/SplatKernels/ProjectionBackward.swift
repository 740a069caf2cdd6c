internal import CLanes

/// The backward pass of ``projectSplats``: sums of all tiles to gradients of the 16 planes.
///
/// - Parameters:
///   - from, to: Multiples of 8.
///   - strips, firstOccurrences, positions: As the forward pass left them.
///   - sums: `sumsStride` floats for each place in the strips' lists.
///   - gradients: 16 planes, `stride` apart; written, zero for splats not drawn.
public func projectSplatsBackward(
  planes: UnsafePointer<Float>, stride: Int, from: Int, to: Int,
  focalX: Float, focalY: Float, strips: UnsafePointer<UInt32>,
  firstOccurrences: UnsafePointer<Int32>, positions: UnsafePointer<Int32>,
  sums: UnsafePointer<Float>, gradients: UnsafeMutablePointer<Float>
) {
  withUnsafeTemporaryAllocation(byteCount: (16 * 8 + 8 * 16) * 4, alignment: 64) { raw in
    // Safe because the allocation holds 256 floats and lives as long as the closure.
    let rows = raw.baseAddress!.bindMemory(to: Float.self, capacity: 256)
    let columns = rows + 128
    rows.update(repeating: 0, count: 256)
    var i = from
    while i < to {
      // The sums lie in order of depth: ask for those of the splats after the next.
      for lane in 16..<24 where i + lane < to && strips[i + lane] != 0 {
        let d = sums + sumsStride * Int(positions[Int(firstOccurrences[i + lane])])
        lanes_prefetch(d)
        lanes_prefetch(d + 8)
      }
      var drawn = SIMD8<Int32>(repeating: 0)
      for lane in 0..<8 {
        let count = Int(strips[i + lane] >> 16)
        drawn[lane] = Int32(truncatingIfNeeded: count)
        if count == 0 { continue }
        let first = Int(firstOccurrences[i + lane])
        var d = sums + sumsStride * Int(positions[first])
        var low = load(d, 0), high = d[8]
        for k in 1..<max(count, 1) {
          d = sums + sumsStride * Int(positions[first + k])
          low += load(d, 0)
          high += d[8]
        }
        store(rows, 16 * lane, low)
        rows[16 * lane + 8] = high
      }
      let none = drawn .== SIMD8<Int32>(repeating: 0)
      if all(none) {
        for plane in 0..<16 { store(gradients + i, plane * stride, Lanes8(repeating: 0)) }
      } else {
        lanes_transpose8(rows, 16, columns, 8)
        for lane in 0..<8 { columns[64 + lane] = rows[16 * lane + 8] }
        projectBackward8(planes + i, stride, focalX, focalY, columns, none, gradients + i)
      }
      i += 8
    }
  }
}

/// Eight splats of the backward projection; `columns` holds the nine sums of each, transposed.
@inline(__always)
private func projectBackward8(
  _ p: UnsafePointer<Float>, _ stride: Int, _ focalX: Float, _ focalY: Float,
  _ columns: UnsafePointer<Float>, _ none: SIMDMask<SIMD8<Int32>>, _ out: FloatPointer
) {
  let zero = Lanes8(repeating: 0)
  @inline(__always)
  func write(_ plane: Int, _ v: Lanes8) {
    store(out, plane * stride, v.replacing(with: zero, where: none))
  }
  write(13, load(columns, 48))
  write(14, load(columns, 56))
  write(15, load(columns, 64))
  let opacity = load(p, 12 * stride)
  write(12, (load(columns, 0) / opacity).replacing(with: zero, where: opacity .> 0.99))

  // The projection again; M's rows seen through the camera are a and c.
  let x = load(p, 0), y = load(p, stride), z = load(p, 2 * stride)
  let inverseZ = 1 / z
  let jx = inverseZ * focalX, jy = inverseZ * focalY
  let jxz = -jx * x * inverseZ, jyz = -jy * y * inverseZ
  let m0 = (load(p, 3 * stride), load(p, 4 * stride), load(p, 5 * stride))
  let m1 = (load(p, 6 * stride), load(p, 7 * stride), load(p, 8 * stride))
  let m2 = (load(p, 9 * stride), load(p, 10 * stride), load(p, 11 * stride))
  let a = (fma(jx * m0.0, jxz, m2.0), fma(jx * m0.1, jxz, m2.1), fma(jx * m0.2, jxz, m2.2))
  let c = (fma(jy * m1.0, jyz, m2.0), fma(jy * m1.1, jyz, m2.1), fma(jy * m1.2, jyz, m2.2))
  let aa = fma(fma(a.0 * a.0, a.1, a.1), a.2, a.2)
  let cc = fma(fma(c.0 * c.0, c.1, c.1), c.2, c.2)
  let sxy = fma(fma(a.0 * c.0, a.1, c.1), a.2, c.2)
  let w0 = a.1 * c.2 - a.2 * c.1, w1 = a.2 * c.0 - a.0 * c.2, w2 = a.0 * c.1 - a.1 * c.0
  let determinant =
    fma(fma(w0 * w0, w1, w1), w2, w2) + (aa + cc + lowPass) * lowPass
  let inverse = 1 / determinant
  let k11 = (cc + lowPass) * inverse, k12 = -sxy * inverse, k22 = (aa + lowPass) * inverse

  // exponent = −½ dᵀ K d with d = pixel − (u, v).
  let gx = load(columns, 8), gxx = load(columns, 16), gy = load(columns, 24)
  let gxy = load(columns, 32), gyy = load(columns, 40)
  let du = fma(k11 * gx, k12, gy), dv = fma(k12 * gx, k22, gy)

  // dL/dK = −½ (gxx, gxy, gyy); dL/dΣ = −K (dL/dK) K = ½ K g K.
  let a1 = fma(gxx * k11, gxy, k12), a2 = fma(gxx * k12, gxy, k22)
  let b1 = fma(gxy * k11, gyy, k12), b2 = fma(gxy * k12, gyy, k22)
  // Twice, because Σ = a aᵀ … is quadratic in M.
  let d11 = fma(k11 * a1, k12, b1), d12 = fma(k11 * a2, k12, b2), d22 = fma(k12 * a2, k22, b2)

  var djx = zero, djxz = zero, djy = zero, djyz = zero
  @inline(__always)
  func column(_ k: Int, _ a: Lanes8, _ c: Lanes8, _ m0: Lanes8, _ m1: Lanes8, _ m2: Lanes8) {
    let ga = fma(d11 * a, d12, c), gc = fma(d12 * a, d22, c)
    write(3 + k, jx * ga)
    write(6 + k, jy * gc)
    write(9 + k, fma(jxz * ga, jyz, gc))
    djx = fma(djx, ga, m0)
    djxz = fma(djxz, ga, m2)
    djy = fma(djy, gc, m1)
    djyz = fma(djyz, gc, m2)
  }
  column(0, a.0, c.0, m0.0, m1.0, m2.0)
  column(1, a.1, c.1, m0.1, m1.1, m2.1)
  column(2, a.2, c.2, m0.2, m1.2, m2.2)
  write(0, jx * (du - djxz * inverseZ))
  write(1, jy * (dv - djyz * inverseZ))
  let direct = fma(du * jxz, dv, jyz)
  let turned = fma(djx * jx, djy, jy) + 2 * fma(djxz * jxz, djyz, jyz)
  write(2, direct - turned * inverseZ)
}
