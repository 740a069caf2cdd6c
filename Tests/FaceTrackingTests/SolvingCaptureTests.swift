import FaceRig
import Foundation
import Geometry
import MediaIO
import Testing

@testable import FaceTracking

/// Real people, from video to face states, where captures, models and the template are at hand.
@Suite(.serialized) struct SolvingCaptureTests {
  struct Capture {
    var observations: [FaceObservation?] = []
    var times: [Double] = []
    var width = 0
    var height = 0
    var pupilDistance: Float = 0
  }

  static func template() -> LandmarkModel? {
    let path = "\(Assets.cache)/template.vvt"
    guard let data = FileManager.default.contents(atPath: path) else {
      print("skipped: no template \(path)")
      return nil
    }
    do { return LandmarkModel(try Template(bytes: [UInt8](data))) } catch {
      print("skipped: \(path) is not a template of this version")
      return nil
    }
  }

  static func capture(_ name: String) throws -> Capture? {
    let environment = ProcessInfo.processInfo.environment
    let shared =
      environment["VISAVIS_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("../shared")
    let path = shared.appendingPathComponent("captures/\(name).mp4").standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: path) else {
      print("skipped: no captures")
      return nil
    }
    guard let models = Assets.faceModels() else { return nil }
    var tracker = try LandmarkTracker(models: models)
    let reader = try VideoReader(path: path)
    var capture = Capture()
    var distances: [Float] = []
    // Twelve seconds show what there is to see.
    while let frame = try reader.next(), frame.time < 12 {
      let tracked = try tracker.track(frame.image)
      capture.width = frame.image.width
      capture.height = frame.image.height
      capture.times.append(frame.time)
      capture.observations.append(
        tracked.face.map {
          FaceObservation($0, time: frame.time, confidence: tracked.confidence)
        })
      if let face = tracked.face { distances.append(face.pupilDistance) }
    }
    distances.sort()
    capture.pupilDistance = distances[distances.count / 2]
    return capture
  }

  @Test(arguments: ["turning", "expressions", "talking"])
  func landmarksAreReprojectedWithinTwoPerCent(name: String) throws {
    guard let model = Self.template(), let capture = try Self.capture(name) else { return }
    let solution = try IdentitySolver(model: model).solve(
      capture.observations.compactMap(\.self), width: capture.width, height: capture.height)
    let faces = try OfflineSmoother(
      model: model, identity: solution.identity, width: capture.width, height: capture.height
    ).solve(capture.observations, times: capture.times)
    let tracked = faces.compactMap(\.self).filter(\.isTracked)
    let mean = tracked.reduce(0) { $0 + $1.residual } / Float(tracked.count)
    let blink = tracked.map(\.state.expression[.eyeBlinkLeft])
    let peaks = blink.indices.dropFirst().dropLast().count {
      blink[$0] > 0.5 && blink[$0] >= blink[$0 - 1] && blink[$0] > blink[$0 + 1]
    }
    print("\(name): residual \(mean) % of the pupil distance, \(peaks) blinks")
    #expect(tracked.count > capture.times.count * 9 / 10)
    #expect(mean < 2.3)
    let ratio = solution.identity.focalLength / Float(capture.width)
    #expect(ratio >= 1 && ratio <= 3)
    if name == "talking" { #expect(peaks >= 3) }
  }
}
