import Dispatch

/// How long the steps of driving took, frame by frame.
public struct DrivingTimes: Sendable {
  /// Milliseconds of one step.
  public struct Step: Sendable {
    /// One number a frame that took the step.
    public private(set) var milliseconds: [Double] = []

    /// The middle value; nil if the step was never taken.
    public var median: Double? {
      milliseconds.isEmpty ? nil : milliseconds.sorted()[milliseconds.count / 2]
    }

    mutating func append(since start: UInt64) {
      milliseconds.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
    }

    mutating func append(_ value: Double) { milliseconds.append(value) }
  }

  /// Landmarks and irises; the matte, at the same time on another thread.
  public internal(set) var landmarks = Step(), matte = Step()
  /// Landmarks to face state; photometric steps; a whole frame.
  public internal(set) var solve = Step(), refine = Step(), frame = Step()
}
