import ArgumentParser

@main
struct Visavis: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "visavis",
    abstract: "A video of a person becomes their avatar; another video of them drives it.",
    subcommands: [BuildTemplateCommand.self])
}
