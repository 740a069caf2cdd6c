import AvatarModel
import FaceRig
import GaussianSplats
import Geometry
import NativeWorkers
import Testing

@testable import SplatFitting

struct DrivingCostTests {
  private func planes(_ width: Int, _ height: Int, seed: UInt64) -> ImagePlanes {
    var random = SeededRandom(seed: seed)
    let planes = ImagePlanes(width: width, height: height)
    // The padding holds what must not count.
    planes.fill(1e6)
    for p in 0..<4 {
      for y in 0..<height { for x in 0..<width { planes[p, x, y] = random.uniform() } }
    }
    return planes
  }

  /// The documentation of ``PhotometricCost``, in double precision.
  private func twin(_ cost: PhotometricCost, _ a: ImagePlanes, _ b: ImagePlanes) -> Double {
    let limit = Double(cost.limit)
    var sum = 0.0
    for y in 0..<a.height {
      for x in 0..<a.width {
        let alpha = 1 - Double(a[3, x, y])
        for c in 0..<3 {
          let d = abs(Double(a[c, x, y]) - alpha * Double(b[c, x, y]))
          sum += d <= limit ? d * d : limit * (2 * d - limit)
        }
        let m = alpha - Double(b[3, x, y])
        sum += Double(cost.matteWeight) * m * m
      }
    }
    return sum / 2
  }

  @Test func `the cost and its gradient are as documented`() {
    let cost = PhotometricCost()
    for (width, height) in [(5, 3), (8, 2), (19, 4)] {
      let rendered = planes(width, height, seed: 1), picture = planes(width, height, seed: 2)
      let gradient = ImagePlanes(width: width, height: height)
      let value = Double(cost.evaluate(rendered, picture, gradient: gradient))
      #expect(abs(value - twin(cost, rendered, picture)) < 1e-4 * value)
      for p in 0..<4 {
        for y in 0..<height {
          for x in 0..<width {
            let old = rendered[p, x, y], step: Float = 1e-3
            rendered[p, x, y] = old + step
            let above = twin(cost, rendered, picture)
            rendered[p, x, y] = old - step
            let below = twin(cost, rendered, picture)
            rendered[p, x, y] = old
            // The fourth plane holds transmittance, the gradient is by alpha.
            let slope = (above - below) / Double(2 * step) * (p == 3 ? -1 : 1)
            #expect(abs(Double(gradient[p, x, y]) - slope) < 3e-3, "\(p) \(x) \(y)")
          }
        }
      }
    }
  }

  @Test func `squares of residuals sum to twice the cost of small differences`() {
    let cost = PhotometricCost(matteWeight: 0.4, limit: 10)
    let rendered = planes(19, 4, seed: 3), picture = planes(19, 4, seed: 4)
    let gradient = ImagePlanes(width: 19, height: 4)
    let value = cost.evaluate(rendered, picture, gradient: gradient)
    let squares = cost.residuals(rendered, picture).reduce(Float(0)) { $0 + $1 * $1 }
    #expect(abs(squares / 2 - value) < 1e-4 * value)
  }
}

struct DrivingSolverTests {
  @Test func `steps solve the damped equations`() {
    let n = 20
    var random = SeededRandom(seed: 6)
    let a = (0..<n * n).map { _ in random.normal() }
    var h = [Float](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in 0..<n { for k in 0..<n { h[i * n + j] += a[i * n + k] * a[j * n + k] } }
    }
    let priors = (0..<n).map { _ in 0.5 + random.uniform() }
    let gradient = (0..<n).map { _ in random.normal() }
    let change = (0..<n).map { _ in random.normal() }
    for damping in [0, 0.1, 2] as [Float] {
      let step = NormalSolver(matrix: h, priors: priors).step(
        gradient: gradient, change, damping: damping)
      for i in 0..<n {
        var left = 0.0
        for j in 0..<n { left += Double(h[i * n + j]) * Double(step[j]) }
        left += Double((priors[i] + damping * h[i * n + i]) * step[i])
        #expect(abs(left + Double(gradient[i] + priors[i] * change[i])) < 2e-3)
      }
    }
  }

  @Test func `a hopeless matrix still gives a finite step`() {
    let n = 6
    let solver = NormalSolver(
      matrix: [Float](repeating: -1e6, count: n * n), priors: [Float](repeating: 1, count: n))
    let step = solver.step(
      gradient: [Float](repeating: 1, count: n), [Float](repeating: 0, count: n), damping: 0.1)
    #expect(step.count == n && step.allSatisfy { !$0.isNaN })
  }
}

