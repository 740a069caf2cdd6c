import Foundation

/// `stream-fuzz [COUNT] [SEED]`: reads that many spoilt inputs and says how it went.
///
/// Fails where memory grows beyond ``memoryBound``; ends with SIGALRM where an input hangs.
@main
struct StreamFuzz {
  /// What all readers together may take beyond what they had after the first inputs, in bytes.
  static let memoryBound = 16 << 20
  /// Seconds that a thousand inputs may take.
  static let patience: UInt32 = 120

  static func main() {
    let arguments = CommandLine.arguments.dropFirst().map { UInt64($0) ?? 0 }
    let count = Int(arguments.first ?? 1_000_000)
    let seed = arguments.count > 1 ? arguments[arguments.startIndex + 1] : 1
    var fuzzer = Fuzzer(seed: seed)
    let clock = ContinuousClock()
    let start = clock.now
    let memoryAtStart = residentBytes()
    var most = 0
    var slowest = (time: 0.0, input: "", number: 0)
    for k in 1...max(count, 1) {
      if k % 1000 == 1 { alarm(patience) }
      let began = processorSeconds()
      let input = fuzzer.step()
      let time = processorSeconds() - began
      if time > slowest.time { slowest = (time, input, k) }
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
      \(c.total) spoilt inputs (seed \(seed)): \(c.packets) packets, \(c.answers) answers, \
      \(c.riders) riders, \(c.datagrams) datagrams of files, \(c.signatures) signatures, \
      \(c.recordings) recordings, \(c.configurations) configurations
      no trap; \(c.refused) refused with typed errors, \(c.accepted) read, \(c.states) states out
      \(Int(Double(c.total) / time)) inputs a second; the slowest took \
      \(String(format: "%.1f", slowest.time * 1000)) ms of processor time (number \(slowest.number), \
      \(slowest.input)); memory grew by \(most >> 10) kB at most
      """)
    if most > memoryBound {
      print("memory grew beyond its bound of \(memoryBound >> 10) kB")
      exit(1)
    }
  }

  private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

  /// Time that this process has computed for.
  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Memory in use, by the kernel's account; 0 where it gives none.
  private static func residentBytes() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return 0
    }
    let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return pages * Int(getpagesize())
  }
}
