import AvatarModel
import FaceRig
import Geometry
import Testing

@testable import ExpressionStream

/// Reads every state of a file from where its player stands.
func readAll(_ player: RecordingPlayer) throws -> [(number: UInt32, state: AvatarState)] {
  var result: [(number: UInt32, state: AvatarState)] = []
  var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
  while let number = try player.next(into: &state) { result.append((number, state)) }
  return result
}

/// A file of states, and where its records start.
private func recording(
  _ states: [AvatarState], configuration: StreamConfiguration = plainConfiguration(),
  bundle: Int = 0, isFinished: Bool = true
) -> [UInt8] {
  var options = StateRecorder.Options()
  options.bundle = bundle
  let recorder = StateRecorder(configuration: configuration, options: options)
  for state in states { recorder.add(state) }
  if isFinished { recorder.finish() } else { recorder.flush() }
  return recorder.takeBytes()
}

private func records(_ bytes: [UInt8]) -> [Range<Int>] {
  var offset = RecordingFormat.headerLength
  var result: [Range<Int>] = []
  while case .found(let record) = RecordingFormat.record(bytes, at: offset, end: bytes.count) {
    result.append(offset..<record.end)
    offset = record.end
  }
  return result
}

@Suite struct RecordingTests {
  private let states = movingStates(1000)

  @Test func `what is written reads back near to it`() throws {
    for count in [0, 1, 29, 30, 31, 200] {
      let bytes = recording(Array(states.prefix(count)))
      let stream = try AvatarStream(bytes: bytes)
      #expect(stream.camera == plainConfiguration().camera && stream.codeLength == 8)
      #expect(stream.states.count == count)
      for (a, b) in zip(states, stream.states) {
        #expect(abs(a.face.time - b.face.time) < 0.0006)
        for i in 0..<ExpressionChannel.count {
          #expect(abs(a.face.expression[i] - b.face.expression[i]) < 0.12)
        }
      }
      let reader = try RecordingReader(bytes)
      #expect(reader.isComplete && reader.tornByteCount == 0 && reader.stateCount == count)
      #expect(reader.configuration == plainConfiguration())
    }
  }

  @Test func `every bundle begins with a key state and lasts a second`() throws {
    let bytes = recording(Array(states.prefix(95)))
    let reader = try RecordingReader(bytes)
    var position = reader.start
    var counts: [Int] = []
    while let found = reader.next(&position) {
      let header = try StatesHeader(bytes, in: found.range)
      #expect(header.distance == 0 && header.epoch == 0)
      #expect(found.range.count <= RecordingFormat.largestDatagram)
      counts.append(header.count)
    }
    #expect(counts == [30, 30, 30, 5])
  }

  @Test func `bundles that would be too long are cut`() throws {
    // Every state is far from the one before, at the finest steps.
    var wild = movingStates(64)
    var random = SeededRandom(seed: 4)
    for k in wild.indices {
      for i in 0..<ExpressionChannel.count { wild[k].face.expression[i] = random.uniform() }
    }
    let bytes = recording(wild, configuration: plainConfiguration(quality: 60), bundle: 64)
    let reader = try RecordingReader(bytes)
    #expect(reader.stateCount == 64)
    var position = reader.start
    var lengths: [Int] = []
    while let found = reader.next(&position) { lengths.append(found.range.count) }
    #expect(lengths.count > 2 && lengths.allSatisfy { $0 <= 1200 })
    #expect(try readAll(RecordingPlayer(reader)).map(\.number) == Array(0..<64))
  }

  @Test func `an index rebuilt by looking at every record is the one written`() throws {
    let bytes = recording(states)
    let whole = try RecordingReader(bytes)
    let open = try RecordingReader(Array(bytes.prefix(whole.contentEnd)))
    #expect(whole.isComplete && !open.isComplete)
    #expect(whole.entries == open.entries && whole.stateCount == open.stateCount)
    #expect(whole.entries.count == 4)
    #expect(whole.entries.map(\.number) == [0, 300, 600, 900])
    #expect(whole.entries.map(\.time) == [0, 900_000, 1_800_000, 2_700_000])
    // The index is small.
    #expect(bytes.count - whole.contentEnd < 60)
  }

