import FaceRig
import GaussianSplats
import Geometry
import Testing

@testable import AvatarModel

struct SplatPictureTests {
  private let avatar = SyntheticAvatar.make()

  private func samples(_ frame: SplatFrame, _ picture: SplatPicture, _ view: SplatPicture.View)
    -> [UInt8]
  {
    picture.draw(frame, view)
    let count = 4 * view.camera.width * view.camera.height
    return Array(UnsafeBufferPointer(start: picture.pixels, count: count))
  }

  @Test func `from the driving camera it is the renderer's picture`() {
    let frame = SplatFrame(avatar: avatar), picture = SplatPicture(count: avatar.splats.count)
    let renderer = AvatarRenderer(avatar: avatar)
    for (seed, scale) in [(1, 1), (2, 2), (3, 0.5)] as [(UInt64, Float)] {
      let state = SyntheticAvatar.state(seed, correction: 8)
      let camera = SyntheticAvatar.camera.scaled(by: scale)
      frame.posePlanes(avatar, state)
      let found = samples(frame, picture, SplatPicture.View(camera: camera))
      #expect(found == renderer.draw(state, camera: camera).rgba().samples)
    }
  }

  @Test func `from elsewhere it is what a renderer there draws`() {
    let frame = SplatFrame(avatar: avatar), picture = SplatPicture(count: avatar.splats.count)
    let renderer = AvatarRenderer(avatar: avatar)
    let state = SyntheticAvatar.state(5, correction: 8)
    let place = RigidTransform(
      rotation: Matrix3(rotationVector: [0.1, -0.3, 0.05]), translation: [12, -2, 8])
    frame.posePlanes(avatar, state)
    let found = samples(
      frame, picture,
      SplatPicture.View(
        camera: SyntheticAvatar.camera, viewFromCamera: place.rotation, shift: place.translation))
    let expected = renderer.draw(state, camera: SyntheticAvatar.camera, viewFromCamera: place)
      .rgba()
    // Rounding alone may differ, and alpha where next to nothing is.
    let far = zip(found, expected.samples).filter { abs(Int($0) - Int($1)) > 3 }.count
    #expect(far < found.count / 500)
    #expect(expected.samples.contains { $0 > 128 })
  }

  @Test func `what is behind it shows where nothing is`() {
    let frame = SplatFrame(avatar: avatar), picture = SplatPicture(count: avatar.splats.count)
    frame.posePlanes(avatar, SyntheticAvatar.state(1))
    var view = SplatPicture.View(camera: SyntheticAvatar.camera)
    let plain = samples(frame, picture, view)
    view.background = [0.2, 0.4, 0.6]
    let opaque = samples(frame, picture, view)
    var empty = 0
    for i in stride(from: 0, to: plain.count, by: 4) {
      #expect(opaque[i + 3] == 255)
      if plain[i + 3] == 0 {
        empty += 1
        let found = opaque[i..<i + 3].map(Int.init)
        #expect(zip(found, [51, 102, 153]).allSatisfy { abs($0 - $1) <= 1 })
      }
    }
    #expect(empty > 0 && empty < plain.count / 4)
  }

  @Test func `the bust ends where a fiftieth of the splats lies below`() {
    let frame = SplatFrame(avatar: avatar)
    let state = SyntheticAvatar.state(1)
    frame.pose(avatar, state)
    let end = frame.bustEnd(cameraFromTorso: state.cameraFromTorso)
    let torsoFromCamera = state.cameraFromTorso.inverse
    let heights = (0..<frame.count).map { i in
      let c = frame.centers + 3 * i
      return (torsoFromCamera * Vector3(c[0], c[1], c[2])).y
    }
    let below = heights.filter { $0 < end - 1e-3 }.count
    #expect(below <= frame.count / 50 && below >= frame.count / 50 - 2)
    let fade = SplatPicture.View.bustFade(
      end: end, height: 6, cameraFromTorso: state.cameraFromTorso)
    for (height, share) in [(end, 0), (end + 3, 0.5), (end + 6, 1)] as [(Float, Float)] {
      let p = state.cameraFromTorso * Vector3(2, height, -1)
      #expect(abs(fade.x * p.x + fade.y * p.y + fade.z * p.z + fade.w - share) < 1e-3)
    }
  }

  @Test func `fading below the picture leaves the picture alone, fading above it empties it`() {
    let frame = SplatFrame(avatar: avatar), picture = SplatPicture(count: avatar.splats.count)
    let state = SyntheticAvatar.state(1)
    frame.posePlanes(avatar, state)
    var view = SplatPicture.View(camera: SyntheticAvatar.camera)
    let plain = samples(frame, picture, view)
    view.fade = SplatPicture.View.bustFade(
      end: -1000, height: 6, cameraFromTorso: state.cameraFromTorso)
    #expect(samples(frame, picture, view) == plain)
    view.fade = SplatPicture.View.bustFade(
      end: 1000, height: 6, cameraFromTorso: state.cameraFromTorso)
    #expect(samples(frame, picture, view).allSatisfy { $0 == 0 })
  }
}

struct AvatarRestTests {
  @Test func `at rest the code map's inputs are zero`() {
    var avatar = SyntheticAvatar.make()
    var random = SeededRandom(seed: 3)
    for i in 0..<CodeMap.inputCount { avatar.codeMap.mean[i] = 0.2 * random.uniform() }
    let rest = avatar.restingState
    let inputs = avatar.codeMap.inputs(of: rest.face, reference: avatar.reference)
    for x in inputs { #expect(abs(x) < 1e-4) }
    #expect(rest.cameraFromTorso == avatar.reference)
    #expect(rest.correction.isEmpty)
  }

  @Test func `coefficients at rest stay within their range`() {
    var avatar = SyntheticAvatar.make()
    avatar.codeMap.mean[3] = -0.01
    avatar.codeMap.mean[4] = 1.2
    #expect(avatar.restingState.face.expression[3] == 0)
    #expect(avatar.restingState.face.expression[4] == 1)
  }
}
