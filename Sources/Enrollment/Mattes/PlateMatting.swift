internal import FaceTracking
public import Geometry

/// A person cut out of a picture.
public struct CutOut: Sendable, Equatable {
  /// One channel: how much of each pixel the person covers.
  public var alpha: PixelImage
  /// Three channels: the person's own light, α·F, the background's share taken out; premultiplied.
  public var foreground: PixelImage
}

/// Second look at a rough matte: colour decides near the outline, and the background's share of
/// each mixed pixel is taken out: `α·F = I − (1 − α)·B`.
///
/// In a band about the rough outline a pixel's α is where its colour lies on the way from the
/// background's colour B (the plate's, or carried in from outside the band) to the person's colour F
/// (carried out from inside). Where F and B are alike, the rough matte decides. A plate also shows
/// what the rough matte missed, things in the hair for one, and the wall between strands of hair.
public struct PlateMatting: Sendable {
  /// What can be tuned; lengths are shares of the picture's longer side.
  public struct Options: Sendable {
    /// How far inside the rough outline the background may still show.
    public var innerReach: Float = 0.012
    /// How far beyond the rough outline the person may be found by difference from the plate.
    public var growthReach: Float = 0.12
    /// How deep inside it the plate may show between strands of hair.
    public var deepReach: Float = 0.06
    /// How far outside it hair may reach: with a plate, and without.
    public var outerReach: Float = 0.05
    /// The same without a plate, where hair and background are harder to tell apart.
    public var outerReachWithoutPlate: Float = 0.016
    /// Contrast of F and B, in steps of 0…255, at which colour and rough matte count alike.
    public var halfTrust: Float = 24
    /// Differences from the background of less than this many deviations of its noise do not count.
    public var noiseFloor: Float = 3

    /// The values that suit a person before a wall.
    public init() {}
  }

  /// What can be tuned.
  public var options = Options()
  /// The still background, if there is one.
  public let plate: BackgroundPlate?

  /// Prepares the second look; without a plate colours are taken from about the outline.
  public init(plate: BackgroundPlate?) { self.plate = plate }

  /// Refines one picture's rough matte.
  ///
  /// Pictures do not depend on each other: several threads may call this.
  ///
  /// - Precondition: `matte` has one channel; sizes equal each other and the plate's.
  /// - Complexity: O(width · height).
  public func cutOut(_ picture: PixelImage, matte: PixelImage) -> CutOut {
    let width = picture.width, height = picture.height
    precondition(matte.width == width && matte.height == height && matte.channels == 1)
    var band = OutlineBand(
      matte.samples.map { $0 >= 128 }, width: width, height: height, options: options,
      hasPlate: plate != nil)
    let background = backgroundColors(picture, band)
    let floor = options.noiseFloor * (plate?.noise ?? 3)
    if let plate {
      band.grow(picture, background, plate, floor: floor)
      band.openHoles(picture, background, plate, floor: floor)
    }
    let person = band.carried(picture) { band.isPerson[$0] }

    var alpha = PixelImage(width: width, height: height, channels: 1)
    var light = PixelImage(width: width, height: height, channels: 3)
    for p in 0..<width * height where !band.isBackground[p] {
      let color = picture.color(p)
      var pixel = Mixture(cover: 1, color: color)
      if !band.isPerson[p] {
        pixel = mixture(
          color: color, person: person[p], background: background[p],
          rough: band.isGrown[p] ? 1 : Float(matte.samples[p]) / 255, reach: band.reach(p),
          floor: floor)
      }
      alpha.samples[p] = UInt8(pixel.cover * 255 + 0.5)
      for c in 0..<3 { light.samples[3 * p + c] = UInt8(pixel.cover * pixel.color[c] + 0.5) }
    }
    return CutOut(alpha: alpha, foreground: light)
  }

  private func backgroundColors(_ picture: PixelImage, _ band: OutlineBand) -> [SIMD4<Float>] {
    guard let plate else { return band.carried(picture) { band.isBackground[$0] } }
    // The plate at this picture's brightness.
    var ratios = [[Float]](repeating: [], count: 3)
    for p in stride(from: 0, to: plate.colors.count, by: 37)
    where band.isBackground[p] && plate.colors[p].w == 1 {
      let a = picture.color(p), b = plate.colors[p]
      for c in 0..<3 where b[c] > 8 && b[c] < 247 { ratios[c].append(a[c] / b[c]) }
    }
    var gain = SIMD4<Float>(repeating: 1)
    for c in 0..<3 where ratios[c].count >= 30 {
      ratios[c].sort()
      gain[c] = min(max(ratios[c][ratios[c].count / 2], 0.5), 2)
    }
    return plate.colors.map { $0 * gain }
  }

  /// How much the person covers a pixel, and in which colour.
  private struct Mixture {
    var cover: Float
    var color: SIMD4<Float>
  }

  /// The mixture of one pixel of the band.
  private func mixture(
    color: SIMD4<Float>, person: SIMD4<Float>, background: SIMD4<Float>, rough: Float,
    reach: Float, floor: Float
  ) -> Mixture {
    var toPerson = person - background
    toPerson.w = 0
    var toColor = color - background
    toColor.w = 0
    let contrast2 = (toPerson * toPerson).sum()
    let difference = (toColor * toColor).sum().squareRoot()
    // On the way from background to person; and, for colours off that way, how far from the
    // background at all.
    let along = (toColor * toPerson).sum() / max(contrast2, 1)
    let distance = (difference - floor) / max(0.9 * contrast2.squareRoot() - floor, 40)
    let byColor = plate == nil ? along : max(min(along, difference > floor ? 1 : 0), distance)
    let trust = contrast2 / (contrast2 + options.halfTrust * options.halfTrust)
    // The rough matte decides which end a doubtful value is pulled to.
    let pulled = min(max((byColor - 0.15 + 0.3 * rough) / 0.85, 0), 1)
    let cover = min(max(trust * pulled + (1 - trust) * rough, 0), 1) * reach

    // F = B + (I − B) / α, with α as the colour tells it, unless that is too small to divide by.
    let share = min(max(trust * byColor + (1 - trust) * rough, 0.25), 1)
    var pure = background + toColor / share
    let certainty = min(max((byColor - 0.2) * 2.5, 0), 1)
    pure = person + (pure - person) * certainty
    pure.replace(with: 0, where: pure .< 0)
    pure.replace(with: 255, where: pure .> 255)
    return Mixture(cover: cover, color: pure)
  }
}
