/// How the landmarks moved in what a viewer saw, beside what they would have seen without losses.
///
/// A *jump* is a movement from one displayed picture to the next that the stream does not have. Per
/// picture k and landmark l, with p in pixels of the driving camera:
///
///     excess(k) = max over l of  |p(k, l) − p(k−1, l)| − max over pictures j within 100 ms of k
///                                                        of |q(j, l) − q(j−1, l)|
///
/// where q is the loss-free playback at the same moments of the sender's clock. It is *visible*
/// above ``threshold`` of the distance between the eyes.
public struct ViewerMotion: Sendable {
  /// The excess that counts as visible, as a share of the distance between the eyes: 2 %, 1.3 mm.
  ///
  /// Someone who sits one metre away sees the eyes 3.6° apart, so 2 % are 4.3 arcmin in one picture:
  /// beyond the 1–2 arcmin at which a displacement of something still is noticed, and what a turn of
  /// 14° a second moves the nose by in one picture of 60 a second, the speed of an unhurried nod.
  public static let threshold = 0.02
  /// Seconds to either side within which the loss-free playback may move as far.
  public static let window = 0.1

  /// Per picture, in pixels: the largest excess (at least 0) and the largest distance of a landmark
  /// from where it belongs.
  public private(set) var excess: [Float] = [], deviation: [Float] = []
  /// Per picture, in pixels: the largest movement of a landmark since the picture before, as seen
  /// and without losses.
  public private(set) var seen: [Float] = [], lossFree: [Float] = []
  /// The mean distance between the eyes, in pixels.
  public private(set) var eyeDistance: Float = 0

  /// The excess in pixels that is visible.
  public var visible: Float { eyeDistance * Float(Self.threshold) }

  /// Measures a run.
  ///
  /// - Complexity: O(pictures × (vertices + landmarks × pictures in the window)).
  public init(_ trace: SimulationTrace, projector: LandmarkProjector) {
    var projector = projector
    let pictures = trace.pictures
    // Movements [picture][landmark].
    var p: [SIMD2<Float>] = [], q: [SIMD2<Float>] = []
    var seenSteps: [Float] = [], freeSteps: [Float] = []
    var landmarks = 0
    for (k, picture) in pictures.enumerated() {
      let shown = projector.positions(of: picture.state)
      let free = projector.positions(of: trace.lossFreeState(of: picture))
      eyeDistance += projector.eyeDistance(of: picture.state) / Float(pictures.count)
      landmarks = shown.count
      seenSteps += k == 0 ? shown.map { _ in 0 } : zip(shown, p).map { Self.distance($0, $1) }
      freeSteps += k == 0 ? free.map { _ in 0 } : zip(free, q).map { Self.distance($0, $1) }
      deviation.append(zip(shown, free).map { Self.distance($0, $1) }.max() ?? 0)
      seen.append(seenSteps.suffix(landmarks).max() ?? 0)
      lossFree.append(freeSteps.suffix(landmarks).max() ?? 0)
      (p, q) = (shown, free)
    }
    var from = 0, to = 0
    for k in pictures.indices {
      while pictures[k].now - pictures[from].now > Self.window + 1e-6 { from += 1 }
      while to < pictures.count, pictures[to].now - pictures[k].now <= Self.window + 1e-6 {
        to += 1
      }
      var most: Float = 0
      for l in 0..<landmarks {
        var allowed: Float = 0
        for j in from..<to { allowed = max(allowed, freeSteps[j * landmarks + l]) }
        most = max(most, seenSteps[k * landmarks + l] - allowed)
      }
      excess.append(most)
    }
  }

  private static func distance(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> Float {
    let d = a - b
    return (d * d).sum().squareRoot()
  }
}
