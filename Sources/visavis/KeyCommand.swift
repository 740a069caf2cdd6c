import ArgumentParser
import StreamSigning

/// `visavis key`: the keys that streams are signed with.
struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Make a key to sign streams with, or show its public half.",
    discussion: """
      Whoever has the file can sign as its owner: keep it secret. The public half is what others \
      check signatures with.

      Example: visavis key new me.key
      """,
    subcommands: [New.self, Show.self])

  /// What both print as JSON.
  struct Report: Codable, Equatable {
    var path, publicKey: String
  }

  /// `visavis key new`.
  struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new", abstract: "Make a key in a new file that only you may read.")

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    @OptionGroup var outputOptions: OutputOptions

    func run() throws { print(try make(), outputOptions) }

    /// Makes and writes the key.
    func make() throws -> Report {
      let key = SigningKey()
      try KeyFile.create(key, at: file)
      return Report(path: file, publicKey: key.publicKey.text)
    }
  }

  /// `visavis key show`.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Print the public half of a key.")

    @Argument(help: "The key's file.", completion: .file())
    var file: String

    @OptionGroup var outputOptions: OutputOptions

    func run() throws { print(try report(), outputOptions) }

    /// Reads the key.
    func report() throws -> Report {
      Report(path: file, publicKey: try KeyFile.publicKey(file).text)
    }
  }
}

extension ParsableCommand {
  fileprivate func print(_ report: KeyCommand.Report, _ options: OutputOptions) {
    if options.json { JSONOutput.print(report) } else { Swift.print(report.publicKey) }
  }
}
