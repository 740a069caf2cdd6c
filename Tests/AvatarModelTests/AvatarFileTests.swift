import FaceRig
import Foundation
import GaussianSplats
import Geometry
import Testing

@testable import AvatarModel

/// An avatar with everything that a file can hold.
private func completeAvatar() -> Avatar {
  var avatar = SyntheticAvatar.make()
  var random = SeededRandom(seed: 9)
  let n = avatar.splats.codeLength + DrivingModel.poseUnknowns
  avatar.driving = DrivingModel(
    pixelsPerCentimetre: 5.5, normalMatrix: (0..<n * n).map { _ in random.normal() },
    correctionRange: (0..<avatar.splats.codeLength).map { Float($0) })
  return avatar
}

struct AvatarFileTests {
  @Test func `a written avatar reads back`() throws {
    let avatar = completeAvatar()
    let read = try Avatar(bytes: avatar.encoded())
    let a = avatar.template, b = read.template
    #expect(b.vertices == a.vertices && b.triangles == a.triangles)
    #expect(b.triangleParts == a.triangleParts && b.landmarks == a.landmarks)
    #expect(b.leftEye == a.leftEye && b.rightEye == a.rightEye)
    #expect(b.leftLidRing == a.leftLidRing && b.rightLidRing == a.rightLidRing)
    #expect(b.innerLipRing == a.innerLipRing && b.outerLipRing == a.outerLipRing)
    #expect(b.lipContacts == a.lipContacts && b.leftLidContacts == a.leftLidContacts)
    for (p, q) in zip(a.cornerTextureCoordinates, b.cornerTextureCoordinates) {
      #expect(abs(p.x - q.x) <= 0.5 / 65535 + 1e-6 && abs(p.y - q.y) <= 0.5 / 65535 + 1e-6)
    }
    for (p, q) in zip(a.expressionDeltas, b.expressionDeltas) { #expect((p - q).length < 0.0021) }
    #expect(read.headShare == avatar.headShare && read.codeMap == avatar.codeMap)
    #expect(read.restingLeftGaze == avatar.restingLeftGaze)
    #expect(read.restingRightGaze == avatar.restingRightGaze)
    #expect(read.driving == avatar.driving && read.provenance == avatar.provenance)
    #expect((read.reference.rotation.x - avatar.reference.rotation.x).length < 1e-6)
    #expect(read.reference.translation == avatar.reference.translation)
  }

  @Test func `large numbers in the normal matrix read back`() throws {
    var avatar = completeAvatar()
    avatar.driving?.normalMatrix[0] = 7.5e7
    #expect(try Avatar(bytes: avatar.encoded()).driving == avatar.driving)
  }

  @Test func `splats read back within their quantisation`() throws {
    let a = completeAvatar().splats
    let b = try Avatar(bytes: completeAvatar().encoded()).splats
    #expect(b.codeLength == a.codeLength && b.groups == a.groups && b.corners == a.corners)
    for (p, q) in zip(a.barycentric, b.barycentric) { #expect(abs(p - q) < 2e-5) }
    for (p, q) in zip(a.headShare, b.headShare) { #expect(abs(p - q) < 1e-4) }
    for (p, q) in zip(a.inverseRestArea, b.inverseRestArea) { #expect(abs(p - q) <= 1e-4 * p) }
    for row in 0..<SplatAttribute.count {
      for group in a.groups {
        let values = group.range.map { a.base[14 * $0 + row] }
        let step = (values.max()! - values.min()!) / 65535
        for i in group.range {
          #expect(abs(a.base[14 * i + row] - b.base[14 * i + row]) <= 0.51 * step + 1e-5)
        }
      }
    }
  }

  @Test func `bases lose at most half a level of the coarsest step on average`() throws {
    let a = completeAvatar().splats
    let b = try Avatar(bytes: completeAvatar().encoded()).splats
    for (g, group) in a.groups.enumerated() {
      let columns = group.rows * a.codeLength
      for column in 0..<columns {
        var square = 0.0, largest = 0.0
        let indices = stride(from: column, to: a.bases[g].count, by: columns)
        for i in indices {
          square += pow(Double(a.bases[g][i] - b.bases[g][i]), 2)
          largest = max(largest, Double(abs(a.bases[g][i])))
        }
        let deviation = (square / Double(group.range.count)).squareRoot()
        #expect(deviation <= largest / 62 * 1.001)
      }
    }
  }

  @Test func `bases of nothing stay nothing`() throws {
    let avatar = SyntheticAvatar.make(basisSize: 0)
    let read = try Avatar(bytes: avatar.encoded())
    #expect(read.splats.bases.allSatisfy { $0.allSatisfy { $0 == 0 } })
    #expect(read.driving == nil)
  }

  @Test func `other files are named`() {
    #expect(throws: AvatarError.truncated(needed: 12, available: 0)) { try Avatar(bytes: []) }
    let text = [UInt8]("this is a text, no avatar".utf8)
    #expect(throws: AvatarError.notAnAvatar(found: 0x7369_6874)) { try Avatar(bytes: text) }
    var newer = completeAvatar().encoded()
    newer[4] = 9
    #expect(throws: AvatarError.unsupportedVersion(9)) { try Avatar(bytes: newer) }
  }
}

/// Damage: whatever the bytes, an error or an avatar that can be drawn, never a trap.
struct HostileAvatarTests {
  private let original = completeAvatar().encoded()

  /// A section's place in the table and in the file.
  private func sections(_ bytes: [UInt8]) -> [(entry: Int, id: UInt32, range: Range<Int>)] {
    let count = Int(word(bytes, 8))
    return (0..<count).map { k in
      let entry = 12 + 16 * k
      let start = Int(word(bytes, entry + 4))
      return (entry, word(bytes, entry), start..<start + Int(word(bytes, entry + 8)))
    }
  }

  private func word(_ bytes: [UInt8], _ i: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[i + $1]) << UInt32(8 * $1) }
  }

  private func set(_ value: UInt32, _ bytes: inout [UInt8], _ i: Int) {
    for k in 0..<4 { bytes[i + k] = UInt8(truncatingIfNeeded: value >> UInt32(8 * k)) }
  }

  private func mendChecksum(_ bytes: inout [UInt8], _ section: (entry: Int, range: Range<Int>)) {
    set(TemplateFormat.checksum(bytes, in: section.range), &bytes, section.entry + 12)
  }

  @Test func `every truncation is an error`() {
    var lengths = Array(0..<min(400, original.count))
    lengths += stride(from: 400, to: original.count, by: max(1, original.count / 300))
    lengths.append(original.count - 1)
    for length in lengths {
      #expect(throws: AvatarError.self) { try Avatar(bytes: Array(original[..<length])) }
    }
  }

  @Test func `every change of a section's bytes is noticed`() {
    var random = SeededRandom(seed: 3)
    let all = sections(original)
    for trial in 0..<400 {
      var bytes = original
      let section = all[trial % all.count]
      let at = section.range.lowerBound + random.index(section.range.count)
      bytes[at] ^= UInt8(1 << random.index(8))
      #expect(throws: AvatarError.self) { try Avatar(bytes: bytes) }
    }
  }

  @Test func `changes of header and table never trap`() {
    var random = SeededRandom(seed: 4)
    let end = sections(original).map(\.range.lowerBound).min()!
    for _ in 0..<1500 {
      var bytes = original
      for _ in 0...random.index(3) { bytes[random.index(end)] = UInt8(random.index(256)) }
      _ = try? Avatar(bytes: bytes)
    }
  }

  @Test func `changes under a valid checksum never trap, and what opens can be drawn`() {
    var random = SeededRandom(seed: 5)
    let all = sections(original)
    var opened = 0, refused = 0
    for trial in 0..<2500 {
      var bytes = original
      let section = all[trial % all.count]
      for _ in 0...random.index(4) {
        // The beginning holds the counts: visit it more often.
        let reach = random.uniform() < 0.5 ? min(64, section.range.count) : section.range.count
        bytes[section.range.lowerBound + random.index(reach)] = UInt8(random.index(256))
      }
      mendChecksum(&bytes, (section.entry, section.range))
      guard let avatar = try? Avatar(bytes: bytes) else {
        refused += 1
        continue
      }
      opened += 1
      if opened % 8 == 0 {
        let renderer = AvatarRenderer(avatar: avatar, maxWidth: 32, maxHeight: 32)
        let camera = PinholeCamera(width: 32, height: 32, focalLength: 80)
        _ = renderer.draw(SyntheticAvatar.state(UInt64(trial)), camera: camera).rgba()
      }
    }
    #expect(opened > 100 && refused > 100)
  }

  @Test func `lies about counts are errors and take no memory`() throws {
    let before = Self.peakMemory
    let all = sections(original)
    // Offsets of counts in their sections.
    let counts: [(AvatarSection, [Int])] = [
      (.mesh, [0, 4]), (.expressions, [0]), (.landmarks, [0]), (.splats, [0, 4, 8, 13, 18]),
      (.codeMap, [0]),
    ]
    for (id, offsets) in counts {
      let section = try #require(all.first { $0.id == id.rawValue })
      for offset in offsets {
        let at = section.range.lowerBound + offset
        let truth = word(original, at)
        for lie in [0, 1, truth - 1, truth + 1, 0xFFFF, 0x3_FFFF, 0x7FFF_FFFF, 0xFFFF_FFFF]
        where lie != truth {
          var bytes = original
          set(lie, &bytes, at)
          mendChecksum(&bytes, (section.entry, section.range))
          #expect(throws: AvatarError.self, "\(id) at \(offset): \(lie)") {
            try Avatar(bytes: bytes)
          }
        }
      }
    }
    // Other tests run meanwhile; four gigabytes were lied about.
    if let before, let after = Self.peakMemory { #expect(after - before < 400_000) }
  }

  /// The most memory that this process ever had, in kB.
  private static var peakMemory: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }
  }
}

struct AvatarFormatDocumentTests {
  @Test func `the document lists the sections that the code knows`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("docs/avatar-format.md"), encoding: .utf8)
    for section in AvatarSection.allCases {
      #expect(text.contains("## \(section.rawValue) · \(section)"), "\(section)")
    }
    #expect(text.contains("`\(String(AvatarFormat.magic, radix: 16, uppercase: true))`"))
    #expect(text.contains("version \(AvatarFormat.version)"))
    #expect(text.contains("\(AvatarFormat.largestSplatCount)"))
    #expect(text.contains("\(AvatarFormat.largestCodeLength)"))
  }
}
