import ArgumentParser
import Foundation

/// `room-load idle`: what somebody costs who says nothing.
struct IdleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "idle", abstract: "Measure the server's memory for each participant who is silent."
  )

  @Option(help: "How many people.")
  var people = 2000

  @Option(help: "People in one room.")
  var perRoom = 8

  func run() async throws {
    let server = try ServerProcess()
    defer { server.kill() }
    // What the first few cost is the program itself.
    let first = try await LoadCrowd.enter(
      (0..<perRoom).map { LoadClient.Place(person: $0, room: 999) }, perRoom: perRoom,
      port: server.port)
    try await Task.sleep(for: .seconds(2))
    let before = server.residentKilobytes
    let crowd = try await LoadCrowd.enter(
      (0..<people).map { LoadClient.Place(person: $0, room: $0 / perRoom) }, perRoom: perRoom,
      port: server.port)
    try await Task.sleep(for: .seconds(4))
    let each = Double(server.residentKilobytes - before) / Double(people)
    print(
      String(
        format: "%d people: %.1f kB each, %d kB in all", people, each, server.residentKilobytes))
    try await crowd.leave()
    try await first.leave()
  }
}
