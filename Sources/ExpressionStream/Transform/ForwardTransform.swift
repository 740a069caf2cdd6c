import AvatarModel

extension StreamTransform {
  /// Coordinates of components given in steps.
  ///
  /// Sums run over components in order, so every platform gives the same bits.
  func coordinates(steps: UnsafeMutablePointer<Int32>, step: Float, into x: inout [Float]) {
    for i in 0..<count { x[i] = mean[i] }
    x.withUnsafeMutableBufferPointer { x in
      basis.withUnsafeBufferPointer { basis in
        for k in 0..<count where steps[k] != 0 {
          let amount = Float(steps[k]) * step
          let column = basis.baseAddress! + k * count
          for i in 0..<count { x[i] += column[i] * amount }
        }
      }
    }
  }
}

/// The way from coordinates to components.
///
/// It is the inverse of the basis; only senders need it.
struct ForwardTransform {
  private let count: Int
  private let mean: [Float]
  /// `[coordinate][component]`.
  private let inverse: [Float]

  /// Inverts by Gauss–Jordan elimination with pivots; a direction that cannot be told stays zero.
  init(_ transform: StreamTransform) {
    let n = transform.count
    count = n
    mean = transform.mean
    // a = basisᵀ as rows: a[k][i] = basis[k][i]; its inverse has [i][k].
    var a = transform.basis.map { Double($0) }
    var b = [Double](repeating: 0, count: n * n)
    for i in 0..<n { b[i * n + i] = 1 }
    for c in 0..<n {
      var pivot = c
      for r in c..<n where a[r * n + c].magnitude > a[pivot * n + c].magnitude { pivot = r }
      if a[pivot * n + c].magnitude < 1e-12 { continue }
      if pivot != c {
        for j in 0..<n {
          a.swapAt(pivot * n + j, c * n + j)
          b.swapAt(pivot * n + j, c * n + j)
        }
      }
      let scale = 1 / a[c * n + c]
      for j in 0..<n {
        a[c * n + j] *= scale
        b[c * n + j] *= scale
      }
      for r in 0..<n where r != c && a[r * n + c] != 0 {
        let f = a[r * n + c]
        for j in 0..<n {
          a[r * n + j] -= f * a[c * n + j]
          b[r * n + j] -= f * b[c * n + j]
        }
      }
    }
    inverse = b.map { Float($0) }
  }

  /// Components of coordinates, times a scale.
  func components(of x: [Float], scale: Float, into y: inout [Float], at offset: Int) {
    y.withUnsafeMutableBufferPointer { y in
      let y = y.baseAddress! + offset
      for k in 0..<count { y[k] = 0 }
      inverse.withUnsafeBufferPointer { inverse in
        for i in 0..<count {
          let row = inverse.baseAddress! + i * count
          let amount = (x[i] - mean[i]) * scale
          for k in 0..<count { y[k] += row[k] * amount }
        }
      }
    }
  }
}
