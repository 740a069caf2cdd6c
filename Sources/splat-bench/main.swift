import Foundation
import GaussianSplats
import Geometry
import NativeWorkers
import SplatFitting

// splat-bench [--splats 10000,30000] [--size 256,512] [--threads 1,2] [--level baseline,v3,v4]
//   [--opaque] [--rounds 15] [--fitting]
// prints one JSON object: milliseconds (the least and the median of --rounds rounds) and rates.

/// The numbers after `name` on the command line.
func option(_ name: String, _ standard: [Int]) -> [Int] {
  guard let i = CommandLine.arguments.firstIndex(of: name), i + 1 < CommandLine.arguments.count
  else { return standard }
  return CommandLine.arguments[i + 1].split(separator: ",").compactMap { Int($0) }
}

func levels() -> [InstructionLevel] {
  let all = InstructionLevel.allCases.filter { $0 <= .best }
  guard let i = CommandLine.arguments.firstIndex(of: "--level"),
    i + 1 < CommandLine.arguments.count
  else { return [.best] }
  let names = CommandLine.arguments[i + 1].split(separator: ",")
  return all.filter { names.contains("\($0)"[...]) }
}

let rounds = option("--rounds", [15])[0]
var rows: [String] = []
for level in levels() {
  let limit = KernelLimit(level: level)
  rows.append(
    """
      {"level": "\(level)", "bare kernel, 1 thread": {"forward Gpx/s": \(rounded(limit.forward)), \
    "backward Gpx/s": \(rounded(limit.backward))}}
    """)
  for threads in option("--threads", [1, 2]) {
    for count in option("--splats", [10_000, 30_000, 100_000]) {
      for size in option("--size", [256, 512, 1024]) {
        let result = measure(
          level: level, threads: threads, count: count, size: size, rounds: rounds)
        rows.append("  " + result.json(limit))
      }
    }
  }
}
if CommandLine.arguments.contains("--fitting") { rows.append("  " + measureFitting(rounds)) }
print("[\n" + rows.joined(separator: ",\n") + "\n]")
