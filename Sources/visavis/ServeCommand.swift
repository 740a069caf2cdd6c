import ArgumentParser
import AvatarModel
import AvatarServer
import CoreMetrics
import Enrollment
import Foundation
import Logging
import RoomServer
import ServerMetrics

/// `visavis serve`: the pages in a browser, and the server behind them.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Open the mirror and the scan in a browser.",
    discussion: """
      On this machine, no account is needed. With --host 0.0.0.0 other devices of the house can \
      open the printed link; it holds a key. Cameras need an encrypted connection there, so a \
      certificate is made, which browsers warn of once; or give one with --certificate and --key.

      Options can also stand in the environment (VISAVIS_HOST, …) or in server.json of the data \
      folder.

      An avatar that is named is kept beside those that the server has made, and shown.

      Example: visavis serve me.avatar --open
      """)

  @Argument(help: "An avatar to show.", completion: .file(extensions: ["avatar"]))
  var avatar: String?

  @Option(help: "The address to listen at. (default: 127.0.0.1)")
  var host: String?

  @Option(help: "The port to listen at; 0 takes a free one. (default: 8080)")
  var port: Int?

  @Option(
    help: ArgumentHelp(
      "Where avatars are kept. (default: ~/.local/share/visavis)", valueName: "folder"))
  var data: String?

  @Option(
    help: ArgumentHelp("The pages. (default: found beside the program)", valueName: "folder"))
  var web: String?

  @Option(help: ArgumentHelp("A certificate chain for TLS, as PEM.", valueName: "file"))
  var certificate: String?

  @Option(help: ArgumentHelp("Its key, as PEM.", valueName: "file"))
  var key: String?

  @Flag(help: "Serve plain HTTP off this machine too, behind a proxy that encrypts.")
  var plainHTTP = false

  @Option(help: "Connections at a time. (default: 20000, fewer where the system says so)")
  var connections: Int?

  @Option(help: "Connections of one address at a time; 0, behind a proxy, any. (default: 256)")
  var addressConnections: Int?

  @Option(help: "Participants of one room at a time. (default: \(RoomLimits().participants))")
  var roomParticipants: Int?

  @Option(
    help: ArgumentHelp(
      "STUN servers that help browsers to a direct path, with commas.",
      valueName: "stun:host:port"))
  var stun: String?

  @Option(
    help: ArgumentHelp(
      "TURN servers that relay where there is none, with commas; needs VISAVIS_TURN_SECRET.",
      valueName: "turn:host:port"))
  var turn: String?

  @Flag(help: "Open the browser.")
  var open = false

  @Flag(name: .shortAndLong, help: "Log every request.")
  var verbose = false

  func validate() throws {
    if let port, !(0...65535).contains(port) {
      throw ValidationError("--port must lie between 0 and 65535.")
    }
    if let connections, connections < 1 {
      throw ValidationError("--connections must be at least 1.")
    }
    if let addressConnections, addressConnections < 0 {
      throw ValidationError("--address-connections must not be negative.")
    }
    if let roomParticipants, !(2...1000).contains(roomParticipants) {
      throw ValidationError("--room-participants must lie between 2 and 1000.")
    }
    if let stun, IceSettings.addresses(stun, schemes: IceSettings.stunSchemes) == nil {
      throw ValidationError("--stun names servers as stun:example.org:3478, with commas between.")
    }
    if let turn, IceSettings.addresses(turn, schemes: IceSettings.turnSchemes) == nil {
      throw ValidationError("--turn names servers as turn:example.org:3478, with commas between.")
    }
    if (certificate == nil) != (key == nil) {
      throw ValidationError("Give both --certificate and --key.")
    }
  }

  func run() async throws {
    let settings = try await settings()
    // Read whole, so that what is kept is an avatar.
    let bytes = try avatar.map { try VisavisFile.bytes($0, as: .avatar) }
    if let avatar { _ = try VisavisFile.avatar(avatar) }
    var logger = Logger(label: "visavis")
    logger.logLevel = verbose ? .debug : .warning
    let executable = Bundle.main.executablePath ?? CommandLine.arguments[0]
    let shows = self.open
    let metrics = PrometheusMetrics(help: MetricSentences.all)
    MetricsSystem.bootstrap(metrics)
    let server = try ServingFailure.rendering(settings) {
      try AvatarServer(
        settings: settings, enroller: ProcessEnroller(executable: executable),
        isAvatar: { (try? Avatar(bytes: $0)) != nil }, packer: ServedScenes.packer,
        metrics: metrics, logger: logger)
    }
    let page = try bytes.map { bytes in
      try ServingFailure.rendering(settings) {
        try server.add(avatar: bytes, name: personName)
      }
    }
    let announcement = Announcement(
      server: server, opensBrowser: shows, page: page ?? "/")
    do {
      try await server.run { port in await announcement.make(port: port) }
    } catch {
      // What is not about listening is told as it is.
      throw ServingFailure(error, settings)
    }
  }

  /// What the person of the avatar is called: as its file.
  private var personName: String {
    let file = URL(fileURLWithPath: avatar ?? "").deletingPathExtension().lastPathComponent
    return file.prefix(1).uppercased() + file.dropFirst()
  }

  /// Flags before environment before file before what is usual.
  private func settings() async throws -> ServerSettings {
    let environment = ProcessInfo.processInfo.environment
    let folder = data ?? environment["VISAVIS_DATA"] ?? ServingPlaces.dataFolder(environment)
    let pages = try ServingPlaces.pages(web, environment)
    var settings = ServerSettings(
      dataFolder: folder, webFolder: pages, assetFolder: AssetCache().folder)
    do {
      settings.take(try await ServerSettings.surroundings(dataFolder: folder))
    } catch {
      throw ServingFailure.unreadableSettings(path: folder + "/server.json")
    }
    if let host { settings.host = host }
    if let port { settings.port = port }
    if let certificate, let key { settings.transport = .certificate(chain: certificate, key: key) }
    if let connections { settings.limits.connections = connections }
    if let addressConnections { settings.limits.connectionsPerAddress = addressConnections }
    if let roomParticipants { settings.rooms.room.participants = roomParticipants }
    if let stun = stun.flatMap({ IceSettings.addresses($0, schemes: IceSettings.stunSchemes) }) {
      settings.rooms.ice.stun = stun
    }
    if let turn = turn.flatMap({ IceSettings.addresses($0, schemes: IceSettings.turnSchemes) }) {
      settings.rooms.ice.turn = turn
    }
    if !settings.rooms.ice.turn.isEmpty, settings.rooms.ice.turnSecret.isEmpty {
      throw ValidationError(
        "TURN servers need VISAVIS_TURN_SECRET: what coturn has as static-auth-secret.")
    }
    if plainHTTP { settings.transport = .plain }
    return settings
  }
}

