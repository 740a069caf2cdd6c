import AvatarModel
import FaceRig
import FaceTracking
import GaussianSplats
import Geometry
import MediaIO
import PictureMetrics
import SplatFitting

/// Drives the finished avatar with what was held out, as a live camera would, and compares.
///
/// Renderings and frames, cut out by the clean matte, are composed over grey.
struct HeldOutCheck {
  let avatar: Avatar
  let fit: CaptureFit
  let solved: SolvedCapture
  let material: CaptureMaterial
  let renderer: AvatarRenderer
  let driver: CaptureDriver
  let grey: UInt8 = 128
  let driven = DrivenFrames()

  init(
    avatar: Avatar, fit: CaptureFit, solved: SolvedCapture, material: CaptureMaterial,
    workers: Workers, level: InstructionLevel
  ) throws {
    self.avatar = avatar
    self.fit = fit
    self.solved = solved
    self.material = material
    renderer = AvatarRenderer(
      avatar: avatar, maxWidth: solved.camera.width, maxHeight: solved.camera.height,
      workers: workers, level: level)
    driver = try CaptureDriver(avatar: avatar, solved: solved, workers: workers, level: level)
  }

  func run(progress: (_ done: Int, _ total: Int) throws -> Void) throws -> EnrollmentFigures {
    var figures = EnrollmentFigures()
    let tracked = solved.tracked
    figures.framesRead = tracked.frames.count
    figures.framesFitted = material.fitted.count
    figures.framesHeldOut = material.heldOut.count
    figures.splats = avatar.splats.count
    figures.landmarkResidual = Double(solved.residual)
    figures.faceHeight = Double(tracked.faceHeight)
    figures.focalRatio =
      Double(solved.fullCamera.focalLength.x) / Double(solved.fullCamera.width)
    figures.learningCurve = fit.learningCurve
    figures.trainingPSNR = trainingDecibels()
    try checkHeldOut(&figures, progress)
    return figures
  }

  private func trainingDecibels() -> Double {
    var accumulator = MetricAccumulator()
    let count = min(24, material.fitted.count)
    for k in 0..<count {
      let item = k * material.fitted.count / count
      let truth = material.pixels.picture(item, over: grey)
      let drawn = rendered(fit.trainer.adjusted(item))
      if let likeness = PictureLikeness(drawn, truth) { accumulator.add(likeness) }
    }
    return accumulator.meanDecibels ?? 0
  }

  private func checkHeldOut(
    _ figures: inout EnrollmentFigures, _ progress: (_ done: Int, _ total: Int) throws -> Void
  ) throws {
    if material.heldOut.isEmpty { return }
    var whole = MetricAccumulator(), head = MetricAccumulator(), landmarks = MetricAccumulator()
    var solveTimes: [Double] = [], refineTimes: [Double] = []
    for (k, index) in material.heldOut.enumerated() {
      let frame = solved.tracked.frames[index]
      guard let truth = material.truths[k]?.over(grey),
        let answer = try driver.drive(index)
      else { continue }
      solveTimes.append(answer.solving / .milliseconds(1))
      refineTimes.append(answer.refining / .milliseconds(1))

      let drawn = rendered(answer.state)
      if let likeness = PictureLikeness(drawn, truth) {
        whole.add(likeness)
        figures.heldOutFramePSNR.append(likeness.decibels)
        driven.add(k, answer.state, likeness.decibels)
      }
      if let box = headBox(frame.observation) {
        if let likeness = PictureLikeness(drawn, truth, in: box) { head.add(likeness) }
      }
      let plain = AvatarState(
        face: answer.face.state, cameraFromTorso: answer.state.cameraFromTorso)
      if let likeness = PictureLikeness(rendered(plain), truth) { landmarks.add(likeness) }
      try progress(k + 1, material.heldOut.count)
    }
    figures.heldOutPSNR = whole.meanDecibels
    figures.heldOutHeadPSNR = head.meanDecibels
    figures.heldOutLandmarkPSNR = landmarks.meanDecibels
    figures.heldOutSSIM = whole.meanLumaSimilarity
    figures.solveMilliseconds = Self.median(solveTimes)
    figures.refineMilliseconds = Self.median(refineTimes)
  }

  private func rendered(_ state: AvatarState) -> PixelImage {
    renderer.draw(state, camera: solved.camera).rgb(
      over: Vector3(repeating: Float(grey) / 255))
  }

  private func headBox(_ observation: FaceObservation?) -> PixelRectangle? {
    guard let points = observation?.landmarks.map(solved.tracked.framing.point) else { return nil }
    let low = points.reduce(points[0]) { SIMD2(min($0.x, $1.x), min($0.y, $1.y)) }
    let high = points.reduce(points[0]) { SIMD2(max($0.x, $1.x), max($0.y, $1.y)) }
    let size = high - low
    return PixelRectangle(
      x: Int(low.x - 0.3 * size.x), y: Int(low.y - 0.45 * size.y), width: Int(1.6 * size.x),
      height: Int(1.6 * size.y)
    ).clipped(toWidth: solved.camera.width, height: solved.camera.height)
  }

  private static func median(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.sorted()[values.count / 2]
  }
}

extension CutOut {
  /// The person over a grey.
  func over(_ grey: UInt8) -> PixelImage {
    var result = foreground
    for i in alpha.samples.indices {
      let behind = (Int(grey) * (255 - Int(alpha.samples[i])) + 127) / 255
      for c in 0..<3 {
        result.samples[3 * i + c] = UInt8(min(255, Int(foreground.samples[3 * i + c]) + behind))
      }
    }
    return result
  }
}
