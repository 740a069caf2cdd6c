import Geometry

/// Colours for what no camera sees, from what they see around it.
///
/// Every island is for itself. On an eyeball, which is as good as the same all around its pupil, the
/// rings are completed; everywhere else colours spread from the nearest that are known, wide where much is
/// missing (Burt 1988, "Moment images, polynomial fit filters, and the problem of surface interpolation").
struct TextureFill {
  /// A texel that is worth less than this takes its neighbours' colour in part.
  private static let trust: Float = 0.04

  /// A ring of which less is seen tells nothing of its colour.
  private static let ringShare: Float = 0.3

  /// The iris's part of an eyeball's picture: its angle of the whole, the back being squeezed.
  private static let irisShare: Float = 0.2

  private let size: Int
  /// The texels of each island.
  private var texels: [Int: [Int]] = [:]

  init(size: Int) { self.size = size }

  /// Says that a texel belongs to an island.
  mutating func add(_ texel: Int, to island: Int) { texels[island, default: []].append(texel) }

  /// Completes an eyeball: texels take the mean of those as far from the middle.
  func completeRings(_ sums: inout [SIMD4<Float>], ofIsland island: Int) {
    guard let texels = texels[island], !texels.isEmpty else { return }
    let places = texels.map { SIMD2(Float($0 % size), Float($0 / size)) }
    var lower = places[0], upper = places[0]
    for p in places {
      lower = pointwiseMin(lower, p)
      upper = pointwiseMax(upper, p)
    }
    let middle = (lower + upper) / 2
    let rings = places.map { p -> Int in
      let d = p - middle
      return Int((d * d).sum().squareRoot() / 2)
    }
    let iris = Float(rings.max() ?? 0) * Self.irisShare
    var seen = [[SIMD4<Float>]](repeating: [], count: (rings.max() ?? 0) + 1)
    var counts = [Float](repeating: 0, count: seen.count)
    for (texel, ring) in zip(texels, rings) {
      if sums[texel].w > 0 { seen[ring].append(sums[texel]) }
      counts[ring] += 1
    }
    var means = seen.enumerated().map { ring, colors in
      // Beside the iris lids and lashes throw shadows: the brighter half is what the eye is like.
      Self.mean(Float(ring) < iris ? colors : Self.brighterHalf(colors))
    }
    // Rings of which little is seen are mostly lids' rims; the white goes on there.
    var isKnown = [Bool](repeating: true, count: means.count)
    for ring in means.indices.dropFirst() {
      let trust = seen[ring].reduce(0) { $0 + $1.w }
      if trust < Self.ringShare * counts[ring] {
        isKnown[ring] = false
        means[ring] = means[ring - 1]
      }
    }
    for (texel, ring) in zip(texels, rings) where means[ring].w > 0 {
      let known = isKnown[ring] && sums[texel].w > Self.trust ? sums[texel] : .zero
      sums[texel] = known + means[ring] * Self.trust
    }
  }

  private static func mean(_ sums: [SIMD4<Float>]) -> SIMD4<Float> {
    let sum = sums.reduce(SIMD4<Float>.zero) { $0 + $1 }
    return sum.w > 0 ? sum / sum.w : .zero
  }

  private static func brighterHalf(_ sums: [SIMD4<Float>]) -> [SIMD4<Float>] {
    func brightness(_ s: SIMD4<Float>) -> Float { (s.x + s.y + s.z) / s.w }
    return Array(
      sums.sorted { brightness($0) > brightness($1) }.prefix((sums.count + 1) / 2))
  }

  /// Completes all islands.
  func complete(_ sums: inout [SIMD4<Float>]) {
    for texels in texels.values {
      let x0 = texels.reduce(size) { min($0, $1 % size) },
        x1 = texels.reduce(0) { max($0, $1 % size) }
      let y0 = (texels.min() ?? 0) / size, y1 = (texels.max() ?? 0) / size
      var side = 1
      while side < max(x1 - x0, y1 - y0) + 1 { side *= 2 }
      var known = [SIMD4<Float>](repeating: .zero, count: side * side)
      for texel in texels {
        let sum = sums[texel]
        let place = (texel / size - y0) * side + texel % size - x0
        known[place] = sum.w > 0 ? sum / sum.w * min(sum.w / Self.trust, 1) : .zero
      }
      let spread = Self.spread(known, side: side)
      for texel in texels {
        let fill = spread[(texel / size - y0) * side + texel % size - x0]
        let missing = max(Self.trust - sums[texel].w, 0)
        if fill.w > 0 { sums[texel] += fill / fill.w * missing }
      }
    }
  }

  /// Colours of a square whose side is a power of two, weights in the last number: where they are below
  /// one, the rest comes from the square of half the side.
  private static func spread(_ known: [SIMD4<Float>], side: Int) -> [SIMD4<Float>] {
    guard side > 1 else { return known }
    let half = side / 2
    var coarse = [SIMD4<Float>](repeating: .zero, count: half * half)
    for y in 0..<half {
      for x in 0..<half {
        let k = 2 * y * side + 2 * x
        let sum = known[k] + known[k + 1] + known[k + side] + known[k + side + 1]
        coarse[y * half + x] = sum.w > 1 ? sum / sum.w : sum
      }
    }
    let wide = spread(coarse, side: half)
    var result = known
    for y in 0..<side {
      for x in 0..<side where known[y * side + x].w < 1 {
        // Half-way between the coarse ones around.
        let (cx, cy) = (Float(x) / 2 - 0.25, Float(y) / 2 - 0.25)
        let (fx, fy) = (cx - cx.rounded(.down), cy - cy.rounded(.down))
        func at(_ dx: Int, _ dy: Int) -> SIMD4<Float> {
          let px = min(max(Int(cx.rounded(.down)) + dx, 0), half - 1)
          let py = min(max(Int(cy.rounded(.down)) + dy, 0), half - 1)
          return wide[py * half + px]
        }
        let above = at(0, 0) * (1 - fx) + at(1, 0) * fx
        let below = at(0, 1) * (1 - fx) + at(1, 1) * fx
        let mean = above * (1 - fy) + below * fy
        if mean.w > 0 {
          result[y * side + x] += mean / mean.w * (1 - known[y * side + x].w)
        }
      }
    }
    return result
  }
}