  @Test func `any place can be read without what lies before it`() throws {
    let bytes = recording(states)
    let whole = try readAll(RecordingPlayer(RecordingReader(bytes)))
    for time in [-5, 0, 9.99, 10, 17.3, 33, 500] {
      let player = RecordingPlayer(try RecordingReader(bytes))
      player.seek(time: time)
      let read = try readAll(player)
      let first = try #require(read.first)
      #expect(
        first.state.face.time <= max(time, 0) && first.state.face.time > min(time, 33) - 10.01)
      for (a, b) in zip(read, whole.suffix(read.count)) {
        #expect(a.number == b.number && a.state == b.state)
      }
      #expect(read.last?.number == 999 && player.unreadableStateCount == 0)
    }
    let player = RecordingPlayer(try RecordingReader(bytes))
    player.seek(number: 650)
    #expect(try readAll(player).first?.number == 600)
  }

  @Test func `a reader follows a file that grows by single bytes`() throws {
    let bytes = recording(Array(states.prefix(100)))
    let start = try #require(records(bytes).first).upperBound
    let player = RecordingPlayer(try RecordingReader(Array(bytes.prefix(start))))
    var read = 0
    var state = states[0]
    for k in start..<bytes.count {
      #expect(!player.reader.isComplete)
      player.reader.append([bytes[k]])
      while let number = try player.next(into: &state) {
        #expect(number == UInt32(read))
        read += 1
      }
    }
    #expect(read == 100 && player.reader.isComplete && player.unreadableStateCount == 0)
    #expect(player.reader.entries == (try RecordingReader(bytes)).entries)
  }

  @Test func `a file that is continued reads as one`() throws {
    let first = recording(Array(states.prefix(100)))
    var reader = try RecordingReader(first)
    for round in 0..<3 {
      let configuration = plainConfiguration(quality: round == 1 ? 46 : 40)
      let recorder = try StateRecorder(continuing: reader, configuration: configuration)
      #expect(recorder.currentEpoch == UInt8(round + 1))
      for state in states.prefix(70) { recorder.add(state) }
      recorder.finish()
      reader = try RecordingReader(
        Array(reader.bytes.prefix(reader.contentEnd)) + recorder.takeBytes())
      #expect(reader.isComplete)
    }
    let player = RecordingPlayer(reader)
    let read = try readAll(player)
    #expect(read.map(\.number) == Array(0..<310) && reader.stateCount == 310)
    let times = read.map(\.state.face.time)
    #expect(zip(times.dropFirst(), times).allSatisfy { $0 > $1 })
    // Each change of configuration is a place to read from.
    #expect(Set(reader.entries.map(\.configuration)).count == 3)
    player.seek(number: 200)
    let part = try readAll(player)
    #expect(part.first.map { $0.number <= 200 } == true)
    for (a, b) in zip(part, read.suffix(part.count)) { #expect(a.state == b.state) }
  }

  @Test func `a crash loses the last packet at most`() throws {
    let bytes = recording(Array(states.prefix(150)), isFinished: false)
    let places = records(bytes)
    let start = places[0].upperBound
    for length in stride(from: start, through: bytes.count, by: 13) {
      let reader = try RecordingReader(Array(bytes.prefix(length)))
      let whole = places.filter { $0.upperBound <= length }.count
      #expect(reader.stateCount == 30 * (whole - 1) && !reader.isComplete)
      #expect(reader.tornByteCount == length - places[whole - 1].upperBound)
      #expect(try AvatarStream(bytes: reader.bytes).states.count == 30 * (whole - 1))
      // It can be continued where it was cut.
      var writer = try RecordingWriter(continuing: reader, configuration: plainConfiguration())
      #expect(writer.length == places[whole - 1].upperBound && writer.takeBytes().isEmpty)
      #expect(writer.nextNumber == UInt32(30 * (whole - 1)))
    }
    // A disk that was filled with zeros ahead of the data.
    let zeros = try RecordingReader(bytes + [UInt8](repeating: 0, count: 5000))
    #expect(zeros.stateCount == 150 && zeros.tornByteCount == 5000)
  }

  @Test func `damage in the middle costs one packet`() throws {
    let bytes = recording(Array(states.prefix(300)))
    let place = records(bytes)[4]
    for offset in [place.lowerBound, place.lowerBound + 40, place.upperBound - 1] {
      for isOpen in [false, true] {
        var damaged = bytes
        damaged[offset] ^= 0x11
        if isOpen { damaged.removeLast(10) }
        let player = RecordingPlayer(try RecordingReader(damaged))
        let read = try readAll(player).map(\.number)
        if offset == place.lowerBound {
          // A wrong length hides the records behind it, up to the next entry of the index.
          #expect(read.count >= 90)
        } else {
          #expect(read == Array(0..<90) + Array(120..<300) && player.damagedRecordCount == 1)
        }
        #expect(throws: StreamError.self) { try AvatarStream(bytes: damaged) }
      }
    }
  }

  @Test func `files of other kinds and versions are refused`() throws {
    let bytes = recording(Array(states.prefix(3)))
    #expect(throws: StreamError.notAStream(found: 0)) { try RecordingReader([]) }
    #expect(throws: StreamError.notAStream(found: 0x2064_6E61)) {
      try RecordingReader(Array("and ".utf8))
    }
    for version in [1, 3] as [UInt8] {
      var other = bytes
      other[4] = version
      #expect(throws: StreamError.unsupportedVersion(UInt32(version))) {
        try RecordingReader(other)
      }
    }
    let end = records(bytes)[0].upperBound
    for length in 4..<end where length % 97 == 4 {
      #expect(throws: StreamError.self) { try RecordingReader(Array(bytes.prefix(length))) }
    }
    var damaged = bytes
    damaged[100] ^= 1
    #expect(throws: StreamError.self) { try RecordingReader(damaged) }
  }

  @Test func `an index that lies is not believed`() throws {
    let bytes = recording(states)
    let whole = try RecordingReader(bytes)
    let all = try readAll(RecordingPlayer(whole)).map(\.number)
    var random = SeededRandom(seed: 9)
    for _ in 0..<300 {
      var lying = bytes
      let at = whole.contentEnd + random.index(bytes.count - whole.contentEnd)
      lying[at] = UInt8(random.index(256))
      // Under valid checksums.
      var offset = whole.contentEnd
      while offset + 7 < lying.count {
        let length = Int(lying[offset]) | Int(lying[offset + 1]) << 8
        guard offset + 7 + length <= lying.count else { break }
        let sum = TemplateFormat.checksum(lying, in: offset..<offset + 3 + length)
        for k in 0..<4 {
          lying[offset + 3 + length + k] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * k))
        }
        offset += 7 + length
      }
      let player = RecordingPlayer(try RecordingReader(lying))
      #expect(try readAll(player).map(\.number) == all)
      player.seek(time: 15)
      _ = try readAll(player)
    }
  }

  @Test func `statistics add up to the file`() throws {
    let bytes = recording(Array(states.prefix(300)))
    let s = try RecordingStatistics(bytes)
    let sum =
      s.configurationBytes + s.frameBytes + s.headerBytes + s.codedBytes + s.sectionBytes
      + s.signatureBytes + s.otherBytes + s.indexBytes + s.damagedBytes
    #expect(sum == bytes.count && s.fileBytes == sum && s.damagedBytes == 0)
    #expect(s.stateBits.count == 300 && s.keyCount == 10 && s.datagramCount == 10)
    // Bits are what was written, but for rounding up to bytes: less than two bytes a packet.
    let bits = s.stateBits.reduce(0) { $0 + Double($1) }
    #expect(bits > Double(s.codedBytes) * 8 - 160 && bits < Double(s.codedBytes) * 8 + 80)
    let fields = s.timeBits + s.fieldBits.reduce(0, +)
    #expect(abs(fields - bits) < 1 && abs(s.componentBits.reduce(0, +) + s.timeBits - bits) < 1)
    #expect(s.fieldBits.allSatisfy { $0 > 0 })
    #expect(abs(s.lastTime - s.firstTime - 299.0 / 30) < 0.002)
  }
}
