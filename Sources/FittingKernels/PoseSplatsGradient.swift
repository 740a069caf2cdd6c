import CLanes

/// The gradient of `poseSplats` (its inverse direction): from gradients of the rasteriser's input
/// to gradients of the fourteen attributes, and of the head's and the torso's pose.
///
/// A pose moves by `R ← exp(w) R`, `t ← t + v` about `headOrigin` (the head's position before the
/// camera) with a share `headShare` of each splat, the rest moving with the torso; `poseGradients`
/// adds dL/dw, dL/dv of the head (6 numbers), then of the torso (6).
///
/// - Parameters:
///   - planes: the rasteriser's input; `gradients`: dL/dplanes, both `stride` floats apart.
///   - attributes: `[splat][16]`, `frames`: `[splat][12]`, as `poseSplats` left them.
///   - headShare: `[splat]`, 0…1.
///   - attributeGradients: receives `[splat][16]`; zero where the splat was not seen.
public func poseSplatsGradient(
  from: Int, to: Int,
  planes: UnsafePointer<Float>, gradients: UnsafePointer<Float>, stride: Int,
  attributes: UnsafePointer<Float>, frames: UnsafePointer<Float>,
  headShare: UnsafePointer<Float>, headOrigin: SIMD3<Float>, torsoOrigin: SIMD3<Float>,
  attributeGradients: UnsafeMutablePointer<Float>, poseGradients: UnsafeMutablePointer<Float>
) {
  var headTurn = SIMD3<Float>.zero, headShift = SIMD3<Float>.zero
  var torsoTurn = SIMD3<Float>.zero, torsoShift = SIMD3<Float>.zero
  for i in from..<to {
    let o = attributeGradients + 16 * i
    let p = planes + i, d = gradients + i
    let opacityGradient = d[12 * stride]
    let gm = SIMD3(d[0], d[stride], d[2 * stride])
    if opacityGradient == 0 && gm == .zero {
      for j in 0..<16 { o[j] = 0 }
      continue
    }
    let a = attributes + 16 * i, f = frames + 12 * i
    let first = SIMD3(f[0], f[3], f[6]), second = SIMD3(f[1], f[4], f[7])
    let normal = SIMD3(f[2], f[5], f[8])
    o[0] = dot(first, gm)
    o[1] = dot(second, gm)
    o[2] = dot(normal, gm)

    // Columns of M and of dL/dM.
    let m0 = SIMD3(p[3 * stride], p[6 * stride], p[9 * stride])
    let m1 = SIMD3(p[4 * stride], p[7 * stride], p[10 * stride])
    let m2 = SIMD3(p[5 * stride], p[8 * stride], p[11 * stride])
    let g0 = SIMD3(d[3 * stride], d[6 * stride], d[9 * stride])
    let g1 = SIMD3(d[4 * stride], d[7 * stride], d[10 * stride])
    let g2 = SIMD3(d[5 * stride], d[8 * stride], d[11 * stride])
    let l0 = dot(m0, g0), l1 = dot(m1, g1), l2 = dot(m2, g2)
    o[7] = l0
    o[8] = l1
    o[9] = l2

    // dL/dR = Pᵀ dL/dM diag(scale); a column's scale is its length, as P R is orthogonal.
    let s0 = dot(m0, m0).squareRoot(), s1 = dot(m1, m1).squareRoot(), s2 = dot(m2, m2).squareRoot()
    let d0 = dot(first, g0) * s0, d1 = dot(first, g1) * s1, d2 = dot(first, g2) * s2
    let d3 = dot(second, g0) * s0, d4 = dot(second, g1) * s1, d5 = dot(second, g2) * s2
    let d6 = dot(normal, g0) * s0, d7 = dot(normal, g1) * s1, d8 = dot(normal, g2) * s2
    let il = 1 / (a[3] * a[3] + a[4] * a[4] + a[5] * a[5] + a[6] * a[6]).squareRoot()
    let qw = a[3] * il, qx = a[4] * il, qy = a[5] * il, qz = a[6] * il
    let gw = 2 * (qx * (d7 - d5) + qy * (d2 - d6) + qz * (d3 - d1))
    let gx = 2 * (qy * (d1 + d3) + qz * (d2 + d6) + qw * (d7 - d5)) - 4 * qx * (d4 + d8)
    let gy = 2 * (qx * (d1 + d3) + qz * (d5 + d7) + qw * (d2 - d6)) - 4 * qy * (d0 + d8)
    let gz = 2 * (qx * (d2 + d6) + qy * (d5 + d7) + qw * (d3 - d1)) - 4 * qz * (d0 + d4)
    let along = gw * qw + gx * qx + gy * qy + gz * qz
    o[3] = (gw - qw * along) * il
    o[4] = (gx - qx * along) * il
    o[5] = (gy - qy * along) * il
    o[6] = (gz - qz * along) * il

    let opacity = p[12 * stride]
    o[10] = opacityGradient * opacity * (1 - opacity * (1 / 0.99))
    o[11] = d[13 * stride]
    o[12] = d[14 * stride]
    o[13] = d[15 * stride]
    o[14] = 0
    o[15] = 0

    let mean = SIMD3(p[0], p[stride], p[2 * stride])
    let spin = cross(m0, g0) + cross(m1, g1) + cross(m2, g2)
    let h = headShare[i]
    if h > 0 {
      headTurn += (cross(mean - headOrigin, gm) + spin) * h
      headShift += gm * h
    }
    if h < 1 {
      torsoTurn += (cross(mean - torsoOrigin, gm) + spin) * (1 - h)
      torsoShift += gm * (1 - h)
    }
  }
  let q = poseGradients
  for (k, v) in [headTurn, headShift, torsoTurn, torsoShift].enumerated() {
    q[3 * k] += v.x
    q[3 * k + 1] += v.y
    q[3 * k + 2] += v.z
  }
}

@inline(__always)
func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
  SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
}

@inline(__always)
func dot(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float { a.x * b.x + a.y * b.y + a.z * b.z }
