import ArgumentParser

/// `room-load`: what rooms cost, measured with simulated participants.
@main
struct RoomLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "room-load",
    abstract: "Measure rooms with simulated participants on this machine.",
    subcommands: [CurveCommand.self, IdleCommand.self, ComebackCommand.self, RoomsCommand.self])
}
