import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry
import StreamSigning
import Testing

@testable import stream_vectors

/// The coded bytes of Tests/Vectors/stream: the same on every platform.
struct StreamVectorTests {
  private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Vectors/stream")
  private let files: VectorFiles

  init() throws {
    files = try VectorFiles(folder: folder)
  }

  private func configuration() throws -> StreamConfiguration {
    try StreamConfiguration(bytes: files.configuration)
  }

  @Test func `encoding gives the same bytes`() {
    let made = VectorFiles.make()
    #expect(made.configuration == files.configuration)
    #expect(made.states == files.states && made.shown == files.shown)
    #expect(made.recording == files.recording)
    #expect(made.vectors == files.vectors)
  }

  @Test func `a decoder written from the specification reads the same`() throws {
    let python = Process()
    python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    python.arguments = ["python3", folder.appendingPathComponent("decode.py").path]
    try python.run()
    python.waitUntilExit()
    if python.terminationStatus == 127 {
      print("skipped: there is no python3")
      return
    }
    #expect(python.terminationStatus == 0)
  }

  @Test func `chains of packets are read as they were written`() throws {
    for chain in files.vectors.chains {
      let receiver = StreamReceiver(configuration: try configuration())
      for packet in chain.packets {
        #expect(try receiver.receive(Hexadecimal.bytes(packet.datagram), at: 0) == packet.count)
        let states = receiver.accepted.map { CanonicalText.text(receiver.canonicalBytes($0)) }
        #expect(states == packet.states, "\(chain.name)")
      }
    }
  }

  @Test func `what is shown has the same bits`() throws {
    let receiver = StreamReceiver(configuration: try configuration())
    var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
    var shown: [UInt32] = []
    for packet in files.vectors.chains[0].packets.prefix(8) {
      try receiver.receive(Hexadecimal.bytes(packet.datagram), at: 0)
      receiver.state(try #require(receiver.accepted.first), into: &state)
      shown += VectorFiles.numbers(state).map(\.bitPattern)
    }
    let kept = stride(from: 0, to: files.shown.count, by: 4).map { i in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(files.shown[i + $1]) << UInt32(8 * $1) }
    }
    #expect(shown == kept)
  }

  @Test func `a receiver makes the same of what a network leaves`() throws {
    for link in files.vectors.links {
      let receiver = StreamReceiver(configuration: try configuration())
      for (k, step) in link.steps.enumerated() where !step.packet.isEmpty && !step.isLost {
        var found = step
        VectorMaker.deliver(
          Hexadecimal.bytes(step.packet), to: receiver, at: Double(k) / 30 + 0.02, &found)
        #expect(found == step, "\(link.name), \(k)")
      }
    }
  }

  @Test func `the configuration arrives in parts`() throws {
    let receiver = StreamReceiver()
    let length = files.configuration.count, count = files.vectors.fragmentHeaders.count
    let part = (length + count - 1) / count
    for (k, header) in files.vectors.fragmentHeaders.enumerated() {
      let contents = files.configuration[k * part..<min((k + 1) * part, length)]
      try receiver.receive(Hexadecimal.bytes(header) + contents, at: 0)
    }
    #expect(receiver.configuration == (try configuration()))
    #expect(receiver.configuration?.identifier == files.vectors.identifier)
  }

  @Test func `what is read as a configuration has one spelling, which both ends sign`() throws {
    var random = SeededRandom(seed: 7)
    var isRead = 0
    for k in 0..<1000 {
      var bytes = files.configuration
      for _ in 0..<k % 3 {
        // Half of the changes hit the header, the other half anything.
        let end = random.next() & 1 == 0 ? 36 : bytes.count
        bytes[Int(random.next() % UInt64(end))] ^= UInt8(1 << (random.next() % 8))
      }
      if k % 7 == 6 { bytes.append(0) }
      guard let configuration = try? StreamConfiguration(bytes: bytes) else { continue }
      isRead += 1
      #expect(configuration.encoded() == bytes)
      #expect(
        SigningContext(configuration: configuration, context: [1])
          == SigningContext(codedConfiguration: bytes, context: [1]))
    }
    #expect((400..<1000).contains(isRead))
  }

  @Test func `the recording is read, and its owner known`() throws {
    let facts = files.vectors.recording
    let player = RecordingPlayer(try RecordingReader(files.recording))
    #expect(player.reader.isComplete && player.reader.stateCount == facts.states)
    var verifier = StreamVerifier(
      key: PublicKey(bytes: Hexadecimal.bytes(facts.publicKey)),
      context: SigningContext(
        configuration: try configuration(), context: Array(facts.context.utf8)))
    var state = AvatarState(face: FaceState(), cameraFromTorso: .identity)
    var canonical: [UInt8] = []
    var verdicts: [GroupVerdict] = []
    func verify() throws {
      while let other = player.nextOther() { verdicts += try verifier.add(signature: other) }
    }
    while true {
      try verify()
      guard let number = try player.next(into: &state) else { break }
      canonical += player.canonicalBytes
      verdicts += verifier.add(
        CodedState(number: number, canonicalBytes: player.canonicalBytes), epoch: 0)
    }
    try verify()
    #expect(TemplateFormat.checksum(canonical, in: 0..<canonical.count) == facts.canonical)
    #expect(verdicts.map(\.last) == [5, 11, 15, 21, 23])
    #expect(
      verdicts.map(\.verdict)
        == [0, 0, 0, 16, 16].map { .verified(wallClock: facts.wallClock + $0 * 33) })
  }
}
