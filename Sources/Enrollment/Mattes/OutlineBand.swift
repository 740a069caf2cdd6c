internal import Geometry

/// Where a person's outline may run: a band about that of a rough matte.
struct OutlineBand {
  let width, height: Int
  /// Surely the person, and surely not.
  private(set) var isPerson, isBackground: [Bool]
  /// What the plate added to the rough matte.
  private(set) var isGrown: [Bool]
  private var outward, inward: [Float]
  private let innerReach, outerReach, deepReach, growthReach: Float
  private let minimumContrast: Float

  /// The band about a rough outline.
  init(
    _ isInside: [Bool], width: Int, height: Int, options: PlateMatting.Options, hasPlate: Bool
  ) {
    self.width = width
    self.height = height
    let side = Float(max(width, height))
    innerReach = options.innerReach * side
    outerReach = side * (hasPlate ? options.outerReach : options.outerReachWithoutPlate)
    deepReach = options.deepReach * side
    growthReach = options.growthReach * side
    minimumContrast = 2 * options.halfTrust
    isGrown = [Bool](repeating: false, count: width * height)
    outward = []
    inward = []
    isPerson = []
    isBackground = []
    measure(isInside)
  }

  private mutating func measure(_ isInside: [Bool]) {
    outward = DistanceField.distances(to: isInside, width: width, height: height)
    inward = DistanceField.distances(to: isInside.map { !$0 }, width: width, height: height)
    isPerson = inward.map { [innerReach] in $0 > innerReach }
    isBackground = outward.map { [outerReach] in $0 > outerReach }
  }

  /// Adds what differs from the plate, is no shadow on it, and hangs together with the person.
  mutating func grow(
    _ picture: PixelImage, _ background: [SIMD4<Float>], _ plate: BackgroundPlate, floor: Float
  ) {
    let limit = max(24, 2.5 * floor)
    var isInside = outward.map { $0 == 0 }
    var stack = [Int]()
    for p in isInside.indices where isInside[p] && inward[p] < 1.5 { stack.append(p) }
    while let p = stack.popLast() {
      let x = p % width
      for q in [p - width, p + width, x > 0 ? p - 1 : -1, x + 1 < width ? p + 1 : -1]
      where q >= 0 && q < isInside.count && !isInside[q] {
        guard outward[q] < growthReach, plate.colors[q].w > 0,
          Self.differs(picture.color(q), background[q], limit)
        else { continue }
        isInside[q] = true
        isGrown[q] = outward[q] > innerReach
        stack.append(q)
      }
    }
    measure(isInside)
  }

  /// Whether a colour is neither the background's nor the background's in shadow.
  private static func differs(
    _ color: SIMD4<Float>, _ background: SIMD4<Float>, _ limit: Float
  ) -> Bool {
    var b = background
    b.w = 0
    let d = color - b
    if (d * d).sum() < limit * limit { return false }
    let shade = (color * b).sum() / max((b * b).sum(), 1)
    if shade < 0.55 || shade > 1 { return true }
    let rest = color - b * shade
    return (rest * rest).sum() > limit * limit * 0.25
  }

  /// Gives back to the band what looks exactly like the plate, not deep inside, where the person
  /// does not: the wall between strands of hair.
  mutating func openHoles(
    _ picture: PixelImage, _ background: [SIMD4<Float>], _ plate: BackgroundPlate, floor: Float
  ) {
    let deep = carried(picture) { inward[$0] > deepReach }
    for y in 1..<max(height - 1, 1) {
      for x in 1..<max(width - 1, 1) {
        let p = y * width + x
        guard isPerson[p], inward[p] <= deepReach, plate.colors[p].w > 0 else { continue }
        var contrast = deep[p] - background[p]
        contrast.w = 0
        guard (contrast * contrast).sum() > minimumContrast * minimumContrast else { continue }
        var sum: Float = 0
        for q in [p - width, p - 1, p, p + 1, p + width] {
          var d = picture.color(q) - background[q]
          d.w = 0
          sum += (d * d).sum().squareRoot()
        }
        if sum < 5 * max(floor, minimumContrast / 3) { isPerson[p] = false }
      }
    }
  }

  /// 1 up to half the reach outside the rough outline, falling to 0 at its end.
  func reach(_ p: Int) -> Float {
    min(1, max(0, 2 * (1 - outward[p] / outerReach)))
  }

  /// The picture's colours where `isKnown` holds, carried to everywhere else.
  func carried(_ picture: PixelImage, where isKnown: (Int) -> Bool) -> [SIMD4<Float>] {
    var known = [SIMD4<Float>](repeating: .zero, count: width * height)
    for p in known.indices where isKnown(p) {
      known[p] = picture.color(p)
      known[p].w = 1
    }
    return ColorPyramid.filled(known, width: width, height: height)
  }
}
