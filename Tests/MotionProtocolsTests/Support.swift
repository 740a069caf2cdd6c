import FaceMotion
import FaceRig
import Foundation
import Geometry

@testable import MotionProtocols

/// A folder of data that is not in the repository; nil where it is absent.
func shared(_ name: String) -> URL? {
  let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  let folder =
    ProcessInfo.processInfo.environment["VISAVIS_SHARED"].map { URL(fileURLWithPath: $0) }
    ?? root.deletingLastPathComponent().appendingPathComponent("shared")
  let url = folder.appendingPathComponent(name)
  if FileManager.default.fileExists(atPath: url.path) { return url }
  print("skipped: no \(name)")
  return nil
}

/// A frame that says everything, with different numbers everywhere.
func fullFrame(time: Double = 1.5) -> MotionFrame {
  var frame = MotionFrame()
  for channel in ExpressionChannel.allCases { frame.set(channel, Float(channel.rawValue + 1) / 64) }
  frame.head = BodyMotion(yaw: 0.3, pitch: -0.2, roll: 0.1, translation: [3, -2, 1])
  frame.leftGaze = Gaze(yaw: 0.1, pitch: -0.05)
  frame.rightGaze = Gaze(yaw: 0.08, pitch: -0.04)
  frame.time = time
  return frame
}

/// The largest difference of two expressions among channels.
func difference(
  _ a: FaceRig.Expression, _ b: FaceRig.Expression, _ channels: ChannelSet = .all
) -> Float {
  channels.channels.map { (a[$0] - b[$0]).magnitude }.max() ?? 0
}

/// The angle between two rotations.
func angle(_ a: Matrix3, _ b: Matrix3) -> Float { (a * b.transpose).rotationVector.length }

/// The error that something throws as a protocol's.
func protocolError(_ body: () throws(ProtocolError) -> Void) -> ProtocolError? {
  do throws(ProtocolError) {
    try body()
    return nil
  } catch { return error }
}

/// A mixer that expectations can call.
final class Mixing {
  private var mixer: MotionMixer

  init(sources: [MotionMixer.Source], options: MotionMixer.Options = .init()) {
    mixer = MotionMixer(sources: sources, options: options)
  }

  func add(_ frame: MotionFrame, from source: Int, at now: Double) {
    mixer.add(frame, from: source, at: now)
  }

  func frame(at now: Double) -> MotionFrame? { mixer.frame(at: now) }

  func source(of region: MotionRegion) -> Int? { mixer.source(of: region) }
}
