import ExpressionStream
import FaceRig
import Geometry

/// One of the sources that drive a person: its last frames, by our clock.
struct MotionSourceTrack {
  /// How many frames are kept.
  static let memory = 16

  private(set) var frames: [(time: Double, frame: MotionFrame)] = []
  /// When the last frame came.
  private(set) var lastArrival: Double?
  /// How many frames came.
  private(set) var count = 0
  private var clock = ArrivalClock(guess: 0.01)
  private var lastSenderTime: Double?
  private var origin: Vector3?
  private var torsoOrigin: Vector3?
  private var centre: Matrix3?
  private let isCentred: Bool

  init(isCentred: Bool) {
    self.isCentred = isCentred
    frames.reserveCapacity(Self.memory + 1)
  }

  mutating func add(_ frame: MotionFrame, at now: Double) {
    var time = now
    if let sent = frame.time {
      // A clock that went back or leapt is a new one.
      if let last = lastSenderTime, sent < last - 1 || sent > last + 60 {
        clock = ArrivalClock(guess: 0.01)
      }
      lastSenderTime = sent
      clock.observe(sent, at: now)
      time = min(sent + clock.offset, now)
    }
    if let last = frames.last, time <= last.time { time = min(last.time + 1e-4, now) }
    lastArrival = now
    count += 1
    frames.append((time, placed(frame)))
    if frames.count > Self.memory { frames.removeFirst() }
  }

  /// A frame whose places are relative to the source's first one.
  private mutating func placed(_ frame: MotionFrame) -> MotionFrame {
    var frame = frame
    func moved(_ motion: inout BodyMotion?, from origin: inout Vector3?) {
      guard let place = motion?.translation else { return }
      if origin == nil { origin = place }
      motion?.translation = place - (origin ?? .zero)
    }
    moved(&frame.head, from: &origin)
    moved(&frame.torso, from: &torsoOrigin)
    if isCentred, let head = frame.head {
      if centre == nil { centre = head.rotation.transpose }
      frame.head?.rotation = (head.rotation * (centre ?? .identity)).orthonormalized
    }
    return frame
  }

  /// What the source says of a time, by our clock: mixed of the frames around it.
  func frame(at time: Double) -> MotionFrame? {
    // Of several at one time the last one knows most.
    guard let before = frames.lastIndex(where: { $0.time <= time }) else {
      return frames.first?.frame
    }
    if before + 1 == frames.count { return frames[before].frame }
    let (a, b) = (frames[before], frames[before + 1])
    let share = Float((time - a.time) / max(b.time - a.time, 1e-6))
    return a.frame.mixed(with: b.frame, share: share)
  }
}

extension BodyMotion {
  /// This motion and another, weighed `1 − share` and `share`.
  func mixed(with other: BodyMotion, share: Float) -> BodyMotion {
    let turn = (other.rotation * rotation.transpose).rotationVector
    var place = other.translation
    if let a = translation, let b = other.translation { place = a + (b - a) * share }
    return BodyMotion(
      rotation: (Matrix3(rotationVector: turn * share) * rotation).orthonormalized,
      translation: place)
  }
}

extension MotionFrame {
  /// This frame and another, weighed `1 − share` and `share`; what only one states is taken from it.
  func mixed(with other: MotionFrame, share: Float) -> MotionFrame {
    func mix(_ a: Gaze?, _ b: Gaze?) -> Gaze? {
      guard let a, let b else { return b ?? a }
      return Gaze(
        yaw: a.yaw + (b.yaw - a.yaw) * share, pitch: a.pitch + (b.pitch - a.pitch) * share)
    }
    func mix(_ a: BodyMotion?, _ b: BodyMotion?) -> BodyMotion? {
      guard let a, let b else { return b ?? a }
      return a.mixed(with: b, share: share)
    }
    var result = other
    for channel in ExpressionChannel.allCases where channels.contains(channel) {
      let value = expression[channel]
      result.expression[channel] =
        other.channels.contains(channel)
        ? value + (other.expression[channel] - value) * share : value
    }
    result.channels.formUnion(channels)
    result.head = mix(head, other.head)
    result.torso = mix(torso, other.torso)
    result.leftGaze = mix(leftGaze, other.leftGaze)
    result.rightGaze = mix(rightGaze, other.rightGaze)
    return result
  }
}
