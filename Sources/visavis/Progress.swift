import Foundation

/// Says on standard error how far a long task is.
///
/// On a terminal one line is rewritten, with rate and time left; elsewhere plain lines appear every few
/// seconds. Standard output stays free for results.
///
/// ```swift
/// let progress = ProgressReporter("Comparing", unit: "frames", total: 300, quiet: output.quiet)
/// for frame in frames { …; progress.advance() }
/// progress.finish()
/// ```
final class ProgressReporter {
  /// Where and how progress is shown.
  enum Style: Equatable {
    /// One line that is rewritten; its width in columns.
    case bar(columns: Int)
    /// Lines, seconds apart.
    case lines
    /// Nothing.
    case silent
  }

  private let title: String
  private let unit: String
  private let total: Int?
  private let style: Style
  private let clock: () -> Double
  private let write: (String) -> Void
  private let start: Double
  private var shownAt: Double
  private var lastLength = 0
  private var isFinished = false
  /// How much is done.
  private(set) var done = 0

  /// Starts a task.
  ///
  /// - Parameters:
  ///   - title: What is being done, such as `Comparing`.
  ///   - unit: What is counted, in the plural.
  ///   - total: How many there will be; nil (or 0) where unknown.
  ///   - quiet: Shows nothing.
  convenience init(_ title: String, unit: String = "frames", total: Int? = nil, quiet: Bool = false)
  {
    self.init(
      title, unit: unit, total: total,
      style: quiet ? .silent : Self.style(of: FileHandle.standardError),
      clock: { ProcessInfo.processInfo.systemUptime },
      write: { FileHandle.standardError.write(Data($0.utf8)) })
  }

  /// Starts a task whose clock and output are given.
  init(
    _ title: String, unit: String, total: Int?, style: Style, clock: @escaping () -> Double,
    write: @escaping (String) -> Void
  ) {
    self.title = title
    self.unit = unit
    self.total = total.flatMap { $0 > 0 ? $0 : nil }
    self.style = style
    self.clock = clock
    self.write = write
    start = clock()
    // The first line or bar appears at once on a terminal, after a few seconds elsewhere.
    shownAt = style == .lines ? start : -.infinity
  }

  deinit { finish() }

  /// Adds to what is done.
  func advance(by count: Int = 1) {
    advance(to: done + count)
  }

  /// Sets what is done.
  func advance(to count: Int) {
    done = count
    let now = clock()
    switch style {
    case .silent: return
    case .bar(let columns):
      guard now - shownAt >= 0.1 else { return }
      rewrite(bar(at: now, columns: columns))
    case .lines:
      guard now - shownAt >= 5 else { return }
      write(title + ": " + state(at: now) + "\n")
    }
    shownAt = now
  }

  /// Ends the task with one line that stays.
  func finish() {
    guard !isFinished else { return }
    isFinished = true
    guard style != .silent, done > 0 else { return }
    let seconds = clock() - start
    let line = "\(title): \(done) \(unit) in \(Self.time(seconds))"
    if case .bar = style { rewrite(line) } else { write(line) }
    write("\n")
  }

  private func rewrite(_ line: String) {
    let padding = String(repeating: " ", count: max(0, lastLength - line.count))
    write("\r" + line + padding)
    lastLength = line.count
  }

  private func bar(at now: Double, columns: Int) -> String {
    let text = state(at: now)
    let room = min(30, columns - title.count - text.count - 5)
    guard let total, room >= 8 else { return String("\(title) \(text)".prefix(columns - 1)) }
    let filled = min(room, done * room / total)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: room - filled)
    return "\(title) \(bar) \(text)"
  }

  /// "120 of 300 frames, 24.1 a second, 8 s left".
  private func state(at now: Double) -> String {
    var parts = [total.map { "\(done) of \($0) \(unit)" } ?? "\(done) \(unit)"]
    let rate = Double(done) / max(now - start, 1e-3)
    if now - start > 0.5, done > 0 {
      parts.append(String(format: rate < 10 ? "%.1f a second" : "%.0f a second", rate))
      if let total, done < total {
        parts.append(Self.time(Double(total - done) / rate) + " left")
      }
    }
    return parts.joined(separator: ", ")
  }

  /// "8 s", "2 min 5 s", "1 h 3 min".
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e7 else { return "a long time" }
    let whole = Int(seconds.rounded())
    if seconds < 9.95 { return String(format: "%.1f s", max(0, seconds)) }
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  private static func style(of handle: FileHandle) -> Style {
    guard isatty(handle.fileDescriptor) == 1 else { return .lines }
    var size = winsize()
    let known = ioctl(handle.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return .bar(columns: known ? Int(size.ws_col) : 80)
  }
}
