import FaceRig
import Foundation
import Geometry
import MotionProtocols
import MotionSamples

/// `motion-fuzz [COUNT] [SEED]`: gives every protocol's receiver that many spoilt datagrams.
///
/// Whatever happens must be a typed error or a frame; a trap ends the process, and with it the run. Fails
/// where memory grows beyond 16 MB, or where a frame holds a number that is out of range.
@main
struct MotionFuzz {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    let count = Int(arguments.first ?? 1_000_000)
    let seed = arguments.count > 1 ? arguments[1] : 1
    var hasFailed = false
    for format in MotionProtocol.allCases {
      hasFailed = !run(format, count: count, seed: seed) || hasFailed
    }
    exit(hasFailed ? 1 : 0)
  }

  /// Fuzzes one protocol; returns whether all was well.
  static func run(_ format: MotionProtocol, count: Int, seed: UInt64) -> Bool {
    let samples = (0..<8).flatMap { PacketSamples.packets(format, PacketSamples.frame(Double($0))) }
    var mutator = PacketMutator(seed: seed)
    var receiver = format.makeReceiver()
    var frames = 0, refused = 0, incomplete = 0, wrong = 0
    let memory = residentBytes()
    var most = 0
    let start = ContinuousClock().now
    for k in 0..<count {
      if k % 5000 == 0 {
        receiver = format.makeReceiver()
        alarm(120)
      }
      let sample = samples[mutator.index(samples.count)]
      let packet = mutator.spoil(sample, with: samples[mutator.index(samples.count)])
      do throws(ProtocolError) {
        if let frame = try receiver.receive(packet) {
          frames += 1
          if !isSound(frame) { wrong += 1 }
        } else {
          incomplete += 1
        }
      } catch {
        refused += 1
      }
      if k % 10_000 == 0 { most = max(most, residentBytes() - memory) }
    }
    let seconds = (ContinuousClock().now - start) / .seconds(1)
    print(
      "\(format.title): \(count) spoilt datagrams, no trap; \(refused) refused with typed errors, "
        + "\(frames) frames, \(incomplete) that complete nothing; \(Int(Double(count) / seconds)) a "
        + "second; memory grew by \(most >> 10) kB at most; \(wrong) unsound frames")
    return wrong == 0 && most < 16 << 20
  }

  /// Whether all numbers are in range.
  static func isSound(_ frame: MotionFrame) -> Bool {
    for i in 0..<52 where !(frame.expression[i] >= 0 && frame.expression[i] <= 1) { return false }
    if let head = frame.head {
      if !(abs(head.rotation.determinant - 1) < 1e-2) { return false }
      if let place = head.translation, !(place.length < 1e9) { return false }
    }
    for gaze in [frame.leftGaze, frame.rightGaze] {
      if let gaze, !(gaze.yaw.magnitude < 1e6 && gaze.pitch.magnitude < 1e6) { return false }
    }
    return true
  }

  /// Memory of this process that is not on disk; 0 where the system does not say.
  static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * 4096
  }
}
