import AvatarModel
import Geometry

/// The whole state of a ``SplatTrainer`` between two steps.
public struct TrainerSnapshot: Sendable {
  let stepCount: Int
  let randomState: UInt64
  let numbers: [Float]

  init(stepCount: Int, randomState: UInt64, numbers: [Float]) {
    self.stepCount = stepCount
    self.randomState = randomState
    self.numbers = numbers
  }

  /// The state as bytes; ``init(bytes:)`` is the inverse.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    for v in [UInt64(stepCount), randomState, UInt64(numbers.count)] {
      withUnsafeBytes(of: v.littleEndian) { result += $0 }
    }
    numbers.withUnsafeBytes { result += $0 }
    return result
  }

  /// Reads a state; nil if the bytes are none.
  public init?(bytes: [UInt8]) {
    guard bytes.count >= 24 else { return nil }
    func word(_ i: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[8 * i + $1]) << UInt64(8 * $1) }
    }
    guard word(0) < 1 << 40, word(2) == UInt64((bytes.count - 24) / 4), bytes.count % 4 == 0 else {
      return nil
    }
    stepCount = Int(word(0))
    randomState = word(1)
    var numbers = [Float](repeating: 0, count: Int(word(2)))
    bytes.withUnsafeBytes { source in
      for i in numbers.indices {
        numbers[i] = source.loadUnaligned(fromByteOffset: 24 + 4 * i, as: Float.self)
      }
    }
    self.numbers = numbers
  }
}

extension SplatTrainer {
  /// A state does not belong to this fit.
  public struct MismatchedSnapshot: Error, Equatable {}

  /// Everything that the next step depends on.
  public var snapshot: TrainerSnapshot {
    TrainerSnapshot(
      stepCount: stepCount, randomState: random.state,
      numbers: splats.snapshot + codeMap.weights + corrections + poses
        + gazes + correctionState.snapshot + poseState.snapshot + mapState.snapshot
        + gazeState.snapshot)
  }

  /// Continues from a state of a fit of the same capture and options.
  public func restore(_ snapshot: TrainerSnapshot) throws(MismatchedSnapshot) {
    let sizes = [
      splats.snapshotCount, codeMap.weights.count, corrections.count, poses.count, gazes.count,
      correctionState.snapshot.count, poseState.snapshot.count, mapState.snapshot.count,
      gazeState.snapshot.count,
    ]
    guard snapshot.numbers.count == sizes.reduce(0, +) else { throw MismatchedSnapshot() }
    var start = 0
    func next(_ k: Int) -> ArraySlice<Float> {
      defer { start += sizes[k] }
      return snapshot.numbers[start..<start + sizes[k]]
    }
    stepCount = snapshot.stepCount
    random.state = snapshot.randomState
    splats.restore(next(0))
    codeMap.weights = Array(next(1))
    corrections = Array(next(2))
    poses = Array(next(3))
    gazes = Array(next(4))
    correctionState.restore(next(5))
    poseState.restore(next(6))
    mapState.restore(next(7))
    gazeState.restore(next(8))
  }
}
