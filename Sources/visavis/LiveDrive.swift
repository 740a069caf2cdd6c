import AvatarModel
import CoreFoundation
import Datagrams
import ExpressionStream
import Foundation
import MotionProtocols

/// Programs that send a face drive an avatar, until Control-C.
struct LiveDrive {
  /// One `--from`.
  struct Source {
    var format: MotionProtocol
    var port: Int
    var regions: Set<MotionRegion>
  }

  var sources: [Source]
  /// The phone that iFacialMocap runs on, which has to be asked.
  var phone: String?
  var isCentred: Bool
  var rate: Double
  /// Seconds after which it ends by itself; nil for never.
  var duration: Double?
  var isQuiet: Bool

  /// Drives until Control-C.
  ///
  /// - Throws: `DatagramError` where a port is taken.
  func run(avatar: Avatar, into sink: any StateSink, to target: String) throws -> LiveReport {
    let sockets = try sources.map { try DatagramSocket.listening(at: $0.port) }
    var driver = MotionDriver(
      inputs: sources.map {
        .init($0.format, source: .init(regions: $0.regions, isCentred: isCentred))
      },
      reference: avatar.reference, rate: rate)
    var monitor = LiveMonitor(sources: sources, isQuiet: isQuiet)
    let start = Self.now()
    var asked = -Double.infinity
    var states = 0
    while !Interruption.isRequested {
      var now = Self.now()
      if let duration, now - start >= duration { break }
      if let phone, now - asked >= 2 {
        for (k, source) in sources.enumerated() where source.format == .iFacialMocap {
          sockets[k].send(IFacialMocapReceiver.request(), to: phone, port: 49983)
        }
        asked = now
      }
      let wait = min(max(driver.nextTime - now, 0.001), 0.1)
      let ready = DatagramSocket.wait(sockets, seconds: wait)
      now = Self.now()
      for k in ready {
        while let packet = sockets[k].receive() {
          do throws(ProtocolError) {
            try driver.receive(packet, from: k, at: now)
          } catch {
            monitor.note(error, from: k)
          }
        }
      }
      if let state = driver.state(at: now) {
        sink.add(state)
        states += 1
      }
      monitor.show(driver, states: states, at: now - start)
    }
    monitor.finish()
    if states == 0 {
      throw LiveDriveError.nothingCame(
        sources: sources.map { "\($0.format.title) at port \($0.port)" },
        packets: driver.counts.reduce(0) { $0 + $1.packets }, error: monitor.lastError)
    }
    try sink.finish()
    return LiveReport(
      target: target, seconds: Self.now() - start, states: states, bytes: sink.byteCount,
      sources: zip(sources, driver.counts).map { source, counts in
        .init(
          format: source.format.rawValue, port: source.port, packets: counts.packets,
          frames: counts.frames, refused: counts.refused)
      })
  }

  /// Seconds of a clock that nobody sets.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// What live driving did.
struct LiveReport: Codable, Equatable {
  /// What came from one program.
  struct Source: Codable, Equatable {
    var format: String
    var port: Int
    /// Datagrams, those that say something of a face, and those that were refused.
    var packets, frames, refused: Int
  }

  /// Where the states went.
  var target: String
  var seconds: Double
  var states, bytes: Int
  var sources: [Source]

  /// The report for people.
  var text: String {
    let first =
      "\(target): \(states) states in \(String(format: "%.1f", seconds)) s, "
      + "\((bytes + 500) / 1000) kB"
    return
      ([first]
      + sources.map {
        "  \($0.format) at port \($0.port): \($0.packets) datagrams, \($0.frames) frames, "
          + "\($0.refused) refused"
      }).joined(separator: "\n")
  }
}

/// Why live driving made nothing.
enum LiveDriveError: Error, Equatable, UserFacingError {
  /// Nobody sent a face.
  case nothingCame(sources: [String], packets: Int, error: ProtocolError?)

  var sentence: String {
    switch self {
    case .nothingCame(let sources, let packets, let error):
      let heard = sources.joined(separator: ", ")
      if packets == 0 {
        return "Nothing came from \(heard). Check the sender's address and port, and the firewall."
      }
      let reason = error.map { ": " + $0.sentence } ?? "; the sender may see no face."
      return "\(packets) datagrams came (\(heard)), but none had a face\(reason)"
    }
  }

  var exitCode: FailureCode { .noInput }
}

/// The line that says how live driving goes.
struct LiveMonitor {
  let sources: [LiveDrive.Source]
  let isQuiet: Bool
  /// The last datagram's that was refused.
  private(set) var lastError: ProtocolError?
  private var shownAt = 0.0
  private var frames: [Int]
  private var states = 0
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(sources: [LiveDrive.Source], isQuiet: Bool) {
    self.sources = sources
    self.isQuiet = isQuiet
    frames = sources.map { _ in 0 }
  }

  /// Notes a refusal; the first of a source is told.
  mutating func note(_ error: ProtocolError, from source: Int) {
    if lastError == nil && !isQuiet {
      write("\(sources[source].format.title): \(error.sentence)\n")
    }
    lastError = error
  }

  /// Shows rates, refusals and who drives what: every second on a terminal, every ten elsewhere.
  mutating func show(_ driver: MotionDriver, states: Int, at time: Double) {
    let span = time - shownAt
    guard !isQuiet, span >= (isTerminal ? 1 : 10) else { return }
    var parts = [
      String(format: "%.0f s, %.0f states a second", time, Double(states - self.states) / span)
    ]
    for (k, source) in sources.enumerated() {
      let count = driver.counts[k]
      let regions = MotionRegion.allCases.filter { driver.mixer.source(of: $0) == k }
      parts.append(
        String(
          format: "%@ %.0f a second", source.format.title, Double(count.frames - frames[k]) / span)
          + (count.refused > 0 ? " (\(count.refused) refused)" : "")
          + (regions.isEmpty ? "" : " drives " + regions.map(\.rawValue).joined(separator: " ")))
      frames[k] = count.frames
    }
    (shownAt, self.states) = (time, states)
    write(
      (isTerminal ? "\r\u{1B}[K" : "") + parts.joined(separator: "; ") + (isTerminal ? "" : "\n"))
  }

  /// Ends the line.
  func finish() {
    if isTerminal && !isQuiet && shownAt > 0 { write("\n") }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
