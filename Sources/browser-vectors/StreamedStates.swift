import AvatarModel
import BrowserSession
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// A stream over a line that loses some packets: what is sent, and what is shown.
enum StreamedStates {
  static let count = 90

  /// Writes `line.configuration`, `line.states` (blocks of 68 + 8 numbers), `line.packets`
  /// (each a 16-bit length and its bytes) and `line.shown` (one block a picture, after three
  /// facts: delay, concealed, re-joining).
  ///
  /// State t is sent at t/30 s and arrives 20 ms later, unless t % 11 is 3 or t is in 50..<58; every
  /// arrival is acknowledged 20 ms after that, if the receiver finds it due. A picture is shown
  /// 5 ms after every sending.
  static func write(to folder: URL) throws {
    let configuration = configuration().encoded()
    try Data(configuration).write(to: folder.appendingPathComponent("line.configuration"))
    let sender = SenderLine(), receiver = ReceiverLine()
    place(configuration, in: sender)
    try sender.configure(
      configuration.count, isBroadcast: false, repeats: 7, statesPerPacket: 1, epoch: 5)
    place(configuration, in: receiver)
    try receiver.configure(configuration.count)

    var states = Data(), packets = Data(), shown = Data()
    var answer: [UInt8] = []
    for t in 0..<count {
      let now = Double(t) / 30
      if !answer.isEmpty {
        place(answer, in: sender)
        try sender.receive(answer.count, from: 1, at: now)
        answer = []
      }
      guard let block = sender.block else { throw CocoaError(.featureUnsupported) }
      fill(block, t)
      states.append(floats: UnsafeBufferPointer(start: block.pointer, count: block.count))
      let length = Int(try sender.send(time: now))
      let packet = Array(UnsafeBufferPointer(start: sender.room, count: length))
      packets.append(contentsOf: [UInt8(length & 255), UInt8(length >> 8)] + packet)
      if try receiver.show(at: now + 0.005) == 1, let block = receiver.block {
        shown.append(floats: (1..<4).map { Float(receiver.facts[$0]) })
        shown.append(floats: UnsafeBufferPointer(start: block.pointer, count: block.count))
      }
      if t % 11 == 3 || (50..<58).contains(t) { continue }
      place(packet, in: receiver)
      _ = try receiver.receive(packet.count, at: now + 0.02)
      let due = Int(try receiver.acknowledgement(at: now + 0.02))
      answer = Array(UnsafeBufferPointer(start: receiver.room, count: due))
    }
    try states.write(to: folder.appendingPathComponent("line.states"))
    try packets.write(to: folder.appendingPathComponent("line.packets"))
    try shown.write(to: folder.appendingPathComponent("line.shown"))
  }

  private static func place(_ bytes: [UInt8], in line: StreamLine) {
    for i in bytes.indices { line.room[i] = bytes[i] }
  }

  /// A configuration whose basis mixes neighbouring coordinates a little.
  static func configuration() -> StreamConfiguration {
    let n = StateCoordinates.correction + 8
    var basis = [Float](repeating: 0, count: n * n)
    for i in 0..<n {
      basis[i * n + i] = i < StateCoordinates.head ? 10 : 2
      basis[i * n + (i + 1) % n] = 0.5
    }
    return StreamConfiguration(
      transform: StreamTransform(
        reference: FaceState().cameraFromHead, mean: [Float](repeating: 0.1, count: n),
        basis: basis, incrementScale: [Float](repeating: 0.004, count: n),
        levelScale: [Float](repeating: 0.02, count: n)),
      camera: PinholeCamera(width: 640, height: 480, focalLength: 900))
  }

  /// A moving face.
  static func fill(_ block: StateBlock, _ t: Int) {
    let phase = Float(t) * 0.2
    for i in 0..<ExpressionChannel.count {
      let wave = ElementaryFunctions.sinCos(phase + Float(i)).sin
      block.pointer[i] = min(max(0.3 * wave, 0), 1)
    }
    let turn = ElementaryFunctions.sinCos(phase * 0.5).sin * 0.2
    for start in [52, 58] {
      let share: Float = start == 52 ? 1 : 0.3
      block.pointer[start] = Float.pi
      block.pointer[start + 1] = 0.1 * turn * share
      block.pointer[start + 2] = turn * share
      block.pointer[start + 3] = 4 * turn * share
      block.pointer[start + 4] = -turn * share
      block.pointer[start + 5] = 55 + 3 * turn * share
    }
    for i in 64..<68 { block.pointer[i] = turn }
    for k in 0..<block.correctionCount {
      block.pointer[68 + k] = 0.3 * ElementaryFunctions.sinCos(phase + Float(k)).cos
    }
  }
}
