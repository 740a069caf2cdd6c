import Datagrams
import ExpressionStream
import Foundation
import Geometry
import MotionProtocols
import MotionSamples
import Synchronization

/// A program that sends at 60 a second from a thread of its own, and a person that it drives.
struct LatencyBench {
  let format: MotionProtocol
  let seconds: Double

  private final class Times: Sendable {
    /// When the first datagram of each frame was handed to the system.
    let sent = Mutex<[Double]>([])
  }

  /// A JSON object.
  func run() throws -> String {
    let socket = try DatagramSocket.listening(at: 0, isLocal: true)
    let sink = try DatagramSocket.listening(at: 0, isLocal: true)
    let output = try DatagramSocket.connected(to: "127.0.0.1", port: sink.port)
    let reference = RigidTransform(
      rotation: Matrix3([1, 0, 0], [0, -1, 0], [0, 0, -1]), translation: [0, 0, 60])
    var driver = MotionDriver(inputs: [.init(format)], reference: reference, rate: 60)
    let sender = StreamSender(
      configuration: StreamConfiguration(
        transform: .generic(correction: 0, reference: reference), interval: 1500,
        camera: PinholeCamera(width: 640, height: 480, focalLength: 700)),
      options: SenderOptions(delivery: .broadcast))
    let times = Times()
    let count = Int(seconds * 60)
    start(count, port: socket.port, times)
    var packet: [UInt8] = []
    var latencies: [Double] = []
    var frames = 0
    let deadline = Self.now() + seconds + 3
    while frames < count && Self.now() < deadline {
      guard !DatagramSocket.wait([socket], seconds: 0.1).isEmpty else { continue }
      while let bytes = socket.receive() {
        let now = Self.now()
        let before = driver.counts[0].frames
        try? driver.receive(bytes, from: 0, at: now)
        if driver.counts[0].frames > before {
          // VRCFaceTracking's parameters come in several datagrams, each of which says something.
          frames = times.sent.withLock { $0.count }
        }
        guard let state = driver.state(at: now) else { continue }
        sender.add(state)
        if (try? sender.writePacket(into: &packet)) ?? false { output.send(packet) }
        let sent = times.sent.withLock { $0.last ?? now }
        latencies.append(Self.now() - sent)
      }
      while sink.receive() != nil {}
    }
    latencies.sort()
    func quantile(_ share: Double) -> String {
      guard !latencies.isEmpty else { return "null" }
      let index = min(Int(Double(latencies.count) * share), latencies.count - 1)
      return String(format: "%.3f", latencies[index] * 1000)
    }
    return """
      {"protocol": "\(format.rawValue)", "frames": \(count), "states": \(latencies.count), \
      "medianMilliseconds": \(quantile(0.5)), "p95Milliseconds": \(quantile(0.95)), \
      "mostMilliseconds": \(quantile(1))}
      """
  }

  private func start(_ count: Int, port: Int, _ times: Times) {
    let format = format
    Thread.detachNewThread {
      guard let socket = try? DatagramSocket.connected(to: "127.0.0.1", port: port) else { return }
      let begin = Self.now() + 0.05
      for k in 0..<count {
        let packets = PacketSamples.packets(format, PacketSamples.frame(Double(k) / 60))
        let wait = begin + Double(k) / 60 - Self.now()
        if wait > 0 { usleep(UInt32(wait * 1e6)) }
        times.sent.withLock { $0.append(Self.now()) }
        for packet in packets { socket.send(packet) }
      }
    }
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
