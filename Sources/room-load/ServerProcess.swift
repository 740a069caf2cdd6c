import Foundation

/// The process that serves rooms: started, measured, killed.
final class ServerProcess {
  let port: Int
  private let process: Process
  /// Closed by the system with this process, which ends the other.
  private let lifeline = Pipe()
  private var identifier: Int32 { process.processIdentifier }

  /// Starts this very program as a server, and waits until it listens.
  init(port: Int = 0, journal: String? = nil) throws {
    process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      ["rooms", "--attached", "--port", "\(port)"] + (journal.map { ["--journal", $0] } ?? [])
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = lifeline
    try process.run()
    var line = Data()
    while !line.contains(0x0A) {
      let more = pipe.fileHandleForReading.availableData
      guard !more.isEmpty else { throw LoadFailure.serverEnded }
      line += more
    }
    let text = String(decoding: line, as: UTF8.self)
    guard let port = Int(text.split(separator: "\n").first ?? "") else {
      throw LoadFailure.serverEnded
    }
    self.port = port
  }

  /// Ends it without letting it do anything about it.
  func kill() {
    Foundation.kill(identifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Processor time that it has used, in seconds.
  var processorSeconds: Double {
    guard let text = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8),
      let end = text.lastIndex(of: ")")
    else { return 0 }
    let fields = text[text.index(after: end)...].split(separator: " ")
    guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
      return 0
    }
    return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Memory that it holds, in kilobytes.
  var residentKilobytes: Int {
    let status = try? String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
  }
}

/// Why nothing could be measured.
enum LoadFailure: Error, Equatable {
  case serverEnded
  case notLetIn(reason: String)
}
