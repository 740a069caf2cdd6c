import AvatarModel
import BrowserSession
import Foundation
import Geometry

/// A made-up avatar, states and eyes for it, and the splats they lead to.
enum PosedFrames {
  /// Writes `person.avatar`, `states.f32` (each 4 numbers of the eye, then the state's block) and
  /// `frames.bin` (each centres, covariances, colours, order): one frame without bases, then one a
  /// state.
  static func write(to folder: URL) throws {
    let bytes = SyntheticAvatar.make(surface: 420, head: 96, torso: 60).encoded()
    try Data(bytes).write(to: folder.appendingPathComponent("person.avatar"))

    let player = AvatarPlayer()
    var states = Data(), frames = Data()
    var random = SeededRandom(seed: 7)
    var opening = AvatarOpening()
    _ = try bytes.withUnsafeBufferPointer { try opening.append($0) }
    let base = opening.baseLength ?? 0
    try append(bytes[..<base], to: player)
    frames.append(try frame(player, state: 0, &random))
    try append(bytes[base...], to: player)
    try player.finish()
    for state in 0..<4 {
      let eye: Vector3? = state % 2 == 0 ? nil : Vector3(4 * Float(state), -2, 3)
      frames.append(try frame(player, state: state, eye: eye, &random))
      let eyes: [Float] = [eye == nil ? 0 : 1, eye?.x ?? 0, eye?.y ?? 0, eye?.z ?? 0]
      states.append(floats: eyes)
      let block = try player.stateBlock()
      states.append(floats: UnsafeBufferPointer(start: block.pointer, count: block.count))
    }
    try states.write(to: folder.appendingPathComponent("states.f32"))
    try frames.write(to: folder.appendingPathComponent("frames.bin"))
  }

  private static func append(_ bytes: ArraySlice<UInt8>, to player: AvatarPlayer) throws {
    _ = try bytes.withUnsafeBufferPointer { try player.append($0) }
  }

  /// Poses a made-up state; the first is what the block holds at first.
  private static func frame(
    _ player: AvatarPlayer, state: Int, eye: Vector3? = nil, _ random: inout SeededRandom
  ) throws -> Data {
    let block = try player.stateBlock()
    if state > 0 {
      for i in 0..<52 { block.pointer[i] = random.uniform() }
      for i in [52, 53, 54, 58, 59, 60] { block.pointer[i] += 0.2 * random.normal() }
      for i in [55, 56, 57, 61, 62, 63] { block.pointer[i] += random.normal() }
      for i in 64..<block.count { block.pointer[i] = 0.1 * random.normal() }
    }
    try player.pose()
    try player.sort(eye: eye)
    let frame = try player.splatFrame()
    var data = Data()
    data.append(floats: UnsafeBufferPointer(start: frame.centers, count: 3 * frame.count))
    data.append(floats: UnsafeBufferPointer(start: frame.covariances, count: 6 * frame.count))
    data.append(UnsafeBufferPointer(start: frame.colors, count: 4 * frame.count))
    data.append(UnsafeBufferPointer(start: frame.order, count: frame.count))
    return data
  }
}

extension Data {
  /// Appends numbers of 32 bits, little-endian.
  mutating func append(floats: some Sequence<Float>) {
    for number in floats {
      Swift.withUnsafeBytes(of: number.bitPattern.littleEndian) { append(contentsOf: $0) }
    }
  }
}
