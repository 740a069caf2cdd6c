public import AvatarModel
import FaceRig
public import Geometry

extension StreamTransform {
  /// The transform of people whose avatar has learnt none, or who have no avatar.
  ///
  /// How much each movement shows was measured in pictures of one avatar, how faces move was learnt
  /// from it and from recordings of another face, both averaged with their mirror images
  /// (`stream-bench generic`). Corrections are components of their own.
  ///
  /// - Parameters:
  ///   - correction: numbers in each state's correction, 0…128.
  ///   - reference: the pose from which turns are counted, camera from head.
  public static func generic(correction: Int, reference: RigidTransform) -> StreamTransform {
    let learnt = learnt
    let small = learnt.count, n = small + correction
    let face = StateCoordinates.torso
    var mean = learnt.mean + [Float](repeating: 0, count: correction)
    let state = AvatarState(
      face: FaceState(cameraFromHead: reference), cameraFromTorso: reference)
    var pose = [Float](repeating: 0, count: small)
    var span = pose.mutableSpan
    StateCoordinates.write(state, reference: reference, into: &span)
    for i in StateCoordinates.head..<StateCoordinates.correction { mean[i] = pose[i] }

    var basis = [Float](repeating: 0, count: n * n)
    var increments: [Float] = [], levels: [Float] = []
    for k in 0..<n {
      if k >= face && k < face + correction {
        basis[k * n + small + k - face] = correctionUnit
        increments.append(0.003)
        levels.append(0.03)
        continue
      }
      let from = k < face ? k : k - correction
      for i in 0..<small { basis[k * n + i] = learnt.basis[from * small + i] }
      increments.append(learnt.incrementScale[from])
      levels.append(learnt.levelScale[from])
    }
    return StreamTransform(
      reference: reference, mean: mean, basis: basis, incrementScale: increments,
      levelScale: levels)
  }

  /// The correction that shows as much as one unit of a component.
  private static var correctionUnit: Float { 80 }

  /// What was learnt, without corrections.
  private static var learnt: StreamTransform {
    let text = GenericTransformData.hexadecimal
    func digit(_ at: Int) -> UInt8 {
      let c = text.utf8Start[at]
      return c < 58 ? c - 48 : c - 87
    }
    let bytes = (0..<text.utf8CodeUnitCount / 2).map { digit(2 * $0) << 4 | digit(2 * $0 + 1) }
    guard let transform = try? StreamTransform(bytes: bytes) else {
      preconditionFailure("what was learnt can be read")
    }
    return transform
  }
}
