import ArgumentParser
import AvatarModel
import ExpressionStream
import FaceRig
import Foundation
import Geometry
import StreamSigning
import Testing

@testable import visavis

/// Keys, signed streams, and what verify and stream-stats say of them.
@Suite struct SigningTests {
  private let key = SigningKey()

  /// A stream of a face that moves a little, signed or not.
  private func stream(
    _ count: Int = 200, key: SigningKey?, context: String = "recording", seed: UInt64 = 3
  ) -> [UInt8] {
    let still = TestAvatar.stream()
    let output = StreamOutput(
      configuration: still.configuration(), lookahead: 2, key: key, context: context)
    var random = SeededRandom(seed: seed)
    for k in 0..<count {
      var face = FaceState(time: Double(k) * 0.04)
      for i in 0..<ExpressionChannel.count { face.expression[i] = random.uniform() * 0.3 }
      output.add(AvatarState(face: face, cameraFromTorso: face.cameraFromHead))
    }
    output.finish()
    return output.bytes
  }

  private func verify(_ bytes: [UInt8], _ options: String...) throws -> VerifyReport {
    try withScratchFolder { folder in
      try write(bytes, to: folder + "/s.vvs")
      return try VerifyCommand.parse([folder + "/s.vvs"] + options).verify()
    }
  }

