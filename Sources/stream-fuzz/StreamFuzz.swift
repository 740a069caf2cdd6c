import Foundation

/// `stream-fuzz [COUNT] [SEED]`: reads that many spoilt inputs and says how it went.
@main
struct StreamFuzz {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) ?? 0 }
    let count = Int(arguments.first ?? 1_000_000)
    let seed = arguments.count > 1 ? arguments[arguments.startIndex + 1] : 1
    var fuzzer = Fuzzer(seed: seed)
    let clock = ContinuousClock()
    let start = clock.now
    let memoryAtStart = residentBytes()
    var most = 0
    var slowest = Duration.zero
    for k in 1...max(count, 1) {
      let began = clock.now
      fuzzer.step()
      slowest = max(slowest, clock.now - began)
      if k % 10_000 == 0 { most = max(most, residentBytes() - memoryAtStart) }
      if k % 1_000_000 == 0 {
        print("\(k) inputs, \(seconds(clock.now - start)) s")
        fflush(nil)
      }
    }
    let time = seconds(clock.now - start)
    let c = fuzzer.counts
    print(
      """
      \(c.total) spoilt inputs (seed \(seed)): \(c.datagrams) datagrams, \(c.signatures) signatures, \
      \(c.recordings) recordings, \(c.configurations) configurations
      no trap; \(c.refused) refused with typed errors, \(c.accepted) read, \(c.states) states out
      \(Int(Double(c.total) / time)) inputs a second; the slowest took \
      \(String(format: "%.1f", seconds(slowest) * 1000)) ms; memory grew by \(most >> 10) kB at most
      """)
  }

  private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

  /// Memory in use, by the kernel's account; 0 where it gives none.
  private static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
  }
}
