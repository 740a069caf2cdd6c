public import AvatarModel
public import Geometry

extension StreamTransform {
  /// A transform whose components are the coordinates themselves, for avatars that learnt none.
  ///
  /// The units are rough guesses of how much each coordinate shows.
  ///
  /// - Parameters:
  ///   - correction: numbers in each state's correction, 0…128.
  ///   - reference: the pose from which turns are counted, camera from head.
  public static func plain(correction: Int, reference: RigidTransform) -> StreamTransform {
    let n = StateCoordinates.correction + correction
    var basis = [Float](repeating: 0, count: n * n)
    for i in 0..<n {
      let isPose = i >= StateCoordinates.head && i < StateCoordinates.correction
      basis[i * n + i] =
        isPose ? 2 : i >= StateCoordinates.gaze && i < StateCoordinates.head ? 5 : 10
    }
    return StreamTransform(
      reference: reference, mean: [Float](repeating: 0, count: n), basis: basis,
      incrementScale: [Float](repeating: 0.004, count: n),
      levelScale: [Float](repeating: 0.02, count: n))
  }
}
