import ArgumentParser

/// `stream-bench`: what a stream costs and what it keeps.
@main
struct StreamBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream-bench",
    abstract: "Measure the coding of states: bits, likeness of the rendering, time, memory.",
    discussion: """
      MOTION is a file of plain states (stream-bench states), or a recording of another program: a table \
      or packets of Live Link Face, or scores of MediaPipe. Every subcommand prints one JSON object.
      """,
    subcommands: [
      StatesCommand.self, LearnCommand.self, RecordCommand.self, RateCommand.self, TimeCommand.self,
      FramesCommand.self,
      LikenessCommand.self, GenericCommand.self,
    ])
}
