import Geometry
import NeuralInference
import Testing

@testable import FaceTracking

struct FaceModelErrorTests {
  @Test func `Another network's model is refused`() throws {
    guard var models = Assets.faceModels() else { return }
    models.landmarks = models.iris
    #expect(
      throws: FaceTrackingError.unexpectedTensor(
        .landmarks, found: 64 * 64 * 3, expected: 192 * 192 * 3)
    ) { try FaceLandmarker(models: models) }
  }

  @Test func `Damaged models are refused or answer, and never trap`() throws {
    guard let models = Assets.faceModels() else { return }
    var random = RepeatableGenerator(state: 11)
    let picture = randomPicture(width: 64, height: 48, seed: 1)
    for round in 0..<24 {
      var damaged = models
      if round % 2 == 0 {
        damaged.landmarks = Array(
          models.landmarks.prefix(Int.random(in: 0..<models.landmarks.count, using: &random)))
      } else {
        for _ in 0..<20 {
          let at = Int.random(in: 0..<models.iris.count, using: &random)
          damaged.iris[at] = UInt8.random(in: 0...255, using: &random)
        }
      }
      do throws(FaceTrackingError) {
        var landmarker = try FaceLandmarker(models: damaged)
        _ = try landmarker.landmarks(
          in: picture, region: ImageRegion(letterboxing: picture.width, picture.height))
      } catch {
        if case .unusablePicture = error { Issue.record("the picture is fine") }
      }
    }
  }
}
