import AvatarModel
import FaceRig
import Geometry

/// States as a path: straight in ``StateCoordinates`` between them, still before and after.
struct StatePath {
  private let reference: RigidTransform
  private let width: Int
  private var times: [Double] = []
  private var values: [Float] = []

  init(_ states: [AvatarState], reference: RigidTransform) {
    self.reference = reference
    width = StateCoordinates.correction + (states.map(\.correction.count).max() ?? 0)
    var row = [Float](repeating: 0, count: width)
    for state in states {
      var span = row.mutableSpan
      StateCoordinates.write(state, reference: reference, into: &span)
      times.append(state.face.time)
      values += row
    }
  }

  /// The state at a time.
  func state(at time: Double) -> AvatarState {
    // The first state after `time`.
    var low = 0, high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= time { low = middle + 1 } else { high = middle }
    }
    let next = min(low, times.count - 1), before = max(0, low - 1)
    let share =
      next == before ? 0 : Float((time - times[before]) / (times[next] - times[before]))
    var row = [Float](repeating: 0, count: width)
    for k in 0..<width {
      let a = values[before * width + k], b = values[next * width + k]
      row[k] = a + (b - a) * share
    }
    var state = AvatarState(
      face: .init(), cameraFromTorso: .identity,
      correction: [Float](repeating: 0, count: width - StateCoordinates.correction))
    StateCoordinates.read(row.span, reference: reference, into: &state)
    state.face.time = time
    return state
  }
}
