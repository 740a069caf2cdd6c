import AvatarModel
import FaceRig
import Foundation
import Geometry
import Testing

@testable import FaceMotion

struct LiveLinkFaceCSVTests {
  @Test func `columns are found by name, times from the timecode`() throws {
    let text = table([
      ("13:59:59:58.5", values), ("14:00:00:00.5", values.map { $0 / 2 }),
      ("14:00:00:02.5", nil), ("14:00:00:04.5", values),
    ])
    let motion = try FaceMotion(bytes: Array(text.utf8))
    #expect(motion.samples.count == 3)
    for (time, sample) in zip([0, 2.0 / 60, 6.0 / 60], motion.samples) {
      #expect(abs(sample.time - time) < 1e-9)
    }
    let first = motion.samples[0]
    for i in 0..<52 { #expect(first.expression[i] == values[i]) }
    #expect(motion.samples[1].expression[.tongueOut] == values[51] / 2)
    #expect(first.head.yaw == 0.01 && first.head.pitch == -0.02 && first.head.roll == 0.03)
    #expect(first.leftGaze == Gaze(yaw: -0.04, pitch: -0.05))
    #expect(first.rightGaze == Gaze(yaw: -0.07, pitch: -0.08))
  }

  @Test func `midnight passes, and thirty frames a second are told from sixty`() throws {
    let text = table([("23:59:59:29.0", values), ("00:00:00:00.0", values)])
    let motion = try LiveLinkFaceCSV.read(Array(text.utf8))
    #expect(abs(motion.duration - 1.0 / 30) < 1e-9)
  }

  @Test func `coefficients are kept within 0 to 1`() throws {
    var wild = values
    wild[3] = -0.5
    wild[4] = 1.5
    let motion = try LiveLinkFaceCSV.read(Array(table([("0:00:00:00.0", wild)]).utf8))
    #expect(motion.samples[0].expression[3] == 0 && motion.samples[0].expression[4] == 1)
  }

  @Test func `damage is named`() {
    let good = table([("10:00:00:00.0", values), ("10:00:00:01.0", values)])
    func error(_ text: String) -> FaceMotionError? {
      do throws(FaceMotionError) {
        _ = try LiveLinkFaceCSV.read(Array(text.utf8))
        return nil
      } catch { return error }
    }
    #expect(error(good) == nil)
    #expect(error("") == .noHeader)
    #expect(error(good.replacingOccurrence("JawOpen", "JawOpened")) == .missingColumn("jawOpen"))
    #expect(error(good.replacingOccurrence("JawLeft", "JawOpen")) == .repeatedColumn("JawOpen"))
    #expect(error(good.replacingOccurrence("10:00:00:01.0", "10:00:01.0")) == .badTimecode(line: 3))
    #expect(
      error(good.replacingOccurrence("10:00:00:01.0", "10:00:00:60")) == .badTimecode(line: 3))
    #expect(
      error(good.replacingOccurrence("10:00:00:01.0", "10:00:00:00.0"))
        == .timesNotIncreasing(sample: 1))
    #expect(
      error(good.replacingOccurrence("0.51", "nan")) == .notANumber(line: 2, column: "TongueOut"))
    #expect(
      error(good.replacingOccurrence("0.51", "1e99")) == .notANumber(line: 2, column: "TongueOut"))
    #expect(
      error(good.replacingOccurrence("0.51,", ""))
        == .wrongColumnCount(line: 2, expected: 63, found: 62))
    #expect(error(table([("10:00:00:00.0", nil)])) == .empty)
    #expect(throws: FaceMotionError.notText) { try LiveLinkFaceCSV.read([0xFF, 0xFE, 0x2C]) }
  }
}

extension String {
  /// The text with the first occurrence of a part replaced.
  fileprivate func replacingOccurrence(_ part: String, _ other: String) -> String {
    guard let range = self.firstRange(of: part) else { return self }
    return replacingCharacters(in: range, other)
  }

  private func replacingCharacters(in range: Range<String.Index>, _ other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}

struct ScoresCSVTests {
  private let names =
    ["time", "_neutral"] + ExpressionChannel.allCases.dropLast().map { "\($0)" }
    + ["headYawDeg", "headPitchDeg", "headRollDeg", "tx_cm", "ty_cm", "tz_cm"]

  private func text(_ change: (inout [String]) -> Void = { _ in }) -> [UInt8] {
    var fields = ["2.5", "0.9"] + (0..<51).map { "\(Float($0) / 100)" }
    fields += ["90", "0", "0", "1", "2", "-30"]
    change(&fields)
    return Array((names.joined(separator: ",") + "\n" + fields.joined(separator: ",") + "\n").utf8)
  }

