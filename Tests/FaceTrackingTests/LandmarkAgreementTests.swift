import Geometry
import MediaIO
import Testing

@testable import FaceTracking

/// The whole pipeline against MediaPipe's, on the sample video.
struct LandmarkAgreementTests {
  /// MediaPipe's points of every 24th frame; see Vectors/landmarks/pexels.py.
  static func golden() throws -> [[SIMD2<Float>]] {
    let bytes = try Assets.vector("landmarks/pexels.u16")
    let values = stride(from: 0, to: bytes.count, by: 2).map {
      Float(UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8) / 64
    }
    return stride(from: 0, to: values.count, by: 2 * FaceLandmarks.count).map { start in
      (0..<FaceLandmarks.count).map { [values[start + 2 * $0], values[start + 2 * $0 + 1]] }
    }
  }

  /// Where MediaPipe's crop without half-pixel centres puts points: too far right and down by half
  /// of what a crop's pixel is larger than the picture's.
  static func shift(of points: [SIMD2<Float>]) -> Float {
    let xs = points.map(\.x), ys = points.map(\.y)
    let side = max(xs.max()! - xs.min()!, ys.max()! - ys.min()!) * ImageRegion.faceMargin
    return 0.5 * (side / 192 - 1)
  }

  @Test func `Landmarks agree with MediaPipe's over the sample video`() throws {
    guard let models = Assets.faceModels(),
      let path = Assets.sample("WolfgangLanger_Pexels.mp4")
    else { return }
    let golden = try Self.golden()
    var tracker = try LandmarkTracker(models: models)
    tracker.options.steadyShare = 0
    let reader = try VideoReader(path: path)
    var index = 0
    var plain: Float = 0, centered: Float = 0, compared: Float = 0
    while let frame = try reader.next() {
      let tracked = try tracker.track(frame.image)
      let face = try #require(tracked.face, "frame \(index)")
      #expect(tracked.notices.isEmpty, "frame \(index)")
      if index % 24 == 0 {
        let expected = golden[index / 24]
        let shift = Self.shift(of: expected)
        var sum: Float = 0, shifted: Float = 0
        for (ours, theirs) in zip(face.points, expected) {
          sum += (ours.planar - theirs).length
          shifted += (ours.planar - (theirs - shift)).length
        }
        let unit = 100 / (face.pupilDistance * Float(FaceLandmarks.count))
        plain += sum * unit
        centered += shifted * unit
        compared += 1
      }
      index += 1
    }
    #expect(index == 472 && compared == 20)
    print("mean distance, % of pupil distance: \(plain / compared), centred \(centered / compared)")
    #expect(plain / compared < 1.2)
    #expect(centered / compared < 0.5)
  }

  @Test func `Steadied regions make a still face's landmarks steadier`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    // A still camera's pictures differ by the sensor's noise.
    let grain = (0..<24).map {
      randomPicture(width: picture.width, height: picture.height, seed: UInt64($0) + 1)
    }
    func tremble(_ share: Float) throws -> Float {
      var tracker = try LandmarkTracker(models: models)
      tracker.options.steadyShare = share
      var last = [FaceLandmarks]()
      var sum: Float = 0
      for noise in grain {
        var noisy = picture
        for k in noisy.samples.indices {
          let change = Int(noise.samples[k] & 15) - 8
          noisy.samples[k] = UInt8(min(max(Int(noisy.samples[k]) + change, 0), 255))
        }
        last.append(try #require(try tracker.track(noisy).face))
        if last.count < 4 { continue }
        let (a, b) = (last[last.count - 2], last[last.count - 1])
        for k in a.points.indices { sum += (b.points[k] - a.points[k]).planar.length }
      }
      return sum / Float((grain.count - 3) * FaceLandmarks.count) / last[0].pupilDistance * 100
    }
    let plain = try tremble(0), steadied = try tremble(LandmarkTracker.Options().steadyShare)
    print("tremble, % of pupil distance: plain \(plain), steadied \(steadied)")
    #expect(steadied < plain)
  }

  @Test func `Irises lie within the lids, and as wide as each other`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    var tracker = try LandmarkTracker(models: models)
    let face = try #require(try tracker.track(picture).face)
    #expect(face.leftEye.center.x > face.points[FaceMesh.leftEyeInner].x)
    #expect(face.leftEye.center.x < face.points[FaceMesh.leftEyeOuter].x)
    #expect(face.rightEye.center.x > face.points[FaceMesh.rightEyeOuter].x)
    #expect(face.rightEye.center.x < face.points[FaceMesh.rightEyeInner].x)
    let ratio = face.leftEye.irisDiameter / face.rightEye.irisDiameter
    #expect(ratio > 0.8 && ratio < 1.25)
    // A human iris is 11.7 mm across, the pupils about 63 mm apart.
    let share = face.leftEye.irisDiameter / face.pupilDistance
    #expect(share > 0.13 && share < 0.25)
    let moved = zip(face.points, face.pointsWithRefinedEyes).filter { $0 != $1 }.count
    #expect(moved > 100 && moved <= 142)
  }

  @Test func `A mirrored picture has mirrored landmarks`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    var mirrored = picture
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        for c in 0..<3 { mirrored[picture.width - 1 - x, y, c] = picture[x, y, c] }
      }
    }
    var tracker = try LandmarkTracker(models: models)
    let face = try #require(try tracker.track(picture).face)
    tracker.reset()
    let twin = try #require(try tracker.track(mirrored).face)
    func back(_ p: Vector3) -> SIMD2<Float> { [Float(picture.width) - p.x, p.y] }
    for (a, b) in zip(EyeContour.rightMeshIndices, EyeContour.leftMeshIndices) {
      let distance = (face.points[a].planar - back(twin.points[b])).length / face.pupilDistance
      #expect(distance < 0.06)
    }
    let iris = (face.leftEye.center.planar - back(twin.rightEye.center)).length
    #expect(iris / face.pupilDistance < 0.02)
  }
}
