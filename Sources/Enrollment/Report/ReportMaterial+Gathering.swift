import AvatarModel
import FaceRig
import FaceTracking
import GaussianSplats
import Geometry
import PictureMetrics
import SplatFitting

extension ReportMaterial {
  /// Gathers everything after the check: some dozen renderings.
  init(_ check: HeldOutCheck) {
    self.init()
    let gatherer = ReportGatherer(check: check)
    comparisons = gatherer.comparisons()
    comparesHeldOut = !check.driven.frames.isEmpty
    heldOutTimes = check.driven.frames.map { gatherer.heldOutTime($0.item) }
    if let rest = gatherer.restingState() {
      turned = [-30, 0, 30].map { gatherer.view(rest, turnedBy: $0) }
      expressions = gatherer.expressionViews(rest)
    }
    coverage = CaptureCoverage(gatherer.samples())
    followed = gatherer.followed
  }
}

private struct ReportGatherer {
  let check: HeldOutCheck

  private var solved: SolvedCapture { check.solved }
  private var material: CaptureMaterial { check.material }

  // MARK: Real and drawn frames

  private struct Candidate {
    let time: Double
    let state: AvatarState
    let decibels: Double
    let truth: () -> PixelImage?
  }

  func heldOutTime(_ item: Int) -> Double { solved.tracked.frames[material.heldOut[item]].time }

  /// Best, middle and worst frame, held out if any were.
  func comparisons() -> [ReportMaterial.Comparison] {
    var candidates = check.driven.frames.map { frame in
      Candidate(
        time: heldOutTime(frame.item), state: frame.state, decibels: frame.decibels,
        truth: { material.truths[frame.item]?.over(check.grey) })
    }
    if candidates.isEmpty { candidates = trainingCandidates() }
    candidates.sort { $0.decibels > $1.decibels }
    guard let last = candidates.indices.last else { return [] }
    return [("Best", 0), ("Middle", last / 2), ("Worst", last)].compactMap { title, index in
      let candidate = candidates[index]
      guard let real = candidate.truth() else { return nil }
      let avatar = drawn(candidate.state)
      return ReportMaterial.Comparison(
        title: title, time: candidate.time, decibels: candidate.decibels, real: real,
        avatar: avatar, difference: DifferencePicture.make(real, avatar))
    }
  }

  private func trainingCandidates() -> [Candidate] {
    let count = min(24, material.fitted.count)
    return (0..<count).compactMap { k in
      let item = k * material.fitted.count / count
      let state = check.fit.trainer.adjusted(item)
      let truth = material.pixels.picture(item, over: check.grey)
      guard let error = PeakSignalToNoise.meanSquaredError(drawn(state), truth) else { return nil }
      return Candidate(
        time: solved.tracked.frames[material.fitted[item]].time, state: state,
        decibels: PeakSignalToNoise.decibels(meanSquaredError: error), truth: { truth })
    }
  }

  private func drawn(
    _ state: AvatarState, viewFromCamera: RigidTransform = .identity
  ) -> PixelImage {
    check.renderer.draw(state, camera: solved.camera, viewFromCamera: viewFromCamera).rgb(
      over: Vector3(repeating: Float(check.grey) / 255))
  }

  // MARK: The avatar alone

  /// The fitted frame nearest to the reference pose and to rest, as it was fitted.
  func restingState() -> AvatarState? {
    let states = material.fitted.indices.map { check.fit.trainer.adjusted($0) }
    guard !states.isEmpty else { return nil }
    func median(_ angle: (AvatarState) -> Float) -> Float {
      states.map(angle).sorted()[states.count / 2]
    }
    let yaw = median(\.face.leftGaze.yaw), pitch = median(\.face.leftGaze.pitch)
    func distance(_ s: AvatarState) -> Float {
      let turn = s.face.cameraFromHead.rotation * check.avatar.reference.rotation.transpose
      let e = s.face.expression
      let motion = (0..<ExpressionChannel.count).reduce(Float(0)) { $0 + e[$1] }
      return turn.rotationVector.length * 3 + motion * 0.2 + e[.jawOpen] + e[.eyeBlinkLeft]
        + e[.eyeBlinkRight] + (s.face.leftGaze.yaw - yaw).magnitude
        + (s.face.leftGaze.pitch - pitch).magnitude
    }
    return states.min { distance($0) < distance($1) }
  }