  @Test func aKeyIsMadeOnceAndOnlyForItsOwner() throws {
    try withScratchFolder { folder in
      let path = folder + "/me.key"
      let made = try KeyCommand.New.parse([path]).make()
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
      #expect((mode as? NSNumber)?.intValue == 0o600)
      #expect(try KeyCommand.Show.parse([path]).report() == made)
      #expect(PublicKey(text: made.publicKey) != nil)
      #expect(throws: KeyFailure.exists(path: path)) { try KeyCommand.New.parse([path]).make() }
      #expect(try KeyFile.signingKey(path).publicKey.text == made.publicKey)
      #expect(try KeyFile.publicKey(made.publicKey).text == made.publicKey)
      try write(Array((made.publicKey + "\n").utf8), to: folder + "/me.pub")
      #expect(try KeyFile.publicKey(folder + "/me.pub").text == made.publicKey)
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
      #expect(throws: KeyFailure.readableByOthers(path: path)) { try KeyFile.signingKey(path) }
      #expect(throws: KeyFailure.notAKey(text: folder + "/me.pub")) {
        try FileManager.default.setAttributes(
          [.posixPermissions: 0o600], ofItemAtPath: folder + "/me.pub")
        return try KeyFile.signingKey(folder + "/me.pub")
      }
      #expect(throws: KeyFailure.notFound(path: "/none")) { try KeyFile.signingKey("/none") }
      #expect(throws: KeyFailure.notAKey(text: "/none")) { try KeyFile.publicKey("/none") }
      #expect(throws: KeyFailure.cannotCreate(path: folder + "/no/k")) {
        try KeyCommand.New.parse([folder + "/no/k"]).make()
      }
    }
  }

  @Test func aSignedStreamIsVerified() throws {
    let bytes = stream(key: key)
    for options in [[], ["--key", key.publicKey.text]] {
      let report = try withScratchFolder { folder in
        try write(bytes, to: folder + "/s.vvs")
        return try VerifyCommand.parse([folder + "/s.vvs"] + options).verify()
      }
      #expect(report.verdict == .verified && report.states == 200 && report.verifiedStates == 200)
      #expect(report.publicKey == key.publicKey.text && report.signatures == 2)
      #expect(report.verifiedGroups == 7 && report.isKeyGiven == !options.isEmpty)
      #expect(report.text.contains("verified") && report.text.contains(key.publicKey.text))
    }
  }

  @Test func whatIsNotTheOwnersIsRefused() throws {
    let bytes = stream(key: key)
    #expect(try verify(stream(key: nil)).verdict == .unsigned)
    let other = SigningKey().publicKey.text
    let foreign = try verify(bytes, "--key", other)
    #expect(foreign.verdict == .refused && foreign.text.contains(key.publicKey.text))
    #expect(try verify(bytes, "--key", key.publicKey.text, "--context", "x").verdict == .refused)
    #expect(
      try verify(stream(key: key, context: "x"), "--key", key.publicKey.text).verdict == .refused)
    // A torn file: the rest is not signed.
    let torn = try verify(Array(bytes.prefix(bytes.count - 400)), "--key", key.publicKey.text)
    #expect(torn.verdict == .partly && torn.verifiedStates == 120)
    // States of another stream between those signed, their checksums being right.
    let reader = try RecordingReader(bytes), forged = try RecordingReader(stream(key: nil, seed: 4))
    var writer = RecordingWriter(configuration: reader.configuration)
    var (a, b) = (reader.start, forged.start)
    var k = 0
    while let datagram = reader.next(&a) {
      let own = Array(bytes[datagram.range])
      if SignaturePacket.isSignature(own) {
        writer.add(datagram: own)
        continue
      }
      guard let other = forged.next(&b) else { break }
      // The first second is what another face did.
      writer.add(datagram: k == 0 ? Array(forged.bytes[other.range]) : own)
      k += 1
    }
    writer.finish()
    let altered = try verify(writer.takeBytes(), "--key", key.publicKey.text)
    #expect(altered.verdict == .refused && altered.refusedGroups >= 1)
    #expect(altered.verifiedStates > 100 && altered.text.contains("not those that were signed"))
  }

  @Test func everySignatureErrorHasASentence() {
    let cases: [SignatureError] = [
      .malformed(length: 3), .unknownKey, .foreignKey(found: key.publicKey), .otherContext,
      .invalidSignature, .otherStream(expected: 1, found: 2), .timeWentBack(to: 1, from: 2),
      .notFresh(signed: 1, now: 2), .alreadyCovered(first: 1, last: 2),
      .alteredStates(first: 1, last: 2),
    ]
    for error in cases {
      #expect(error.sentence.hasSuffix(".") && error.exitCode == .badData)
    }
  }

  @Test func statisticsNameWhereBitsGo() throws {
    try withScratchFolder { folder in
      let bytes = stream(key: key)
      try write(bytes, to: folder + "/s.vvs")
      let report = try StreamStatsCommand.parse(
        [folder + "/s.vvs", "--plot", folder + "/p.png"]
      ).measure()
      #expect(report.states == 200 && abs(report.seconds - 8) < 0.01)
      #expect(abs(report.kilobitsPerSecond - Double(bytes.count) / 1000) < 0.01)
      let sum = report.parts.reduce(0) { $0 + $1.kilobitsPerSecond }
      #expect(abs(sum - report.kilobitsPerSecond) < 1e-6)
      let fields = report.fields.reduce(0) { $0 + $1.kilobitsPerSecond }
      #expect(abs(fields - report.payloadKilobitsPerSecond) < 0.05)
      #expect(report.fields.map(\.name).contains("expression"))
      #expect(report.parts.first { $0.name == "signatures" }?.kilobitsPerSecond ?? 9 < 0.4)
      #expect(report.datagrams == 8 && abs(report.keyShare - 0.04) < 1e-9)
      let b = report.bitsPerState
      #expect(b.median <= b.ninetieth && b.ninetieth <= b.ninetyNinth && b.ninetyNinth <= b.largest)
      #expect(report.text.contains("kbit/s") && report.text.contains("bits a state"))
      #expect(FileManager.default.fileExists(atPath: folder + "/p.png"))
      try write(Array("VVST".utf8) + [1, 0, 0, 0], to: folder + "/old.vvs")
      #expect(throws: FileFailure.self) {
        try StreamStatsCommand.parse([folder + "/old.vvs"]).measure()
      }
    }
  }

  @Test func statisticsNameSections() throws {
    let still = TestAvatar.stream()
    let sender = StreamSender(
      configuration: still.configuration(), options: SenderOptions(delivery: .broadcast))
    var writer = RecordingWriter(configuration: sender.configuration)
    var sections: [UInt8] = [], packet: [UInt8] = []
    PacketSection.append([1, 2, 3, 4, 5, 6], as: .hands, to: &sections)
    sections += [99, 0]
    for k in 0..<30 {
      let face = FaceState(time: Double(k) / 30)
      sender.add(AvatarState(face: face, cameraFromTorso: face.cameraFromHead))
      try sender.writePacket(sections: sections, into: &packet)
      writer.add(datagram: packet)
    }
    writer.finish()
    try withScratchFolder { folder in
      try write(writer.takeBytes(), to: folder + "/s.vvs")
      let report = try StreamStatsCommand.parse([folder + "/s.vvs"]).measure()
      let rates = Dictionary(
        uniqueKeysWithValues: report.parts.map { ($0.name, $0.kilobitsPerSecond) })
      // 30 a second: six bytes with type and length, an unknown section of two.
      #expect(abs((rates["hands"] ?? 0) - 1.92) < 0.01)
      #expect(abs((rates["other sections"] ?? 0) - 0.48) < 0.01)
      #expect(rates["identifiers"] ?? 0 > 0 && rates["upper body"] == nil)
      let sum = report.parts.reduce(0) { $0 + $1.kilobitsPerSecond }
      #expect(abs(sum - report.kilobitsPerSecond) < 1e-6)
    }
  }
}
