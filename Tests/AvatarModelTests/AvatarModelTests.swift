import Dispatch
import FaceRig
import GaussianSplats
import Geometry
import Testing

@testable import AvatarModel

private let levels = InstructionLevel.allCases.filter { $0 <= .best }

struct CodeMapTests {
  @Test func `inputs beyond what was seen give the code at the edge`() {
    let avatar = SyntheticAvatar.make()
    var inside = FaceState(cameraFromHead: SyntheticAvatar.pose)
    var beyond = inside
    inside.expression[.jawOpen] = 0.8
    beyond.expression[.jawOpen] = 3
    inside.leftGaze.yaw = -0.8
    beyond.leftGaze.yaw = -50
    let a = avatar.codeMap.inputs(of: inside, reference: avatar.reference)
    let b = avatar.codeMap.inputs(of: beyond, reference: avatar.reference)
    #expect(a == b)
    #expect(avatar.codeMap.code(inputs: a) == avatar.codeMap.code(inputs: b))
  }

  @Test func `the code is the weighted inputs and the constant`() {
    let avatar = SyntheticAvatar.make()
    let state = SyntheticAvatar.state(4)
    let map = avatar.codeMap
    let raw = CodeMap.rawInputs(of: state.face, reference: avatar.reference)
    let code = avatar.code(of: state)
    let n = CodeMap.inputCount
    for k in 0..<map.codeLength {
      var expected = Double(map.weights[k * (n + 1) + n])
      for i in 0..<n {
        let x = min(max((raw[i] - map.mean[i]) * map.scale[i], map.lower[i]), map.upper[i])
        expected += Double(map.weights[k * (n + 1) + i]) * Double(x)
      }
      #expect(abs(Double(code[k]) - expected) < 1e-4)
    }
  }

