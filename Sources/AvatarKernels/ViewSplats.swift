import CLanes

/// Takes posed splats to a viewer's coordinates, and lets them fade towards a plane.
///
/// Mean p becomes A p + t and M becomes A M, whatever the matrix A: turns, scales, mirror images.
/// Opacity is multiplied by s² (3 − 2 s), s = a x + b y + c z + d cut to 0…1, at the mean before.
///
/// - Parameters:
///   - planes: sixteen planes, `stride` floats apart: mean, M by rows, opacity, colour.
///   - count: splats; planes hold numbers up to the next multiple of 8.
///   - map: A and t as three rows of four numbers.
///   - fade: a, b, c, d.
///   - result: receives the sixteen planes, `stride` floats apart.
public func viewSplats(
  planes: UnsafePointer<Float>, stride: Int, count: Int, map: UnsafePointer<Float>,
  fade: SIMD4<Float>, result: UnsafeMutablePointer<Float>
) {
  let zero = SIMD8<Float>(repeating: 0), one = SIMD8<Float>(repeating: 1)
  let three = SIMD8<Float>(repeating: 3)
  let fadeA = SIMD8<Float>(repeating: fade.x), fadeB = SIMD8<Float>(repeating: fade.y)
  let fadeC = SIMD8<Float>(repeating: fade.z), fadeD = SIMD8<Float>(repeating: fade.w)
  for row in 0..<3 {
    let m = map + 4 * row
    let a = SIMD8<Float>(repeating: m[0]), b = SIMD8<Float>(repeating: m[1])
    let c = SIMD8<Float>(repeating: m[2]), d = SIMD8<Float>(repeating: m[3])
    // Plane by plane the numbers lie one after another.
    for column in 0..<4 {
      let x = column == 0 ? planes : planes + (2 + column) * stride
      let step = column == 0 ? stride : 3 * stride
      let shift = column == 0 ? d : zero
      let out = result + (column == 0 ? row : 2 + 3 * row + column) * stride
      var i = 0
      while i < count {
        let sum = multiplyAdd(
          a, load8(x + i),
          multiplyAdd(b, load8(x + step + i), multiplyAdd(c, load8(x + 2 * step + i), shift)))
        UnsafeMutableRawPointer(out + i).storeBytes(of: sum, as: SIMD8<Float>.self)
        i += 8
      }
    }
  }
  let opacity = planes + 12 * stride
  var i = 0
  while i < count {
    let height = multiplyAdd(
      fadeA, load8(planes + i),
      multiplyAdd(
        fadeB, load8(planes + stride + i), multiplyAdd(fadeC, load8(planes + 2 * stride + i), fadeD)
      ))
    let s = lanes_min8(lanes_max8(height, zero), one)
    let share = s * s * (three - s - s)
    UnsafeMutableRawPointer(result + 12 * stride + i).storeBytes(
      of: load8(opacity + i) * share, as: SIMD8<Float>.self)
    i += 8
  }
  (result + 13 * stride).update(from: planes + 13 * stride, count: 3 * stride)
}
