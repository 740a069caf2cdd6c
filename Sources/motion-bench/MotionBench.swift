import Foundation
import MotionProtocols

/// `motion-bench time [SECONDS]`: milliseconds from a program's datagram to the stream's packet, over
/// loopback at 60 a second.
///
/// `motion-bench memory [PACKETS]`: requests for memory and resident memory over an hour's datagrams.
///
/// Prints one JSON object a protocol.
@main
struct MotionBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "time":
      let seconds = arguments.dropFirst().first.flatMap { Double($0) } ?? 10
      for format in MotionProtocol.allCases {
        print(try LatencyBench(format: format, seconds: seconds).run())
      }
    case "memory":
      let count = arguments.dropFirst().first.flatMap { Int($0) } ?? 216_000
      for format in MotionProtocol.allCases {
        print(MemoryBench(format: format, count: count).run())
      }
    default:
      print("motion-bench time [SECONDS] | memory [PACKETS]")
      exit(64)
    }
  }
}
