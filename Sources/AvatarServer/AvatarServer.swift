import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Identity
public import Logging
import NIOCore
import NIOSSL
public import RoomServer
public import ServerMetrics
import ServiceLifecycle
import UnixSignals

/// Serves the pages, the avatars of one data folder, and the making of new ones.
///
/// ```swift
/// let server = try AvatarServer(settings: settings, enroller: enroller, logger: logger)
/// try await server.run { port in print(server.link(port: port)) }
/// ```
/// `docs/http-api.md` says what it answers.
public struct AvatarServer: Sendable {
  /// How it is set up.
  public let settings: ServerSettings
  /// Whether connections are encrypted.
  public var isSecure: Bool { encryption != nil }

  private let key: AccessKey
  private let encryption: TLSConfiguration?
  private let router: RouterResponder<ServerContext>
  private let queue: EnrollmentQueue
  private let library: AvatarLibrary
  private let connections: ConnectionCount
  private let ending: EndingService
  private let people: PeopleService?
  private let logger: Logger
  /// The rooms; nil where it serves none.
  public let rooms: RoomServer?

  /// Opens the data folder and makes everything ready.
  ///
  /// - Parameters:
  ///   - settings: how the server is set up.
  ///   - enroller: makes the avatars.
  ///   - isAvatar: whether bytes are an avatar, on a thread that may take its time; without it neither
  ///     people nor rooms are served.
  ///   - packer: makes what pages draw of a scene that somebody brings; left out, none is one.
  ///   - metrics: what `/metrics` shows.
  ///   - logger: told what happens, without names or addresses of people.
  /// - Throws: where the data folder cannot be made, or the certificate cannot be read.
  public init(
    settings: ServerSettings, enroller: any Enroller,
    isAvatar: (@Sendable ([UInt8]) -> Bool)? = nil,
    packer: @escaping ScenePacker = { _ throws(SceneFault) in throw .unreadable },
    metrics: PrometheusMetrics? = nil, logger: Logger
  ) throws {
    self.settings = settings
    self.logger = logger
    let folder = try DataFolder(path: settings.dataFolder)
    library = AvatarLibrary(folder: folder)
    key = try AccessKey(folder: folder)
    encryption = try TransportSecurity.configuration(settings, folder: folder)
    connections = ConnectionCount(most: settings.limits.connectionsPerAddress)
    ending = EndingService()
    people = try isAvatar.map {
      try PeopleService(settings: settings, isAvatar: $0, packer: packer, logger: logger)
    }
    rooms = people?.rooms
    let (router, queue) = Self.router(
      settings: settings, library: library, key: key, enroller: enroller, logger: logger)
    RoomRoutes(ending: ending).add(to: router)
    people?.add(to: router)
    if let metrics { MetricsRoutes(metrics: metrics).add(to: router) }
    self.router = router.buildResponder()
    self.queue = queue
  }

  /// Listens until the process is asked to end, by Control-C or SIGTERM; open requests may finish.
  ///
  /// - Parameter onReady: called with the port once connections are accepted.
  public func run(onReady: @escaping @Sendable (Int) async -> Void = { _ in }) async throws {
    var configuration = ServiceGroupConfiguration(
      services: [.init(service: try application(onReady: onReady))],
      gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(25)
    try await ServiceGroup(configuration: configuration).run()
  }

  /// Takes an avatar among those that are kept; the same bytes are kept once.
  ///
  /// - Parameters:
  ///   - avatar: a whole file, known to be an avatar.
  ///   - name: what the person is called.
  /// - Returns: the path of the mirror that shows it, for ``link(port:path:)``.
  /// - Throws: where the disk is full or the data folder cannot be written.
  public func add(avatar: [UInt8], name: String) throws -> String {
    try library.view(try library.add(avatar, name: name)).links.mirror
  }

  /// The link that opens a page on the person's own machine.
  public func link(port: Int, path: String = "/") -> String {
    link(host: isEverywhere ? "localhost" : settings.host, port: port, path: path)
  }

  /// The link that opens the server on another device; nil where no other device reaches it.
  public func linkForOthers(port: Int) -> String? {
    if settings.isLoopback { return nil }
    // A number works where names of machines are not known.
    let host = isEverywhere ? ServerAddress.ofThisMachine : settings.host
    return link(host: host, port: port, path: "/enter?key=\(key.text)")
  }

  /// The server as a service of others.
  func application(
    onReady: @escaping @Sendable (Int) async -> Void = { _ in }
  ) throws -> some ApplicationProtocol {
    let limits = settings.limits
    let idle = TimeAmount.milliseconds(Int64(limits.idleSeconds * 1000))
    let plain = HTTPServerBuilder.http1(
      rooms: rooms, connections: connections,
      configuration: .init(
        additionalChannelHandlers: [StalledConnectionHandler(timeout: idle)], idleTimeout: idle,
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 100)))
    // Connections wait to be accepted before files run out.
    let most = min(limits.connections, max(16, FileLimit.raise() - FileLimit.reserved))
    let port = settings.port
    return Application(
      responder: router,
      server: try encryption.map { try .tls(plain, tlsConfiguration: $0) } ?? plain,
      configuration: ApplicationConfiguration(
        address: .hostname(settings.host, port: port), serverName: nil, backlog: 4096,
        availableConnectionsDelegate: .maximum(most, logger: logger)),
      services: [queue, ending] + (people.map { [$0] } ?? []),
      onServerRunning: { channel in await onReady(channel.localAddress?.port ?? port) },
      logger: logger)
  }

  private static func router(
    settings: ServerSettings, library: AvatarLibrary, key: AccessKey, enroller: any Enroller,
    logger: Logger
  ) -> (Router<ServerContext>, EnrollmentQueue) {
    let limits = settings.limits
    let files = FileResponder()
    let folder = library.folder
    let uploads = UploadStore(folder: folder, limits: limits)
    let queue = EnrollmentQueue(
      folder: folder, limits: limits, enroller: enroller, library: library, logger: logger)
    let router = Router(context: ServerContext.self)
    router.add(middleware: SecurityHeaders())
    router.add(middleware: ProblemMiddleware())
    router.add(middleware: AccessMiddleware(key: key))
    router.add(
      middleware: FallbackMiddleware(
        pages: StaticFiles(settings: settings, responder: files)))
    UploadRoutes(store: uploads, limits: limits).add(to: router)
    EnrollmentRoutes(queue: queue, uploads: uploads, files: files, limits: limits).add(to: router)
    AvatarRoutes(library: library, files: files).add(to: router)
    DataRoutes(
      folder: folder, library: library, uploads: uploads, queue: queue, settings: settings
    ).add(to: router)
    EntryRoutes(key: key).add(to: router)
    if let scene = settings.scene {
      let body = ByteBuffer(bytes: scene)
      router.get("/api/scene") { _, _ in
        Response(
          status: .ok, headers: [.contentType: "application/octet-stream"],
          body: ResponseBody(byteBuffer: body))
      }
    }
    return (router, queue)
  }

  /// Whether connections are accepted at all of this machine's addresses.
  private var isEverywhere: Bool { ["0.0.0.0", "::", ""].contains(settings.host) }

  private func link(host: String, port: Int, path: String) -> String {
    let literal = host.contains(":") ? "[\(host)]" : host
    return "\(isSecure ? "https" : "http")://\(literal):\(port)\(path)"
  }
}