/// Where the server finds what it serves.
struct ServingPlaces {
  /// The program, links resolved.
  let executable: String

  init(executable: String) {
    self.executable = URL(fileURLWithPath: executable).resolvingSymlinksInPath().path
  }

  private var folder: String { (executable as NSString).deletingLastPathComponent }

  /// The pages: as installed, in the checkout that the program lies in or is run in, or in the one
  /// that it was built from.
  var webFolder: String? {
    // .build/x86_64-unknown-linux-gnu/release/visavis
    let candidates = [
      folder + "/../share/visavis/web", folder + "/../../../Web", folder + "/../../../../Web",
      FileManager.default.currentDirectoryPath + "/Web", #filePath + "/../../../Web",
    ]
    return candidates.map { ($0 as NSString).standardizingPath }.first {
      FileManager.default.fileExists(atPath: $0 + "/index.html")
        || FileManager.default.fileExists(atPath: $0 + "/scan/index.html")
    }
  }

  /// The pages with their cores: as asked for, else as the environment says, else as found.
  static func pages(
    _ asked: String?, _ environment: [String: String]
  ) throws(ServingFailure) -> String {
    let places = Self(executable: Bundle.main.executablePath ?? CommandLine.arguments[0])
    guard let pages = asked ?? environment["VISAVIS_WEB"] ?? places.webFolder else {
      throw .noPages
    }
    let has = { FileManager.default.fileExists(atPath: pages + $0) }
    guard has("/index.html") || has("/scan/index.html") else { throw .notPages(folder: pages) }
    let cores = ["visavis", "tracking", "signing"].map { "/core/\($0).wasm" }
    guard (cores + ["/built/room.js"]).allSatisfy(has) else {
      throw .noCores(folder: pages)
    }
    return pages
  }

  /// Where avatars are kept: `$XDG_DATA_HOME/visavis`, else `~/.local/share/visavis`.
  static func dataFolder(_ environment: [String: String]) -> String {
    if let path = environment["XDG_DATA_HOME"], !path.isEmpty { return path + "/visavis" }
    return (environment["HOME"] ?? "/root") + "/.local/share/visavis"
  }
}

/// Says where the server is, once it is there.
private struct Announcement: Sendable {
  let server: AvatarServer
  let opensBrowser: Bool
  /// The mirror's path.
  let page: String

  func make(port: Int) async {
    let link = server.link(port: port, path: page)
    var lines = ["The mirror: \(link)", "The scan:   \(server.link(port: port, path: "/scan/"))"]
    if let other = server.linkForOthers(port: port) {
      lines.append("From other devices: \(other)")
      lines.append(
        server.isSecure
          ? "Their browsers warn of the certificate once: it was made by this machine."
          : "Their cameras stay closed unless a proxy encrypts the connection.")
    }
    lines.append("Avatars are kept in \(server.settings.dataFolder). Control-C ends.")
    FileHandle.standardOutput.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    if opensBrowser { Browser.open(link) }
  }
}

/// The person's browser.
enum Browser {
  /// Opens a page, or says that it is to be opened.
  static func open(_ link: String) {
    #if os(macOS)
      let opener = "/usr/bin/open"
    #else
      let opener = "/usr/bin/xdg-open"
    #endif
    let process = Process()
    process.executableURL = URL(fileURLWithPath: opener)
    process.arguments = [link]
    process.standardError = FileHandle.nullDevice
    do { try process.run() } catch { print("Open \(link) in a browser.") }
  }
}
