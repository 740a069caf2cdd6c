import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// States in full, before any coding: what a coded stream is compared with.
///
/// Little-endian: "VVST", version 1, count, length K of the correction, width, height (32 bits each);
/// focal lengths and principal point (32-bit floats); the CRC-32 of what follows. A state is its time (64-bit
/// float), then 32-bit floats: 52 coefficients, the head's rotation vector and translation, the
/// torso's, yaw and pitch of the left, then the right eye, K of the correction.
enum PlainStates {
  private static let header = 44
  private static let magic: UInt32 = 0x5453_5656

  static func isPlain(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("VVST".utf8)) }

  private static func length(_ codeLength: Int) -> Int {
    8 + 4 * (ExpressionChannel.count + 16 + codeLength)
  }

  static func encoded(_ stream: AvatarStream) -> [UInt8] {
    var body: [UInt8] = []
    func word(_ v: UInt32, _ out: inout [UInt8]) {
      for shift in [0, 8, 16, 24] as [UInt32] {
        out.append(UInt8(truncatingIfNeeded: v >> shift))
      }
    }
    for state in stream.states {
      let time = state.face.time.bitPattern
      word(UInt32(truncatingIfNeeded: time), &body)
      word(UInt32(truncatingIfNeeded: time >> 32), &body)
      for v in numbers(of: state, codeLength: stream.codeLength) { word(v.bitPattern, &body) }
    }
    let camera = stream.camera
    var out: [UInt8] = []
    for v in [
      magic, 1, UInt32(stream.states.count), UInt32(stream.codeLength), UInt32(camera.width),
      UInt32(camera.height), camera.focalLength.x.bitPattern, camera.focalLength.y.bitPattern,
      camera.center.x.bitPattern, camera.center.y.bitPattern,
      TemplateFormat.checksum(body, in: 0..<body.count),
    ] { word(v, &out) }
    return out + body
  }

  private static func numbers(of state: AvatarState, codeLength: Int) -> [Float] {
    var v = (0..<ExpressionChannel.count).map { state.face.expression[$0] }
    for pose in [state.face.cameraFromHead, state.cameraFromTorso] {
      let r = pose.rotation.rotationVector, t = pose.translation
      v += [r.x, r.y, r.z, t.x, t.y, t.z]
    }
    v += [state.face.leftGaze.yaw, state.face.leftGaze.pitch]
    v += [state.face.rightGaze.yaw, state.face.rightGaze.pitch]
    v += state.correction
    return v + [Float](repeating: 0, count: codeLength - state.correction.count)
  }

  static func read(_ bytes: [UInt8], path: String) throws(BenchError) -> AvatarStream {
    func word(_ i: Int) -> UInt32 {
      UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]) << 16
        | UInt32(bytes[i + 3]) << 24
    }
    guard bytes.count >= header, word(0) == magic, word(4) == 1, word(12) <= 128,
      bytes.count - header == Int(word(8)) * length(Int(word(12))),
      TemplateFormat.checksum(bytes, in: header..<bytes.count) == word(40)
    else { throw .damaged(path: path) }
    func float(_ i: Int) -> Float { Float(bitPattern: word(i)) }
    let camera = PinholeCamera(
      width: Int(word(16)), height: Int(word(20)), focalLength: [float(24), float(28)],
      center: [float(32), float(36)])
    let codeLength = Int(word(12)), n = ExpressionChannel.count
    let states = (0..<Int(word(8))).map { s in
      let start = header + s * length(codeLength)
      let time = Double(bitPattern: UInt64(word(start)) | UInt64(word(start + 4)) << 32)
      let v = (0..<(n + 16 + codeLength)).map { float(start + 8 + 4 * $0) }
      func pose(_ i: Int) -> RigidTransform {
        RigidTransform(
          rotation: Matrix3(rotationVector: [v[i], v[i + 1], v[i + 2]]),
          translation: [v[i + 3], v[i + 4], v[i + 5]])
      }
      var face = FaceState(
        time: time, cameraFromHead: pose(n),
        leftGaze: Gaze(yaw: v[n + 12], pitch: v[n + 13]),
        rightGaze: Gaze(yaw: v[n + 14], pitch: v[n + 15]))
      for i in 0..<n { face.expression[i] = v[i] }
      return AvatarState(
        face: face, cameraFromTorso: pose(n + 6), correction: Array(v[(n + 16)...]))
    }
    return AvatarStream(camera: camera, codeLength: codeLength, states: states)
  }
}
