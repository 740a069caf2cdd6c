import ArgumentParser
import AvatarExchange
import AvatarServer
import Enrollment
import Foundation
import Logging

/// `visavis view`: a scene of splats, or a mesh, in the browser.
struct ViewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Look at a scene of splats, or a mesh, from all sides in a browser.",
    discussion: """
      Reads PLY, SPZ and GLB, splats and meshes, and the scenes of an export. Nothing is kept, and \
      only this machine can look.

      Example: visavis view garden.spz --open
      """)

  @Argument(
    help: "A scene or a mesh.", completion: .file(extensions: ["ply", "spz", "glb", "scene"]))
  var file: String

  @Option(help: "The port to listen at; 0 takes a free one.")
  var port = 0

  @Option(
    help: ArgumentHelp("The pages. (default: found beside the program)", valueName: "folder"))
  var web: String?

  @Flag(help: "Open the browser.")
  var open = false

  func validate() throws {
    if !(0...65535).contains(port) {
      throw ValidationError("--port must lie between 0 and 65535.")
    }
  }

  /// The file as the page takes it.
  private func packed() throws(FileFailure) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .notFound(path: file)
    }
    do throws(ExchangeError) {
      return try PackedScene.bytes(of: [UInt8](data))
    } catch { throw .damaged(path: file, error) }
  }

  func run() async throws {
    let scene = try packed()
    let folder = FileManager.default.temporaryDirectory.path + "/visavis-view-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var settings = ServerSettings(
      dataFolder: folder,
      webFolder: try ServingPlaces.pages(web, ProcessInfo.processInfo.environment),
      assetFolder: AssetCache().folder)
    settings.port = port
    settings.scene = scene
    var logger = Logger(label: "visavis")
    logger.logLevel = .warning
    let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let server = try ServingFailure.rendering(settings) {
      try AvatarServer(
        settings: settings, enroller: ProcessEnroller(executable: executable),
        isAvatar: { _ in false }, logger: logger)
    }
    let name = URL(fileURLWithPath: file).lastPathComponent
    let query = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    let shows = self.open
    do {
      try await server.run { port in
        let link = server.link(port: port, path: "/view/?scene=/api/scene%3Fname=\(query)")
        FileHandle.standardOutput.write(Data("\(name): \(link)\nControl-C ends.\n".utf8))
        if shows { Browser.open(link) }
      }
    } catch {
      throw ServingFailure(error, settings)
    }
  }
}
