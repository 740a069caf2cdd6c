import Geometry
import Testing

@testable import FaceTracking

struct LandmarkShapeTests {
  private func faces() throws -> [FaceLandmarks] {
    try LandmarkAgreementTests.golden().map { points in
      let eye = EyeLandmarks(iris: [], contour: [])
      let solid = points.map { Vector3($0.x, $0.y, 0) }
      return FaceLandmarks(
        points: solid, leftEye: eye, rightEye: eye, presence: 1, region: ImageRegion(face: solid))
    }
  }

  @Test func `Real faces are plausible, and move as faces do`() throws {
    let faces = try faces()
    for face in faces { #expect(LandmarkShape.flaw(in: face) == nil) }
    for (a, b) in zip(faces, faces.dropFirst()) {
      #expect(LandmarkShape.distortion(of: b, from: a) < 0.15)
    }
  }

  @Test func `A shift, turn and scale is no distortion`() throws {
    let face = try faces()[0]
    var moved = face
    let region = ImageRegion(center: [40, -7], extent: [1.3, 1.3], rotation: 0.5)
    moved.points = face.points.map {
      let p = region.imageFromUnit * $0.planar
      return Vector3(p.x, p.y, $0.z)
    }
    #expect(LandmarkShape.distortion(of: moved, from: face) < 1e-3)
  }

  @Test func `Folded, mirrored, tiny, far and undefined faces are not`() throws {
    let face = try faces()[3]
    func changed(_ change: (Vector3) -> Vector3) -> FaceLandmarks {
      var result = face
      result.points = face.points.map(change)
      return result
    }
    let center = face.region.center
    let middle = Vector3(center.x, center.y, 0)
    #expect(LandmarkShape.flaw(in: changed { [2 * middle.x - $0.x, $0.y, 0] }) != nil)
    #expect(LandmarkShape.flaw(in: changed { middle + ($0 - middle) * 0.2 }) != nil)
    #expect(LandmarkShape.flaw(in: changed { $0 + [face.region.extent.x, 0, 0] }) != nil)
    let onItsSide = changed { [middle.x - ($0.y - middle.y), middle.y + $0.x - middle.x, 0] }
    #expect(LandmarkShape.flaw(in: onItsSide) == .overturned)
    #expect(LandmarkShape.flaw(in: changed { _ in [.nan, 0, 0] }) == .notFinite)
    var random = RepeatableGenerator(state: 2)
    let scattered = changed { _ in
      middle
        + Vector3(
          Float.random(in: -99...99, using: &random), Float.random(in: -99...99, using: &random), 0)
    }
    #expect(LandmarkShape.flaw(in: scattered) != nil)
  }
}