  /// The avatar turned about its own axis: positive degrees to the person's left.
  func view(_ state: AvatarState, turnedBy degrees: Int) -> ReportMaterial.View {
    let axis = state.face.cameraFromHead.translation
    let turn = Matrix3(rotationVector: Vector3(0, Float(degrees) * -0.017453292, 0))
    let picture = drawn(
      state, viewFromCamera: RigidTransform(rotation: turn, translation: axis - turn * axis))
    let title =
      switch degrees {
      case 0: "0°, from the front"
      case ..<0: "−\(-degrees)°, turned to its right"
      default: "+\(degrees)°, turned to its left"
      }
    return ReportMaterial.View(title: title, picture: picture)
  }

  func expressionViews(_ rest: AvatarState) -> [ReportMaterial.View] {
    let wanted: [(String, [(ExpressionChannel, Float)])] = [
      ("At rest", []),
      ("Eyes closed", [(.eyeBlinkLeft, 1), (.eyeBlinkRight, 1)]),
      (
        "Smiling",
        [
          (.mouthSmileLeft, 0.7), (.mouthSmileRight, 0.7), (.cheekSquintLeft, 0.3),
          (.cheekSquintRight, 0.3),
        ]
      ),
      ("Mouth open", [(.jawOpen, 0.55)]),
    ]
    return wanted.map { title, coefficients in
      var state = rest
      for (channel, value) in coefficients {
        state.face.expression[channel] = max(state.face.expression[channel], value)
      }
      return ReportMaterial.View(title: title, picture: drawn(state))
    }
  }

  // MARK: The capture

  /// What was fitted, with the face's brightness in every few frames.
  func samples() -> [CaptureCoverage.Sample] {
    let step = max(1, material.fitted.count / 200)
    return material.fitted.enumerated().compactMap { item, index in
      guard let face = solved.faces[index] else { return nil }
      return CaptureCoverage.Sample(
        state: face.state, brightness: item % step == 0 ? brightness(item) : nil)
    }
  }

  /// Mean luma between brows and mouth.
  private func brightness(_ item: Int) -> Float? {
    let frame = solved.tracked.frames[material.fitted[item]]
    guard let landmarks = frame.observation?.landmarks else { return nil }
    let picture = material.pixels.picture(item, over: 0)
    let points = landmarks.map(solved.tracked.framing.point)
    let low = points.reduce(points[0]) { SIMD2(min($0.x, $1.x), min($0.y, $1.y)) }
    let high = points.reduce(points[0]) { SIMD2(max($0.x, $1.x), max($0.y, $1.y)) }
    let size = high - low
    guard
      let area = PixelRectangle(
        x: Int(low.x + 0.25 * size.x), y: Int(low.y + 0.2 * size.y), width: Int(0.5 * size.x),
        height: Int(0.6 * size.y)
      ).clipped(toWidth: picture.width, height: picture.height).nonEmpty
    else { return nil }
    var sum = 0
    for y in area.y..<area.y + area.height {
      for x in area.x..<area.x + area.width {
        sum +=
          299 * Int(picture[x, y, 0]) + 587 * Int(picture[x, y, 1]) + 114 * Int(picture[x, y, 2])
      }
    }
    return Float(sum) / Float(255_000 * area.area)
  }

  var followed: Double {
    let kept = solved.faces.indices.filter { solved.tracked.frames[$0].kept != nil }.count
    return kept == 0 ? 1 : Double(material.fitted.count) / Double(kept)
  }
}

extension PixelRectangle {
  fileprivate var nonEmpty: PixelRectangle? { area > 0 ? self : nil }
}
