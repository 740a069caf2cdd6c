import GaussianSplats

/// How far a rendering is from a picture whose background is unknown.
///
/// With premultiplied colour C and alpha A of the rendering, and colour I and matte M of the
/// picture,
///
///     E = ½ Σ_pixels [ Σ_rgb ρ(C − A I) + λ (A − M)² ]
///
/// so the background plays no part: where A is 0 nothing is compared. ρ is quadratic to `limit`
/// and linear beyond (Huber), so that a hand before the face does not drag it.
struct PhotometricCost {
  /// λ.
  var matteWeight: Float = 0.15
  /// Where a difference begins to count linearly.
  var limit: Float = 0.15

  /// E, and its gradient by the rendering's premultiplied colour and alpha.
  func evaluate(
    _ rendered: ImagePlanes, _ picture: ImagePlanes, gradient: ImagePlanes
  ) -> Float {
    var total: Float = 0
    let n = rendered.planeStride, m = picture.planeStride, q = gradient.planeStride
    let one = SIMD8<Float>(repeating: 1)
    let high = SIMD8<Float>(repeating: limit), low = SIMD8<Float>(repeating: -limit)
    for y in 0..<rendered.height {
      let r = rendered.pointer + y * rendered.rowStride
      let p = picture.pointer + y * picture.rowStride
      let g = gradient.pointer + y * gradient.rowStride
      var row = SIMD8<Float>.zero
      var x = 0
      while x < rendered.width {
        // Columns past the picture's edge hold padding: leave them out.
        let inside = Self.lanes .< Float(rendered.width - x)
        let alpha = one - load(r + 3 * n + x)
        var alphaGradient = SIMD8<Float>.zero
        for c in 0..<3 {
          let color = load(p + c * m + x)
          let raw = load(r + c * n + x) - alpha * color
          var d = raw.replacing(with: high, where: raw .> high)
          d = d.replacing(with: low, where: raw .< low)
          row += (d * (2 * raw - d)).replacing(with: 0, where: .!inside)
          store(g + c * q + x, d.replacing(with: 0, where: .!inside))
          alphaGradient -= d * color
        }
        let a = alpha - load(p + 3 * m + x)
        row += (a * a * matteWeight).replacing(with: 0, where: .!inside)
        alphaGradient += a * matteWeight
        store(g + 3 * q + x, alphaGradient.replacing(with: 0, where: .!inside))
        x += 8
      }
      total += row.sum()
    }
    return total / 2
  }

  /// The residuals whose squares E sums, ρ taken as quadratic: three colours and alpha a pixel.
  func residuals(_ rendered: ImagePlanes, _ picture: ImagePlanes) -> [Float] {
    var result = [Float](repeating: 0, count: 4 * rendered.width * rendered.height)
    let gain = matteWeight.squareRoot()
    var i = 0
    for y in 0..<rendered.height {
      let r = rendered.pointer + y * rendered.rowStride
      let p = picture.pointer + y * picture.rowStride
      for x in 0..<rendered.width {
        let alpha = 1 - r[3 * rendered.planeStride + x]
        for c in 0..<3 {
          result[i + c] = r[c * rendered.planeStride + x] - alpha * p[c * picture.planeStride + x]
        }
        result[i + 3] = (alpha - p[3 * picture.planeStride + x]) * gain
        i += 4
      }
    }
    return result
  }

  private static let lanes = SIMD8<Float>(0, 1, 2, 3, 4, 5, 6, 7)

  @inline(__always)
  private func load(_ p: UnsafeMutablePointer<Float>) -> SIMD8<Float> {
    UnsafeRawPointer(p).loadUnaligned(as: SIMD8<Float>.self)
  }

  @inline(__always)
  private func store(_ p: UnsafeMutablePointer<Float>, _ v: SIMD8<Float>) {
    UnsafeMutableRawPointer(p).storeBytes(of: v, as: SIMD8<Float>.self)
  }
}
