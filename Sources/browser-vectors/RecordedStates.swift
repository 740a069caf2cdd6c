import AvatarModel
import BrowserSession
import ExpressionStream
import FaceRig
import Foundation
import Geometry

/// A recording, and what the native build reads of it.
enum RecordedStates {
  /// Writes `talk.vvs` and `talk.states`: for each state 64 bits of its time, then its block of
  /// 68 + 8 numbers.
  static func write(to folder: URL) throws {
    let configuration = StreamedStates.configuration()
    let recorder = StateRecorder(configuration: configuration)
    let block = StateBlock(correctionCount: 8)
    defer { block.deallocate() }
    for t in 0..<StreamedStates.count {
      StreamedStates.fill(block, t)
      var state = try block.read()
      state.face.time = 2 + Double(t) / 30
      recorder.add(state)
    }
    recorder.finish()
    let file = recorder.takeBytes()
    try Data(file).write(to: folder.appendingPathComponent("talk.vvs"))

    let line = RecordingLine()
    file.withUnsafeBufferPointer { line.append($0) }
    try line.open()
    var states = Data()
    while try line.next() == 1, let block = line.block {
      withUnsafeBytes(of: line.facts[0].bitPattern.littleEndian) { states.append(contentsOf: $0) }
      states.append(floats: UnsafeBufferPointer(start: block.pointer, count: block.count))
    }
    try states.write(to: folder.appendingPathComponent("talk.states"))
  }
}
