import AvatarModel
import ExpressionStream
import FaceRig
import Geometry
import Testing

/// A stream of states that differ in everything.
private func stream(_ count: Int, codeLength: Int, seed: UInt64 = 1) -> AvatarStream {
  var random = SeededRandom(seed: seed)
  func small(_ s: Float) -> Vector3 {
    Vector3(random.normal(), random.normal(), random.normal()) * s
  }
  func pose() -> RigidTransform {
    RigidTransform(
      rotation: Matrix3(rotationVector: small(0.6)), translation: small(3) + [0, 0, 60])
  }
  let states = (0..<count).map { i -> AvatarState in
    var face = FaceState(time: Double(i) / 29.97)
    for channel in 0..<ExpressionChannel.count { face.expression[channel] = random.uniform() }
    face.cameraFromHead = pose()
    face.leftGaze = Gaze(yaw: random.normal() * 0.2, pitch: random.normal() * 0.2)
    face.rightGaze = Gaze(yaw: random.normal() * 0.2, pitch: random.normal() * 0.2)
    return AvatarState(
      face: face, cameraFromTorso: pose(),
      correction: (0..<codeLength).map { _ in random.normal() })
  }
  return AvatarStream(
    camera: PinholeCamera(
      width: 640, height: 360, focalLength: [701.5, 702.25], center: [319.5, 181]),
    codeLength: codeLength, states: states)
}

struct AvatarStreamTests {
  @Test(arguments: [0, 8, 24])
  func `a written stream reads back`(codeLength: Int) throws {
    for count in [0, 1, 7] {
      let written = stream(count, codeLength: codeLength)
      let read = try AvatarStream(bytes: written.encoded())
      #expect(read.camera == written.camera && read.codeLength == codeLength)
      #expect(read.states.count == count)
      for (a, b) in zip(written.states, read.states) {
        #expect(a.face.time == b.face.time && a.face.expression == b.face.expression)
        #expect(a.face.leftGaze == b.face.leftGaze && a.face.rightGaze == b.face.rightGaze)
        #expect(a.correction == b.correction)
        for (p, q) in [
          (a.face.cameraFromHead, b.face.cameraFromHead), (a.cameraFromTorso, b.cameraFromTorso),
        ] {
          #expect(p.translation == q.translation)
          for (r, s) in [
            (p.rotation.x, q.rotation.x), (p.rotation.y, q.rotation.y),
            (p.rotation.z, q.rotation.z),
          ] { #expect((r - s).length < 2e-6) }
        }
      }
    }
  }

  @Test func `a missing correction is written as zeros`() throws {
    var written = stream(3, codeLength: 8)
    written.states[1].correction = []
    let read = try AvatarStream(bytes: written.encoded())
    #expect(read.states[1].correction == [Float](repeating: 0, count: 8))
  }

  @Test func `a frame's length is the median step`() {
    var some = stream(5, codeLength: 0)
    #expect(abs(some.frameInterval - 1 / 29.97) < 1e-9)
    some.states[4].face.time += 10
    #expect(abs(some.frameInterval - 1 / 29.97) < 1e-9)
    #expect(some.duration == 4 / 29.97 + 10)
    #expect(stream(1, codeLength: 0).frameInterval == 1.0 / 30)
    #expect(stream(0, codeLength: 0).duration == 0)
  }
}

struct HostileStreamTests {
  private let original = stream(6, codeLength: 8).encoded()

  private func set(_ value: UInt32, _ bytes: inout [UInt8], _ i: Int) {
    for k in 0..<4 { bytes[i + k] = UInt8(truncatingIfNeeded: value >> UInt32(8 * k)) }
  }

  private func mendChecksum(_ bytes: inout [UInt8]) {
    set(TemplateFormat.checksum(bytes, in: 44..<bytes.count), &bytes, 40)
  }

  @Test func `every truncation is an error`() {
    for length in 0..<original.count {
      #expect(throws: StreamError.self) { try AvatarStream(bytes: Array(original[..<length])) }
    }
    #expect(throws: StreamError.wrongLength(expected: original.count, found: original.count + 1)) {
      try AvatarStream(bytes: original + [0])
    }
  }

  @Test func `every change of a state's bytes is noticed`() {
    var random = SeededRandom(seed: 1)
    for _ in 0..<500 {
      var bytes = original
      bytes[44 + random.index(bytes.count - 44)] ^= UInt8(1 << random.index(8))
      #expect(throws: StreamError.self) { try AvatarStream(bytes: bytes) }
    }
  }

  @Test func `changes under a valid checksum never trap`() {
    var random = SeededRandom(seed: 2)
    var opened = 0, refused = 0
    for trial in 0..<4000 {
      var bytes = original
      for _ in 0...random.index(6) {
        let reach = trial % 3 == 0 ? 44 : bytes.count
        bytes[random.index(reach)] = UInt8(random.index(256))
      }
      mendChecksum(&bytes)
      if let read = try? AvatarStream(bytes: bytes) {
        opened += 1
        _ = read.encoded().count + Int(read.frameInterval)
      } else {
        refused += 1
      }
    }
    #expect(opened > 100 && refused > 100)
  }

  @Test func `a time that is no number is an error`() {
    for upper in [0x7FF0_0000, 0x7FF8_0000, 0xFFF0_0000] as [UInt32] {
      var bytes = original
      set(upper, &bytes, 48)
      mendChecksum(&bytes)
      #expect(throws: StreamError.valueOutOfRange(offset: 44)) { try AvatarStream(bytes: bytes) }
    }
  }

  @Test func `lies about counts and numbers are errors`() {
    for (offset, values) in [
      (8, [0, 5, 7, 0xFFFF_FFFF]), (12, [0, 7, 9, 129, 0xFFFF_FFFF]),
      (16, [0, 16385, 0xFFFF_FFFF]),
      (20, [0, 16385]), (24, [0, 0x7FC0_0000, 0x7F80_0000, 0xBF80_0000]), (32, [0x7FC0_0000]),
      (4, [0, 2]), (0, [0, 0x5641_5656]),
    ] as [(Int, [UInt32])] {
      for value in values {
        var bytes = original
        set(value, &bytes, offset)
        #expect(throws: StreamError.self, "\(value) at \(offset)") {
          try AvatarStream(bytes: bytes)
        }
      }
    }
    for hostile in [0x7FC0_0000, 0x7F80_0000, 0xFF7F_FFFF] as [UInt32] {
      for offset in [52, 44 + 8 + 4 * 52, original.count - 4] {
        var bytes = original
        set(hostile, &bytes, offset)
        mendChecksum(&bytes)
        #expect(throws: StreamError.self) { try AvatarStream(bytes: bytes) }
      }
    }
  }
}
