import CAllocationCounter
import ExpressionStream
import Foundation
import Geometry
import MotionProtocols
import MotionSamples

/// Drives a person with an hour's datagrams, as fast as it goes, and watches memory.
struct MemoryBench {
  let format: MotionProtocol
  let count: Int

  /// A JSON object.
  func run() -> String {
    let reference = RigidTransform(
      rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 60])
    var driver = MotionDriver(inputs: [.init(format)], reference: reference, rate: 60)
    let sender = StreamSender(
      configuration: StreamConfiguration(
        transform: .generic(correction: 0, reference: reference), interval: 1500,
        camera: PinholeCamera(width: 640, height: 480, focalLength: 700)),
      options: SenderOptions(delivery: .broadcast))
    // Made before, so that only the receiving side is counted.
    let samples = (0..<600).map {
      PacketSamples.packets(format, PacketSamples.frame(Double($0) / 60))
    }
    var packet: [UInt8] = []
    var requests: [Double] = []
    var resident: [Int] = []
    let part = max(count / 10, 1)
    var before = allocation_count()
    for k in 0..<count {
      let now = Double(k) / 60
      for bytes in samples[k % samples.count] { try? driver.receive(bytes, from: 0, at: now) }
      if let state = driver.state(at: now) {
        sender.add(state)
        _ = try? sender.writePacket(into: &packet)
      }
      if (k + 1) % part == 0 {
        let after = allocation_count()
        requests.append(Double(after - before) / Double(part))
        before = after
        resident.append(Self.residentBytes() >> 10)
      }
    }
    let first = requests.count > 1 ? requests[1] : 0
    return """
      {"protocol": "\(format.rawValue)", "packets": \(count), "requestsAPacket": \
      \(String(format: "%.2f", first)), "requestsAPacketLast": \
      \(String(format: "%.2f", requests.last ?? 0)), "residentKilobytes": \(resident)}
      """
  }

  private static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
  }
}
