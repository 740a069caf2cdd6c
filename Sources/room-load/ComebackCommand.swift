import ArgumentParser
import Foundation

/// `room-load comeback`: how long after a kill and a restart all are in their seats again.
struct ComebackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "comeback",
    abstract: "Kill the server, start it again, and measure until everybody is back in their seat.")

  @Option(help: "How many people.")
  var people = 400

  @Option(help: "People in one room.")
  var perRoom = 8

  func run() async throws {
    let journal = FileManager.default.temporaryDirectory.path + "/room-load-\(getpid()).journal"
    defer { try? FileManager.default.removeItem(atPath: journal) }
    let first = try ServerProcess(journal: journal)
    let places = (0..<people).map { LoadClient.Place(person: $0, room: $0 / perRoom) }
    let crowd = try await LoadCrowd.enter(places, perRoom: perRoom, port: first.port)
    first.kill()
    let second = try ServerProcess(port: first.port, journal: journal)
    defer { second.kill() }
    let start = ProcessInfo.processInfo.systemUptime
    let back = try await LoadCrowd.enter(
      crowd.clients.map { client in
        LoadClient.Place(
          person: client.place.person, room: client.place.room,
          resume: (client.participant, client.secret))
      }, perRoom: perRoom, port: second.port)
    let seconds = ProcessInfo.processInfo.systemUptime - start
    let seated = zip(crowd.clients, back.clients).count { before, after in
      before.participant == after.participant && before.seat != nil && before.seat == after.seat
    }
    print(
      String(
        format: "%d of %d are back in their seats %.2f s after the server listens", seated, people,
        seconds))
    try await crowd.leave()
    try await back.leave()
    if seated != people { throw ExitCode.failure }
  }
}
