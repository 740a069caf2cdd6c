import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import Testing

struct AvatarStreamTests {
  private func stream(_ count: Int) -> AvatarStream {
    AvatarStream(
      camera: plainConfiguration().camera, codeLength: 8, states: movingStates(count))
  }

  @Test func `a frame's length is the median step`() {
    var some = stream(5)
    #expect(abs(some.frameInterval - 1.0 / 30) < 1e-9)
    some.states[4].face.time += 10
    #expect(abs(some.frameInterval - 1.0 / 30) < 1e-9)
    #expect(abs(some.duration - 4.0 / 30 - 10) < 1e-9)
    #expect(stream(1).frameInterval == 1.0 / 30)
    #expect(stream(0).frameInterval == 1.0 / 30 && stream(0).duration == 0)
  }

  @Test func `what was read once is read again unchanged`() throws {
    // Coded states lie on whole steps: coding them again loses nothing more.
    let configuration = plainConfiguration()
    let once = try AvatarStream(bytes: stream(90).encoded(configuration: configuration))
    #expect(once.codeLength == 8 && once.camera == configuration.camera)
    #expect(try AvatarStream(bytes: stream(90).encoded(configuration: configuration)) == once)
  }

  @Test func `a missing correction is zero`() throws {
    var written = stream(3)
    for k in 0..<3 { written.states[k].correction = [] }
    let read = try AvatarStream(bytes: written.encoded(configuration: plainConfiguration()))
    #expect(read.states.allSatisfy { $0.correction.count == 8 })
    #expect(read.states.allSatisfy { $0.correction.allSatisfy { abs($0) < 0.01 } })
  }
}

struct HostileStreamTests {
  private let original = AvatarStream(
    camera: plainConfiguration().camera, codeLength: 8, states: movingStates(40)
  ).encoded(configuration: plainConfiguration())

  @Test func `every change of a state's bytes is noticed`() throws {
    var random = SeededRandom(seed: 1)
    let whole = try AvatarStream(bytes: original)
    let index = try RecordingReader(original).contentEnd
    let states = index - 700
    for _ in 0..<500 {
      var bytes = original
      bytes[states + random.index(index - states)] ^= UInt8(1 << random.index(8))
      // A torn tail is left out; anything else is an error.
      if let read = try? AvatarStream(bytes: bytes) {
        #expect(read.states.count < whole.states.count)
        #expect(read.states == Array(whole.states.prefix(read.states.count)))
      }
    }
  }

  @Test func `changes anywhere never trap`() {
    var random = SeededRandom(seed: 2)
    var opened = 0, refused = 0
    for trial in 0..<600 {
      var bytes = original
      for _ in 0...random.index(4) {
        let reach = trial % 3 == 0 ? 64 : bytes.count
        bytes[random.index(reach)] = UInt8(random.index(256))
      }
      if trial % 4 == 0 { bytes.removeLast(random.index(bytes.count)) }
      if (try? AvatarStream(bytes: bytes)) != nil { opened += 1 } else { refused += 1 }
    }
    #expect(opened + refused == 600 && refused > 100)
  }
}
