import Geometry
import MediaIO
import Testing

@testable import FaceTracking

struct FaceDetectionTests {
  private func box(_ score: Float, _ x: Float, _ y: Float, _ side: Float) -> FaceDetection {
    FaceDetection(
      score: score, minimum: [x, y], maximum: [x + side, y + side],
      keypoints: [SIMD2<Float>](repeating: [x, y], count: 6))
  }

  @Test func `Overlapping boxes are averaged by score and the best score kept`() {
    let merged = FaceDetection.merged(
      [box(0.5, 12, 10, 20), box(0.75, 10, 10, 20), box(0.6, 100, 100, 20)], threshold: 0.3)
    #expect(merged.count == 2)
    #expect(merged[0].score == 0.75)
    #expect((merged[0].minimum.x - (10 * 0.75 + 12 * 0.5) / 1.25).magnitude < 1e-4)
    #expect((merged[0].keypoints[3].x - 10.8).magnitude < 1e-4)
    #expect(merged[1].score == 0.6)
  }

  @Test func `Overlap is the share of the union`() {
    #expect((box(1, 0, 0, 10).overlap(with: box(1, 5, 0, 10)) - 1.0 / 3).magnitude < 1e-6)
    #expect(box(1, 0, 0, 10).overlap(with: box(1, 10, 0, 10)) == 0)
  }

  @Test func `The anchors are those of the models`() {
    #expect(DetectorHead.shortRange.anchors.count == 896)
    #expect(DetectorHead.fullRange.anchors.count == 2304)
    #expect(DetectorHead.shortRange.anchors[0] == [1.0 / 32, 1.0 / 32])
    #expect(DetectorHead.shortRange.anchors[512] == [1.0 / 16, 1.0 / 16])
    #expect(DetectorHead.shortRange.anchors[895] == [15.0 / 16, 15.0 / 16])
  }

  @Test func `A box is read relative to its anchor`() {
    let head = DetectorHead.shortRange
    var boxes = [Float](repeating: 0, count: 896 * 16)
    var scores = [Float](repeating: -100, count: 896)
    scores[600] = 3
    boxes.replaceSubrange(
      600 * 16..<601 * 16, with: [12.8, -6.4, 32, 64] + [Float](repeating: 12.8, count: 12))
    let map = ImageRegion(letterboxing: 256, 128).imageFromUnit
    let faces = head.decode(boxes: boxes, scores: scores, map: map)
    #expect(faces.count == 1)
    let center = (faces[0].minimum + faces[0].maximum) * 0.5
    let expected = map * (head.anchors[600] + [0.1, -0.05])
    #expect((center - expected).length < 1e-3)
    #expect((faces[0].extent - [64, 128]).length < 1e-3)
    #expect((faces[0][.mouth] - map * (head.anchors[600] + [0.1, 0.1])).length < 1e-3)
  }

  @Test func `One face is found in many guises`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("single_face.jpg")
    else { return }
    var detector = try FaceDetector(models: models)
    let upright = try detector.faces(in: picture)
    try #require(upright.count == 1)
    let guises = [
      picture.gray, picture.turned(by: 0.7), picture.turned(by: -0.78),
      picture.resized(width: 320, height: 240), picture.resized(width: 3840, height: 3774),
      picture.resized(width: 90, height: 88).placed(onWidth: 640, height: 360, atX: 300, y: 100),
    ]
    for (index, guise) in guises.enumerated() {
      #expect(try detector.faces(in: guise).count == 1, "guise \(index)")
    }
  }

  @Test func `Several faces are all found`() throws {
    guard let models = Assets.faceModels(), let picture = try Assets.picture("multi_face.jpg")
    else { return }
    var detector = try FaceDetector(models: models)
    let faces = try detector.faces(in: picture)
    print("multi_face.jpg: \(faces.count) faces")
    #expect(faces.count >= 4)
    for face in faces {
      #expect(face[.leftEye].x > face[.rightEye].x && face[.mouth].y > face[.leftEye].y)
    }
  }

  @Test func `There is no face in black, noise or a single pixel`() throws {
    guard let models = Assets.faceModels() else { return }
    var detector = try FaceDetector(models: models)
    let pictures = [
      PixelImage(width: 640, height: 360, channels: 3),
      PixelImage(width: 320, height: 240, channels: 1, repeating: 255),
      randomPicture(width: 320, height: 240, seed: 3), PixelImage(width: 1, height: 1, channels: 4),
      PixelImage(width: 3, height: 700, channels: 3, repeating: 90),
    ]
    for picture in pictures { #expect(try detector.faces(in: picture).isEmpty) }
  }
}