  @Test func `scores, pose and gazes are read`() throws {
    let motion = try FaceMotion(bytes: text())
    let sample = try #require(motion.samples.first)
    #expect(sample.time == 0 && sample.expression[.jawOpen] == 0.17)
    #expect(sample.expression[.tongueOut] == 0)
    #expect(sample.head.translation == [1, -2, 30])
    // A quarter turn to the person's left takes the nose to the right of the picture.
    let nose = sample.head.cameraFromHead * Vector3(0, 0, 1)
    #expect((nose - Vector3(1, 0, 0)).length < 1e-6)
    // In 0.02, out 0.03; up 0.04, down 0.01.
    #expect(abs(sample.leftGaze.yaw - 0.006) < 1e-6 && abs(sample.leftGaze.pitch - 0.015) < 1e-6)
    #expect(abs(sample.rightGaze.yaw + 0.006) < 1e-6)
  }

  @Test func `damage is named`() {
    #expect(throws: FaceMotionError.notANumber(line: 2, column: "jawOpen")) {
      try ScoresCSV.read(text { $0[2 + 17] = "" })
    }
    #expect(throws: FaceMotionError.wrongColumnCount(line: 2, expected: 59, found: 58)) {
      try ScoresCSV.read(text { $0.removeLast() })
    }
    #expect(throws: FaceMotionError.unknownFormat) { try FaceMotion(bytes: Array("a,b\n".utf8)) }
    #expect(throws: FaceMotionError.missingColumn("eyeBlinkLeft")) {
      try ScoresCSV.read(Array("time,tx_cm\n0,1\n".utf8))
    }
  }
}

struct LiveLinkFacePacketTests {
  @Test func `a packet reads back`() throws {
    let read = try LiveLinkFacePacket(bytes: packet(frame: 77, values: values, rate: 30))
    #expect(read.device == "DEADC0DE" && read.subject == "Ada" && read.frame == 77)
    #expect(read.fraction == 0.25 && read.frameRate == 30)
    let sample = try #require(read.sample)
    for i in 0..<52 { #expect(sample.expression[i] == values[i]) }
    #expect(sample.leftGaze == Gaze(yaw: -0.04, pitch: -0.05))
    let faceless = try LiveLinkFacePacket(bytes: packet(frame: 1, values: nil))
    #expect(faceless.sample == nil)
    #expect(
      try LiveLinkFacePacket(bytes: Array(packet(frame: 1, values: nil).dropLast())).sample == nil)
  }

  @Test func `every truncation is an error, and so is a byte more`() {
    let whole = packet(frame: 77, values: values)
    for length in 0..<whole.count where length != whole.count - 4 * values.count - 1 {
      #expect(throws: FaceMotionError.self) {
        try LiveLinkFacePacket(bytes: Array(whole[..<length]))
      }
    }
    #expect(throws: FaceMotionError.surplus(offset: whole.count)) {
      try LiveLinkFacePacket(bytes: whole + [0])
    }
  }

  @Test func `lies are errors`() {
    #expect(throws: FaceMotionError.unsupportedVersion(5)) {
      try LiveLinkFacePacket(bytes: packet(frame: 1, values: values, version: 5))
    }
    #expect(throws: FaceMotionError.wrongValueCount(offset: 36, found: 60)) {
      try LiveLinkFacePacket(bytes: packet(frame: 1, values: Array(values.dropLast())))
    }
    #expect(throws: FaceMotionError.valueOutOfRange(offset: 28)) {
      try LiveLinkFacePacket(bytes: packet(frame: 1, values: values, rate: 0))
    }
    #expect(throws: FaceMotionError.valueOutOfRange(offset: 37)) {
      try LiveLinkFacePacket(bytes: packet(frame: 1, values: [.nan] + Array(values.dropFirst())))
    }
    var long = packet(frame: 1, values: values)
    long[1] = 0x7F
    #expect(throws: FaceMotionError.badLength(offset: 1)) { try LiveLinkFacePacket(bytes: long) }
    var name = packet(frame: 1, values: values)
    name[5] = 0xFF
    #expect(throws: FaceMotionError.badName(offset: 5)) { try LiveLinkFacePacket(bytes: name) }
  }

  @Test func `altered packets and recordings never trap`() {
    var random = SeededRandom(seed: 3)
    let whole = packet(frame: 77, values: values)
    let many = recording([whole, packet(frame: 79, values: nil), whole])
    let zipped = packed(many)
    var refused = 0, opened = 0
    for trial in 0..<6000 {
      var bytes = [whole, many, zipped][trial % 3]
      for _ in 0...random.index(5) { bytes[random.index(bytes.count)] = UInt8(random.index(256)) }
      if random.index(4) == 0 { bytes.removeLast(random.index(bytes.count)) }
      do throws(FaceMotionError) {
        switch trial % 3 {
        case 0: _ = try LiveLinkFacePacket(bytes: bytes)
        case 1: _ = try LiveLinkFaceRecording.read(packed(bytes))
        default: _ = try FaceMotion(bytes: bytes)
        }
        opened += 1
      } catch { refused += 1 }
    }
    #expect(opened > 100 && refused > 100)
  }
}

