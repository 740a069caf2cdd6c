import Geometry
import MediaIO
import Testing

@testable import FaceTracking

struct LandmarkTrackerTests {
  private func track(
    _ pictures: [PixelImage], _ tracker: inout LandmarkTracker
  ) throws -> [TrackedFrame] {
    var frames = [TrackedFrame]()
    for picture in pictures { frames.append(try tracker.track(picture)) }
    return frames
  }

  private func trackVideo(_ name: String) throws -> [TrackedFrame]? {
    guard let models = Assets.faceModels(), let path = Assets.sample(name) else { return nil }
    var tracker = try LandmarkTracker(models: models)
    let reader = try VideoReader(path: path)
    var frames = [TrackedFrame]()
    while let frame = try reader.next() { frames.append(try tracker.track(frame.image)) }
    return frames
  }

  @Test func `A video without a face is reported as such, frame by frame`() throws {
    guard let frames = try trackVideo("no_face.mp4") else { return }
    #expect(frames.allSatisfy { $0.face == nil && $0.notices == [.noFace] && $0.confidence == 0 })
  }

  @Test(arguments: ["face_noface.mov", "noface_face.mov"])
  func `A face that leaves is lost, one that comes is found`(name: String) throws {
    guard let frames = try trackVideo(name) else { return }
    let shown = frames.map { $0.face != nil }
    let share = Float(shown.count { $0 }) / Float(shown.count)
    let changes = zip(shown, shown.dropFirst()).count { $0 != $1 }
    print("\(name): a face in \(share) of \(shown.count) frames, \(changes) changes")
    #expect(share > 0.4 && share < 0.45)
    // The second video ends with a black frame.
    #expect(changes == (name == "face_noface.mov" ? 1 : 2))
    #expect((shown.first == true) == (name == "face_noface.mov"))
  }

  @Test func `Several faces are counted and one is followed`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("multi_face.jpg")
    else { return }
    var tracker = try LandmarkTracker(models: models)
    let frames = try track([PixelImage](repeating: picture, count: 20), &tracker)
    for frame in frames {
      let count = try #require(
        frame.notices.compactMap { if case .severalFaces(let n) = $0 { n } else { nil } }.first)
      #expect(count >= 3)
      let face = try #require(frame.face), first = try #require(frames[0].face)
      #expect((face.points[1] - first.points[1]).planar.length < 0.3 * face.pupilDistance)
    }
  }

  @Test func `A face below the limit is tracked and reported as too small`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    var tracker = try LandmarkTracker(models: models)
    let full = try #require(try tracker.track(picture).face)
    let height = full.bounds.maximum.y - full.bounds.minimum.y
    let factor = 70 / height
    let small = picture.resized(
      width: Int(Float(picture.width) * factor), height: Int(Float(picture.height) * factor))
    tracker.reset()
    let frame = try tracker.track(small.placed(onWidth: 640, height: 480, atX: 200, y: 150))
    #expect(frame.face != nil)
    let pixels = try #require(
      frame.notices.compactMap { if case .faceTooSmall(let p) = $0 { p } else { nil } }.first)
    #expect((pixels - 70).magnitude < 12)
  }

  @Test(arguments: [Float(-0.78), -0.4, 0.4, 0.78])
  func `A rolled face has the upright one's landmarks, rolled`(angle: Float) throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    let padded = picture.placed(
      onWidth: picture.width + 200, height: picture.height + 200, atX: 100, y: 100)
    var tracker = try LandmarkTracker(models: models)
    let upright = try #require(try tracker.track(padded).face)
    tracker.reset()
    let frame = try tracker.track(padded.turned(by: angle))
    let rolled = try #require(frame.face)
    let region = ImageRegion(
      center: [Float(padded.width) / 2, Float(padded.height) / 2], extent: [1, 1], rotation: angle)
    var sum: Float = 0
    for (a, b) in zip(upright.points, rolled.points) {
      let turned = region.imageFromUnit * (a.planar - region.center + 0.5)
      sum += (turned - b.planar).length
    }
    #expect(sum / Float(FaceLandmarks.count) / upright.pupilDistance < 0.05)
  }

  @Test func `A covered mouth is a guess, not a loss`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    var tracker = try LandmarkTracker(models: models)
    let before = try #require(try tracker.track(picture).face)
    var covered = picture
    let nose = before.points[FaceMesh.noseTip], chin = before.points[FaceMesh.chin]
    let reach = before.pupilDistance * 0.7
    for y in Int(nose.y)..<min(picture.height, Int(chin.y)) {
      for x in max(0, Int(nose.x - reach))..<min(picture.width, Int(nose.x + reach)) {
        for (c, value) in [UInt8(196), 150, 128].enumerated() { covered[x, y, c] = value }
      }
    }
    for _ in 0..<20 {
      let frame = try tracker.track(covered)
      let face = try #require(frame.face)
      let eye = (face.leftEye.center - before.leftEye.center).planar.length
      #expect(eye / before.pupilDistance < 0.15)
    }
  }

  @Test func `A cut to another person is a discontinuity, and only that`() throws {
    guard let models = Assets.faceModels(), let one = try Assets.picture("0-f1-su-ph.jpg"),
      let other = try Assets.picture("45-m7-di-ph.jpg"),
      let third = try Assets.picture("single_face.jpg")
    else { return }
    var tracker = try LandmarkTracker(models: models)
    let frames = try track([one, one, one, third, third, other, other, one], &tracker)
    let cuts = frames.map(\.isDiscontinuity)
    print("cuts: \(cuts)")
    #expect(cuts == [false, false, false, true, false, true, false, true])
    #expect(frames.allSatisfy { $0.face != nil })
  }

  @Test func `Nothing a camera may send stops the tracker`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    var tracker = try LandmarkTracker(models: models)
    let odd = [
      picture, PixelImage(width: 1, height: 1, channels: 3),
      randomPicture(width: 320, height: 240, seed: 8), picture,
      PixelImage(width: 2000, height: 3, channels: 1, repeating: 255), picture.gray,
      PixelImage(width: 640, height: 480, channels: 4), picture,
    ]
    let frames = try track(odd, &tracker)
    for k in [0, 3, 5, 7] { #expect(frames[k].face != nil, "picture \(k)") }
    for k in [1, 2, 4, 6] { #expect(frames[k].notices == [.noFace], "picture \(k)") }
    #expect(throws: FaceTrackingError.unusablePicture(width: 0, height: 5, channels: 3)) {
      try tracker.track(PixelImage(width: 0, height: 5, channels: 3))
    }
  }

  @Test func `Regions that are no regions are refused`() throws {
    guard let models = Assets.faceModels() else { return }
    var landmarker = try FaceLandmarker(models: models)
    let picture = randomPicture(width: 64, height: 64, seed: 4)
    for (x, side) in [(Float.nan, Float(30)), (30, .infinity), (30, 0), (1e6, 30), (30, -5)] {
      let region = ImageRegion(center: [x, 30], extent: [side, side])
      #expect(throws: FaceTrackingError.self) {
        try landmarker.landmarks(in: picture, region: region)
      }
    }
  }
}
