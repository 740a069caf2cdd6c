import ArgumentParser
import Foundation

/// `room-load curve`: more and more people, until packets come too late.
struct CurveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curve",
    abstract: "Measure delay and processor time against the number of people.",
    discussion: """
      Each person sends 30 states of 30 to 60 bytes in a second. The server and the people run on this \
      machine, in two processes; both take part in what is measured.
      """)

  @Option(help: "Numbers of people, with commas.")
  var people = "100,200,400,800,1200,1500,1800,2200,2600,3000"

  @Option(help: "People in one room.")
  var perRoom = 8

  @Option(help: "Seconds that each is measured for.")
  var seconds = 10.0

  @Option(help: "Stop after a 99th percentile of more milliseconds.")
  var latest = 50.0

  @Option(help: "Threads of the people.")
  var threads = 1

  @Option(help: "Where the figures go, as JSON.")
  var json: String?

  @Option(help: "Where the picture goes, as SVG.")
  var svg: String?

  func run() async throws {
    var report = LoadReport(processors: ProcessInfo.processInfo.activeProcessorCount)
    for count in people.split(separator: ",").compactMap({ Int($0) }) {
      let point = try await measure(count)
      report.points.append(point)
      Standard.tell(
        String(
          format: "%5d people: p50 %.2f ms, p99 %.2f ms, server %.2f, people %.2f, lost %.4f",
          count, point.median, point.p99, point.serverProcessors, point.loadProcessors,
          point.lost))
      if point.p99 > latest { break }
    }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(report).write(to: URL(fileURLWithPath: json))
    }
    if let svg {
      try Data(CurvePicture(report: report).svg.utf8).write(to: URL(fileURLWithPath: svg))
    }
  }

  private func measure(_ count: Int) async throws -> LoadReport.Point {
    let server = try ServerProcess()
    defer { server.kill() }
    let places = (0..<count).map { LoadClient.Place(person: $0, room: $0 / perRoom) }
    let crowd = try await LoadCrowd.enter(
      places, perRoom: perRoom, port: server.port, threads: threads)
    let warmUp = 3.0
    let server0 = server.processorSeconds
    let own0 = ProcessFigures.ownProcessorSeconds
    let start = ProcessInfo.processInfo.systemUptime
    let result = try await crowd.speak(warmUp: warmUp, seconds: seconds)
    let wall = ProcessInfo.processInfo.systemUptime - start
    let point = LoadReport.Point(
      people: count, perRoom: perRoom, packetsIn: Double(result.sent) / result.seconds,
      packetsOut: Double(result.received) / result.seconds,
      lost: 1 - Double(result.received) / Double(max(result.expected, 1)),
      median: result.delays.milliseconds(share: 0.5),
      p99: result.delays.milliseconds(share: 0.99),
      serverProcessors: (server.processorSeconds - server0) / wall,
      loadProcessors: (ProcessFigures.ownProcessorSeconds - own0) / wall,
      residentKilobytes: server.residentKilobytes)
    try await crowd.leave()
    return point
  }
}