  @Test func `the head's turn is measured from the reference pose`() {
    var state = FaceState(cameraFromHead: SyntheticAvatar.pose)
    let turn = Vector3(0.1, -0.2, 0.05)
    state.cameraFromHead = state.cameraFromHead.adjusted(
      rotationVector: turn, translation: [3, 4, 5])
    let raw = CodeMap.rawInputs(of: state, reference: SyntheticAvatar.pose)
    for c in 0..<3 { #expect(abs(raw[CodeMap.inputCount - 3 + c] - turn[c]) < 1e-5) }
  }

  @Test func `a state's correction is added to its code`() {
    let avatar = SyntheticAvatar.make()
    var state = SyntheticAvatar.state(2)
    let plain = avatar.code(of: state)
    state.correction = (0..<8).map(Float.init)
    for (k, v) in avatar.code(of: state).enumerated() { #expect(v == plain[k] + Float(k)) }
  }
}

struct BodyBlendTests {
  @Test func `vertices lie between head and torso by their share`() {
    let points: [Vector3] = [[1, 2, 3], [-4, 5, 6], [7, -8, 9]]
    let head = SyntheticAvatar.state(1).face.cameraFromHead
    let torso = SyntheticAvatar.state(2).cameraFromTorso
    var placed: [Vector3] = []
    BodyBlend.place(
      points, headShare: [1, 0, 0.25], cameraFromHead: head, cameraFromTorso: torso, into: &placed)
    #expect(placed.count == 9)
    #expect((placed[0] - head * points[0]).length < 1e-5)
    #expect((placed[1] - torso * points[1]).length < 1e-5)
    let mixed = (head * points[2]) * 0.25 + (torso * points[2]) * 0.75
    #expect((placed[2] - mixed).length < 1e-4)
    for (kind, pose) in [(SplatGroup.Kind.head, head), (.torso, torso)] {
      let triangle = BodyBlend.virtualTriangle(of: kind, vertexCount: 3)
      let axes: [Vector3] = [.zero, [1, 0, 0], [0, 1, 0]]
      for c in 0..<3 { #expect((placed[Int(triangle[c])] - pose * axes[c]).length < 1e-5) }
    }
  }
}

struct AvatarPoserTests {
  /// The documentation of `poseSplats`, in double precision.
  private func twin(
    _ avatar: Avatar, _ code: [Float], _ placed: [Vector3], splat i: Int, group: SplatGroup,
    basis: [Float]
  ) -> [Double] {
    let model = avatar.splats
    let length = model.codeLength
    var a = (0..<14).map { Double(model.base[14 * i + $0]) }
    let row = (i - group.range.lowerBound) * group.rows * length
    for j in group.kind.firstRow..<14 {
      for k in 0..<length {
        a[j] +=
          Double(code[k]) * Double(basis[row + (j - group.kind.firstRow) * length + k])
      }
    }
    let v = (0..<3).map { SIMD3<Double>(placed[Int(model.corners[3 * i + $0])]) }
    func dot(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double { (a * b).sum() }
    func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
      SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    }
    let edge = v[1] - v[0]
    let across = cross(edge, v[2] - v[0])
    let area = dot(across, across).squareRoot()
    let first = edge / dot(edge, edge).squareRoot(), normal = across / area
    let second = cross(normal, first)
    let s = min(max((area * Double(model.inverseRestArea[i])).squareRoot(), 0.4), 2.5)
    var mean = first * a[0] + second * a[1] + normal * a[2]
    for c in 0..<3 { mean += v[c] * Double(model.barycentric[3 * i + c]) }
    let length4 = (3...6).reduce(0) { $0 + a[$1] * a[$1] }.squareRoot()
    let (w, x, y, z) = (a[3] / length4, a[4] / length4, a[5] / length4, a[6] / length4)
    let r = [
      [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
      [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
      [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    var result = [mean.x, mean.y, mean.z]
    for i in 0..<3 {
      for j in 0..<3 {
        let pr = first[i] * r[0][j] + second[i] * r[1][j] + normal[i] * r[2][j]
        result.append(pr * exponential(a[7 + j]) * s)
      }
    }
    result.append(0.99 / (1 + exponential(-a[10])))
    return result + a[11...13]
  }

  private func exponential(_ x: Double) -> Double {
    // A series on a thousandth of the argument's octave: far better than a float.
    var term = 1.0, sum = 1.0
    let t = x / 1024
    for k in 1...12 {
      term *= t / Double(k)
      sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
  }

  @Test(arguments: levels)
  func `poses as its documentation says`(level: InstructionLevel) {
    for codeLength in [8, 24] {
      let avatar = SyntheticAvatar.make(codeLength: codeLength, seed: UInt64(codeLength))
      let state = SyntheticAvatar.state(7, correction: codeLength)
      let poser = AvatarPoser(
        template: avatar.template, headShare: avatar.headShare, splats: avatar.splats, level: level)
      let code = avatar.code(of: state)
      poser.prepare(state, code: code)
      let buffer = SplatBuffer(count: avatar.splats.count)
      for part in 0..<3 {
        poser.pose(
          part: part, of: 3, avatar.splats, planes: buffer.pointer, stride: buffer.planeStride)
      }
      var worst = 0.0
      for (g, group) in avatar.splats.groups.enumerated() {
        for i in group.range {
          let expected = twin(
            avatar, code, poser.placed, splat: i, group: group, basis: avatar.splats.bases[g])
          for p in 0..<16 {
            let found = Double(buffer.pointer[p * buffer.planeStride + i])
            worst = max(worst, abs(found - expected[p]) / max(1, abs(expected[p])))
          }
        }
      }
      #expect(worst < 2e-5, "\(level), codes of \(codeLength): \(worst)")
    }
  }

  @Test func `a view moves what is drawn, not the code`() {
    let avatar = SyntheticAvatar.make()
    let state = SyntheticAvatar.state(3)
    let view = RigidTransform(
      rotation: Matrix3(rotationVector: [0, 0.4, 0]), translation: [5, 1, 2])
    let poser = AvatarPoser(
      template: avatar.template, headShare: avatar.headShare, splats: avatar.splats)
    poser.prepare(state, code: avatar.code(of: state))
    let plain = poser.placed
    poser.prepare(state, code: avatar.code(of: state), viewFromCamera: view)
    for (a, b) in zip(plain, poser.placed) { #expect((view * a - b).length < 1e-3) }
  }
}

struct AvatarRendererTests {
  /// Two real threads.
  private var two: Workers {
    Workers(count: 2) { jobs, body in
      withoutActuallyEscaping(body) { body in
        // Safe because concurrentPerform returns only when no call is left.
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
          for job in stride(from: jobs - 1 - worker, through: 0, by: -2) { body(worker, job) }
        }
      }
    }
  }

  @Test func `the picture does not depend on the number of workers`() {
    let avatar = SyntheticAvatar.make(surface: 1500, head: 300, torso: 200, size: 0.7)
    let one = AvatarRenderer(avatar: avatar), other = AvatarRenderer(avatar: avatar, workers: two)
    for seed in 1...5 as ClosedRange<UInt64> {
      let state = SyntheticAvatar.state(seed)
      let a = one.draw(state, camera: SyntheticAvatar.camera).rgba()
      let b = other.draw(state, camera: SyntheticAvatar.camera).rgba()
      #expect(a == b)
      #expect(a.samples.contains { $0 > 128 })
    }
  }

  @Test func `every part of a state shows`() {
    let avatar = SyntheticAvatar.make()
    let renderer = AvatarRenderer(avatar: avatar)
    func drawn(_ state: AvatarState) -> [UInt8] {
      renderer.draw(state, camera: SyntheticAvatar.camera).rgba().samples
    }
    let state = SyntheticAvatar.state(1)
    let plain = drawn(state)
    #expect(drawn(state) == plain)
    var other = state
    other.face.expression[.jawOpen] += 0.5
    #expect(drawn(other) != plain)
    other = state
    other.face.leftGaze.yaw += 0.2
    #expect(drawn(other) != plain)
    other = state
    other.cameraFromTorso.translation.x += 1
    #expect(drawn(other) != plain)
    other = state
    other.correction = [Float](repeating: 1, count: 8)
    #expect(drawn(other) != plain)
  }
}
