import BrowserSession
import Foundation

/// A face that drifts across a picture, and what the tracker makes of it.
enum TrackedFrames {
  static let count = 6
  static let width = 320
  static let height = 180

  /// Writes `tracking.f32`: for each picture the answer, 7 facts, 468 × 3 landmarks and the state.
  ///
  /// The picture is `frame256x144.rgb` of Tests/Vectors/inference inside a grey one, 3 pixels
  /// further right each time. The models and `template.vvt` come from the asset cache.
  static func write(to folder: URL, models: URL) throws {
    let picture = try Data(
      contentsOf: folder.deletingLastPathComponent().appendingPathComponent(
        "inference/frame256x144.rgb"))
    let follower = FaceFollower()
    let files: [(FaceFollower.File, String)] = [
      (.shortRangeDetection, "models/face_detection_short_range.tflite"),
      (.landmarks, "models/face_landmark.tflite"), (.iris, "models/iris_landmark.tflite"),
      (.template, "template.vvt"),
    ]
    for (file, path) in files {
      let bytes = [UInt8](try Data(contentsOf: models.appendingPathComponent(path)))
      try bytes.withUnsafeBufferPointer { try follower.append($0, to: file.rawValue) }
    }
    try follower.prepare()
    var data = Data()
    for frame in 0..<count {
      let room = try follower.room(width: width, height: height)
      paint(picture, x: 8 + 3 * frame, y: 18, room)
      let isFound = try follower.look()
      let answer = try follower.solve(time: Double(frame) / 30)
      guard isFound else { throw CocoaError(.fileReadCorruptFile) }
      data.append(floats: [Float(answer)])
      data.append(floats: (0..<7).map { Float(follower.facts[$0]) })
      data.append(floats: UnsafeBufferPointer(start: follower.landmarks, count: 3 * 468))
      data.append(floats: UnsafeBufferPointer(start: follower.block.pointer, count: 68))
    }
    try data.write(to: folder.appendingPathComponent("tracking.f32"))
  }

  private static func paint(
    _ picture: Data, x left: Int, y top: Int, _ room: UnsafeMutablePointer<UInt8>
  ) {
    room.update(repeating: 128, count: width * height * 4)
    for y in 0..<144 {
      for x in 0..<256 {
        let target = room + ((top + y) * width + left + x) * 4
        for c in 0..<3 { target[c] = picture[(y * 256 + x) * 3 + c] }
      }
    }
  }
}
