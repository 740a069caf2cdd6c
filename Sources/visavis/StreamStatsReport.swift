import ExpressionStream
import Foundation

/// What `visavis stream-stats` finds.
struct StreamStatsReport: Codable, Equatable {
  /// Kilobits a second of one part of the file.
  struct Part: Codable, Equatable {
    var name: String
    var kilobitsPerSecond: Double
    /// Of the whole file.
    var share: Double
  }

  /// How many bits a state takes.
  struct Distribution: Codable, Equatable {
    var mean, median, ninetieth, ninetyNinth, largest: Double
  }

  var path: String
  var states: Int
  /// Seconds, and states in one.
  var seconds, statesPerSecond: Double
  /// The likeness that the stream was coded for, in decibels; the width of a step in the same
  /// measure's root.
  var nominalQuality: Int
  var step: Double
  /// The whole file, and the coded states alone.
  var kilobitsPerSecond, payloadKilobitsPerSecond: Double
  /// What the file consists of; sums to the whole.
  var parts: [Part]
  /// What the coded states consist of: the time, fields of the state and what bytes round up.
  var fields: [Part]
  /// Bits of each component of the transform, a second.
  var componentBitsPerSecond: [Double]
  var bitsPerState: Distribution
  /// Key states among all; datagrams; states in one.
  var keyShare: Double
  var datagrams: Int
  var statesPerDatagram: Double
  var unreadableStates: Int

  init(path: String, statistics s: RecordingStatistics, configuration: StreamConfiguration) {
    self.path = path
    states = s.stateBits.count
    let interval =
      states > 1
      ? (s.lastTime - s.firstTime) / Double(states - 1)
      : Double(configuration.interval) / StreamConfiguration.ticksPerSecond
    seconds = Double(states) * interval
    statesPerSecond = 1 / max(interval, 1e-9)
    nominalQuality = configuration.quality
    step = Double(configuration.step)
    let rate = seconds > 0 ? 1 / (1000 * seconds) : 0
    let all = Double(s.fileBytes) * 8
    kilobitsPerSecond = all * rate
    payloadKilobitsPerSecond = Double(s.codedBytes) * 8 * rate
    func part(_ name: String, bits: Double) -> Part {
      Part(name: name, kilobitsPerSecond: bits * rate, share: bits / max(all, 1))
    }
    var parts = [
      ("configuration", s.configurationBytes), ("states", s.codedBytes),
      ("packet headers", s.headerBytes),
    ]
    parts += Self.sections(s)
    parts += [
      ("signatures", s.signatureBytes), ("other packets", s.otherBytes),
      ("records", s.frameBytes), ("index", s.indexBytes), ("damaged", s.damagedBytes),
    ]
    self.parts = parts.filter { $0.1 > 0 }.map { part($0.0, bits: Double($0.1) * 8) }
    var named = [("times", s.timeBits)]
    for field in RecordingStatistics.Field.allCases {
      named.append((String(describing: field), s.fieldBits[field.rawValue]))
    }
    let sum = named.reduce(0) { $0 + $1.1 }
    named.append(("whole bytes", max(0, Double(s.codedBytes) * 8 - sum)))
    fields = named.map { part($0.0, bits: $0.1) }
    componentBitsPerSecond = s.componentBits.map { $0 * rate * 1000 }
    let sorted = s.stateBits.sorted()
    let percentile = { (share: Double) in
      sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))])
    }
    bitsPerState = Distribution(
      mean: sorted.reduce(0) { $0 + Double($1) } / Double(max(sorted.count, 1)),
      median: percentile(0.5), ninetieth: percentile(0.9), ninetyNinth: percentile(0.99),
      largest: Double(sorted.last ?? 0))
    keyShare = Double(s.keyCount) / Double(max(states, 1))
    datagrams = s.datagramCount
    statesPerDatagram = Double(states) / Double(max(datagrams, 1))
    unreadableStates = s.unreadableStateCount
  }

  /// The bytes of each kind of section, then of those of unknown types.
  private static func sections(_ s: RecordingStatistics) -> [(String, Int)] {
    var unknown = s.sectionBytes
    var sections = PacketSection.Kind.allCases.map { kind in
      let bytes = s.sectionBytesByType[Int(kind.rawValue)]
      unknown -= bytes
      let name =
        switch kind {
        case .upperBody: "upper body"
        case .hands: "hands"
        case .personal: "personal"
        case .configurationIdentifier: "identifiers"
        case .acknowledgement: "acknowledgements"
        }
      return (name, bytes)
    }
    sections.append(("other sections", unknown))
    return sections
  }

  /// The report for people.
  var text: String {
    func line(_ part: Part) -> String {
      "  " + part.name.padding(toLength: 16, withPad: " ", startingAt: 0)
        + String(format: "%8.3f kbit/s  %5.1f %%", part.kilobitsPerSecond, part.share * 100)
    }
    var lines = [
      "\(path): \(states) states in "
        + String(format: "%.1f s (%.4g a second), ", seconds, statesPerSecond)
        + String(
          format: "%.3f kbit/s, of which the states %.3f; nominal quality %d dB",
          kilobitsPerSecond, payloadKilobitsPerSecond, nominalQuality)
    ]
    lines += parts.map(line)
    lines.append("of the states")
    lines += fields.map(line)
    let b = bitsPerState
    lines.append(
      String(
        format:
          "bits a state: mean %.1f, median %.1f, 90 %% below %.1f, 99 %% below %.1f, most %.1f",
        b.mean, b.median, b.ninetieth, b.ninetyNinth, b.largest))
    lines.append(
      String(
        format: "%.1f %% are key states; %d packets of %.1f states", keyShare * 100, datagrams,
        statesPerDatagram))
    if unreadableStates > 0 { lines.append("\(unreadableStates) states cannot be read") }
    return lines.joined(separator: "\n")
  }
}
