import FaceRig
import GaussianSplats
import Geometry
import Testing

@testable import AvatarModel

/// Splats without bases, as heads of other programs have them.
struct FixedSplatsTests {
  /// An avatar, its splats in one group of a kind, with bases of zero where the kind has any.
  private func avatar(_ kind: SplatGroup.Kind) -> Avatar {
    let full = SyntheticAvatar.make()
    let s = full.splats
    return Avatar(
      template: full.template, headShare: full.headShare,
      splats: SplatModel(
        codeLength: s.codeLength, groups: [SplatGroup(kind: kind, range: 0..<s.count)],
        corners: s.corners, barycentric: s.barycentric, inverseRestArea: s.inverseRestArea,
        headShare: s.headShare, base: s.base),
      codeMap: full.codeMap, reference: full.reference, provenance: full.provenance)
  }

  /// A state whose eyes look at one thing already.
  private func state(_ seed: UInt64, correction: Int) -> AvatarState {
    var state = SyntheticAvatar.state(seed, correction: correction)
    state.face.rightGaze = state.face.leftGaze
    return state
  }

  @Test func `they read back, in a file without bases`() throws {
    let avatar = avatar(.fixed)
    let bytes = avatar.encoded()
    let read = try Avatar(bytes: bytes)
    #expect(read.splats.isFixed && read.splats.groups == avatar.splats.groups)
    #expect(read.splats.bases == [[]] && read.splats.corners == avatar.splats.corners)
    #expect(bytes.count < self.avatar(.surface).encoded().count)
    #expect(!self.avatar(.surface).splats.isFixed)
  }

  @Test func `they move with the mesh as splats whose bases are zero`() {
    let fixed = avatar(.fixed), surface = avatar(.surface)
    let camera = PinholeCamera(width: 96, height: 96, focalLength: 150)
    let a = AvatarRenderer(avatar: fixed), b = AvatarRenderer(avatar: surface)
    for seed in 1...4 as ClosedRange<UInt64> {
      let state = state(seed, correction: fixed.splats.codeLength)
      let one = a.draw(state, camera: camera), two = b.draw(state, camera: camera)
      for plane in 0..<4 {
        for y in 0..<96 {
          for x in 0..<96 { #expect(one[plane, x, y] == two[plane, x, y]) }
        }
      }
    }
  }

  @Test func `eyes look as a pair only where nothing was learnt of them`() {
    let apart = FaceState(
      leftGaze: Gaze(yaw: 0.3, pitch: 0.1), rightGaze: Gaze(yaw: -0.1, pitch: -0.1))
    let (left, right) = apart.pairedGazes
    #expect(left == right && abs(left.yaw - 0.1) < 1e-6 && abs(left.pitch) < 1e-6)
    let crossed = FaceState(leftGaze: Gaze(yaw: -0.2), rightGaze: Gaze(yaw: 0.1)).pairedGazes
    #expect(abs(crossed.left.yaw + 0.2) < 1e-6 && abs(crossed.right.yaw - 0.1) < 1e-6)
    var state = state(1, correction: 0)
    let camera = PinholeCamera(width: 96, height: 96, focalLength: 150)
    func sum(_ avatar: Avatar, _ state: AvatarState) -> [Float] {
      let planes = AvatarRenderer(avatar: avatar).draw(state, camera: camera)
      return (0..<96).flatMap { y in (0..<96).map { x in planes[0, x, y] } }
    }
    let together = state
    state.face.leftGaze.yaw += 0.2
    state.face.rightGaze.yaw -= 0.2
    #expect(sum(avatar(.fixed), state) == sum(avatar(.fixed), together))
    #expect(sum(avatar(.surface), state) != sum(avatar(.surface), together))
  }

  @Test func `altered files never trap, and what opens can be drawn`() {
    let original = avatar(.fixed).encoded()
    var random = SeededRandom(seed: 6)
    func word(_ bytes: [UInt8], _ i: Int) -> Int {
      (0..<4).reduce(0) { $0 | Int(bytes[i + $1]) << (8 * $1) }
    }
    var opened = 0, refused = 0
    for trial in 0..<800 {
      var bytes = original
      let entry = 12 + 16 * (trial % word(bytes, 8))
      let start = word(bytes, entry + 4), length = word(bytes, entry + 8)
      guard length > 0 else { continue }
      for _ in 0...random.index(3) {
        bytes[start + random.index(min(length, 64))] = UInt8(random.index(256))
      }
      let checksum = TemplateFormat.checksum(bytes, in: start..<start + length)
      for k in 0..<4 {
        bytes[entry + 12 + k] = UInt8(truncatingIfNeeded: checksum >> UInt32(8 * k))
      }
      guard let avatar = try? Avatar(bytes: bytes) else {
        refused += 1
        continue
      }
      opened += 1
      _ = AvatarRenderer(avatar: avatar, maxWidth: 16, maxHeight: 16).draw(
        avatar.restingState, camera: PinholeCamera(width: 16, height: 16, focalLength: 20))
    }
    #expect(opened > 50 && refused > 50)
  }
}