struct LiveLinkFaceRecordingTests {
  @Test func `packets become samples, repeated and faceless ones do not`() throws {
    let file = packed(
      recording([
        packet(frame: 100, values: values), packet(frame: 100, values: values),
        packet(frame: 101, values: nil), packet(frame: 103, values: values),
        packet(frame: 102, values: values),
      ]))
    let motion = try FaceMotion(bytes: file)
    #expect(motion.samples.map(\.time) == [0, 3.0 / 60])
    #expect(try LiveLinkFaceRecording.packets(file).count == 5)
  }

  @Test func `damage is named`() {
    let one = packet(frame: 1, values: values)
    #expect(throws: FaceMotionError.surplus(offset: 9 + one.count)) {
      try LiveLinkFaceRecording.read(packed(recording([one]) + [0]))
    }
    var lied = recording([one])
    lied[1] = 0x7F
    #expect(throws: FaceMotionError.badLength(offset: 1)) {
      try LiveLinkFaceRecording.read(packed(lied))
    }
    #expect(throws: FaceMotionError.damagedCompression(limit: LiveLinkFaceRecording.largestLength))
    {
      try LiveLinkFaceRecording.read(Array(packed(recording([one])).dropLast(3)))
    }
    #expect(throws: FaceMotionError.damagedCompression(limit: 1000)) {
      try Gzip.unpacked(packed([UInt8](repeating: 0, count: 1_000_000)), limit: 1000)
    }
    #expect(throws: FaceMotionError.empty) { try LiveLinkFaceRecording.read(packed(recording([]))) }
  }
}

struct FaceMotionShapeTests {
  private func motion(_ times: [Double]) throws -> FaceMotion {
    try FaceMotion(
      samples: times.map { time in
        var sample = FaceMotionSample(time: time)
        sample.expression[.jawOpen] = Float(time) / 4
        sample.head = RecordedHeadPose(
          yaw: Float(time) / 5, translation: [Float(time), 0, 30 + Float(time)])
        return sample
      })
  }

  @Test func `half the rate keeps every second sample`() throws {
    let fast = try motion((0..<61).map { Double($0) / 60 })
    let slow = fast.resampled(rate: 30)
    #expect(slow.samples.count == 31 && abs(slow.interval - 1.0 / 30) < 1e-12)
    for (k, sample) in slow.samples.enumerated() {
      #expect(abs(sample.expression[.jawOpen] - fast.samples[2 * k].expression[.jawOpen]) < 1e-6)
    }
  }

  @Test func `another rate interpolates`() throws {
    let other = try motion([5, 5.5, 7]).resampled(rate: 4)
    #expect(other.samples.map(\.time) == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])
    for sample in other.samples {
      #expect(abs(sample.expression[.jawOpen] - Float(sample.time + 5) / 4) < 1e-6)
    }
    #expect(try motion([3]).resampled(rate: 30).samples.count == 1)
  }

  @Test func `disorder is an error`() {
    #expect(throws: FaceMotionError.timesNotIncreasing(sample: 2)) { try motion([0, 1, 1]) }
    #expect(throws: FaceMotionError.timesNotIncreasing(sample: 1)) { try motion([0, .nan]) }
    #expect(throws: FaceMotionError.empty) { try motion([]) }
  }

  @Test func `the mean pose is shown at the reference pose`() throws {
    let reference = RigidTransform(
      rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1])
        * Matrix3(rotationVector: [0.2, 0.1, 0]), translation: [1, 2, 60])
    let states = try motion([0, 1, 2]).states(reference: reference)
    let middle = states[1]
    #expect((middle.face.cameraFromHead.translation - reference.translation).length < 1e-5)
    let turn = middle.face.cameraFromHead.rotation * reference.rotation.transpose
    #expect(turn.rotationVector.length < 1e-3)
    // Depth is scaled by 60/31, sideways is not.
    let step = states[2].face.cameraFromHead.translation - middle.face.cameraFromHead.translation
    #expect((step - Vector3(1, 0, 60.0 / 31)).length < 1e-4)
    #expect(states.allSatisfy { $0.cameraFromTorso.rotation == reference.rotation })
    #expect(states[0].cameraFromTorso.translation == states[0].face.cameraFromHead.translation)
  }
}

struct SharedRecordingTests {
  @Test func `the recordings at hand are read whole`() throws {
    guard let folder = shared("face-motion") else { return }
    for (name, count, interval) in [
      ("llf_alex_rom_3.csv", 4030, 1.0 / 30), ("llf_alex_rom_4.csv", 3809, 1.0 / 30),
      ("LLV_dao.gesichter", 180, 1.0 / 60), ("from-video/expressions.csv", 1008, 1.0 / 30),
      ("from-video/talking.csv", 1779, 0.04),
    ] {
      let data = try contents(folder.appendingPathComponent(name))
      let motion = try FaceMotion(bytes: data)
      #expect(motion.samples.count == count, "\(name)")
      #expect(abs(motion.interval - interval) < 2e-4, "\(name)")
    }
  }
}