struct DrivingRecoveryTests {
  private static let camera = PinholeCamera(width: 200, height: 240, focalLength: 560)

  /// A picture of a state over a coloured wall, as a camera and a matte network would give it.
  private func picture(
    _ renderer: AvatarRenderer, _ state: AvatarState, head: RigidTransform
  ) -> DrivingPicture {
    let image = renderer.draw(state, camera: Self.camera)
    let rgba = image.rgba()
    var matte = PixelImage(width: rgba.width, height: rgba.height, channels: 1)
    for i in matte.samples.indices { matte.samples[i] = rgba.samples[4 * i + 3] }
    let picture = DrivingPicture()
    picture.load(
      image.rgb(over: [0.8, 0.7, 0.2]), matte: matte, camera: Self.camera, head: head,
      pixelsPerCentimetre: 4)
    return picture
  }

  @Test func `a moved pose and a changed code are found again`() {
    var avatar = SyntheticAvatar.make(surface: 700, head: 120, torso: 100, size: 0.9)
    let renderer = AvatarRenderer(avatar: avatar)
    let samples = (UInt64(1)...4).map { seed -> (state: AvatarState, picture: DrivingPicture) in
      let state = SyntheticAvatar.state(seed, correction: 8)
      return (state, picture(renderer, state, head: state.face.cameraFromHead))
    }
    avatar.driving = DrivingModel.learn(
      avatar: avatar, samples: samples, corrections: samples.map(\.state.correction),
      pixelsPerCentimetre: 4, workers: .native(count: 2))
    let matrix = avatar.driving?.normalMatrix ?? []
    let n = 8 + DrivingModel.poseUnknowns
    #expect(matrix.count == n * n)
    for i in 0..<n {
      #expect(matrix[i * n + i] > 0)
      for j in 0..<i { #expect(matrix[i * n + j] == matrix[j * n + i]) }
    }
    for k in 0..<8 {
      let largest = samples.map { $0.state.correction[k].magnitude }.max()
      #expect(avatar.driving?.correctionRange[k] == largest)
    }

    var settings = PhotometricDriver.Settings()
    settings.evaluations = 10
    let driver = PhotometricDriver(
      avatar: avatar, settings: settings, workers: .native(count: 2))
    var before = 0.0, after = 0.0
    for seed in 21...26 as ClosedRange<UInt64> {
      var truth = SyntheticAvatar.state(seed, correction: 8)
      let landmarks = truth.face
      truth.face.cameraFromHead = truth.face.cameraFromHead.adjusted(
        rotationVector: [0.012, -0.015, 0.01], translation: [0.1, -0.08, 0.1])
      truth.cameraFromTorso = RigidTransform(
        rotation: avatar.reference.rotation, translation: landmarks.cameraFromHead.translation)
      driver.reset()
      let seen = picture(renderer, truth, head: landmarks.cameraFromHead)
      let answer = driver.refine(landmarks, picture: seen)
      #expect(answer.lastCost < 0.5 * answer.firstCost, "\(answer.firstCost) \(answer.lastCost)")
      func distance(_ face: FaceState) -> Double {
        let turn = face.cameraFromHead.rotation * truth.face.cameraFromHead.rotation.transpose
        let shift = face.cameraFromHead.translation - truth.face.cameraFromHead.translation
        // A radian at ten centimetres.
        return Double(turn.rotationVector.length * 10)
          + Double(shift.x.magnitude + shift.y.magnitude)
      }
      before += distance(landmarks)
      after += distance(answer.state.face)
    }
    #expect(after < 0.6 * before, "\(before) to \(after)")
  }

  @Test func `the same picture and start give the same answer`() {
    var avatar = SyntheticAvatar.make(surface: 300)
    let renderer = AvatarRenderer(avatar: avatar)
    let state = SyntheticAvatar.state(2, correction: 8)
    let seen = picture(renderer, state, head: state.face.cameraFromHead)
    avatar.driving = DrivingModel.learn(
      avatar: avatar, samples: [(state, seen)], corrections: [state.correction],
      pixelsPerCentimetre: 4, workers: .serial)
    let one = PhotometricDriver(avatar: avatar, workers: .serial)
    let two = PhotometricDriver(avatar: avatar, workers: .native(count: 2))
    for _ in 0..<3 {
      #expect(
        one.refine(state.face, picture: seen).state == two.refine(state.face, picture: seen).state)
    }
  }
}
