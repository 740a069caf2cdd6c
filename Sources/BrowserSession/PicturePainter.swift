internal import AvatarModel
internal import Geometry

/// One avatar's pictures by the processor, asked for by consecutive floats.
///
///     0               4                        16            17            18           21
///     ┌───────────────┬────────────────────────┬─────────────┬─────────────┬────────────┐
///     │ focal lengths │ view from camera:      │ bust's fade │ background? │ background │
///     │ 2, center 2   │ three rows of four  12 │ height, cm  │ 0 or 1      │ r g b      │
///     └───────────────┴────────────────────────┴─────────────┴─────────────┴────────────┘
public final class PicturePainter {
  /// How many numbers ask for a picture.
  public static var requestCount: Int { 21 }
  /// The longest side that is drawn, in pixels.
  public static var longestSide: Int { 4096 }

  /// Where the request is written.
  public let request: UnsafeMutablePointer<Float>
  private let picture: SplatPicture
  private var bustEnd: Float?

  init(count: Int) {
    picture = SplatPicture(count: count)
    request = .allocate(capacity: Self.requestCount)
    request.initialize(repeating: 0, count: Self.requestCount)
  }

  deinit { request.deallocate() }

  /// The pixels drawn last: red, green, blue, straight alpha.
  public var pixels: UnsafeMutablePointer<UInt8> { picture.pixels }

  /// Draws what was posed last.
  func draw(
    _ frame: SplatFrame, torso: RigidTransform, width: Int, height: Int
  ) throws(Failure) {
    let sides = 1...Self.longestSide
    guard sides.contains(width), sides.contains(height) else {
      throw Failure(.pictureUnusable, Double(width), Double(height), 4)
    }
    let n = request
    for i in 0..<Self.requestCount where !(n[i].magnitude <= 1e6) {
      throw Failure(.viewNotFinite, Double(i))
    }
    var view = SplatPicture.View(
      camera: PinholeCamera(
        width: width, height: height, focalLength: [n[0], n[1]], center: [n[2], n[3]]),
      viewFromCamera: Matrix3(
        Vector3(n[4], n[5], n[6]), Vector3(n[8], n[9], n[10]), Vector3(n[12], n[13], n[14])),
      shift: Vector3(n[7], n[11], n[15]),
      background: n[17] == 0 ? nil : Vector3(n[18], n[19], n[20]))
    if n[16] > 0 {
      // The torso is rigid: the end found once holds.
      let end = bustEnd ?? frame.bustEnd(cameraFromTorso: torso)
      bustEnd = end
      view.fade = SplatPicture.View.bustFade(end: end, height: n[16], cameraFromTorso: torso)
    }
    picture.draw(frame, view)
  }
}

extension AvatarPlayer {
  /// The painter of the avatar's pictures, made when first asked for.
  public func picturePainter() throws(Failure) -> PicturePainter {
    if let painter { return painter }
    let made = PicturePainter(count: try splatFrame().count)
    painter = made
    return made
  }

  /// Poses the state in the block, unless `isPosed`, and draws it as the painter was asked to.
  public func drawPicture(width: Int, height: Int, isPosed: Bool) throws(Failure) {
    let painter = try picturePainter()
    let state = try stateBlock().read()
    if !isPosed { try posePlanes(state) }
    try painter.draw(
      try splatFrame(), torso: state.cameraFromTorso, width: width, height: height)
  }
}
