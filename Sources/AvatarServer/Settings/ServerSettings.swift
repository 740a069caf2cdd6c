public import RoomServer

/// How the server is set up.
public struct ServerSettings: Sendable {
  /// The address to listen at: a name or a number.
  public var host = "127.0.0.1"
  /// The port to listen at; 0 takes a free one.
  public var port = 8080
  /// The folder that holds everything people entrust to the server.
  public var dataFolder: String
  /// The folder of the pages, with their built cores in `core`.
  public var webFolder: String
  /// The folder of models and template, as `make assets` fills it.
  public var assetFolder: String
  /// What proves the server's name to browsers.
  public var transport = Transport.automatic
  /// Names, with ports where pages have them, that the server answers people by; none for any.
  ///
  /// Names of this machine are always such. What people sign for another name is then not taken.
  public var hosts: Set<String> = []
  /// A scene for the page that shows one, at `/api/scene`; nil for none.
  public var scene: [UInt8]?
  /// Bounds on what anyone may ask for.
  public var limits = ServerLimits()
  /// How rooms are served, where they are.
  public var rooms = RoomServerSettings()

  /// What a connection runs on.
  public enum Transport: Sendable, Equatable {
    /// Plain HTTP on this machine alone; TLS with a certificate made at first start elsewhere.
    case automatic
    /// TLS with a certificate chain and a key, both PEM files.
    case certificate(chain: String, key: String)
    /// Plain HTTP, for a proxy that terminates TLS.
    case plain
  }

  /// Settings for folders; everything else has its usual value.
  public init(dataFolder: String, webFolder: String, assetFolder: String) {
    self.dataFolder = dataFolder
    self.webFolder = webFolder
    self.assetFolder = assetFolder
  }

  /// Whether only this machine can reach the server.
  public var isLoopback: Bool { HostName(host).isLoopback }
}

/// Bounds on what anyone may ask for.
public struct ServerLimits: Sendable, Equatable {
  /// Bytes of one upload.
  public var uploadBytes = 2 << 30
  /// Bytes of one checksummed request of an upload.
  public var chunkBytes = 16 << 20
  /// Uploads that may be unfinished at a time.
  public var openUploads = 16
  /// Enrolments that may wait.
  public var queuedEnrollments = 16
  /// Seconds after which an unfinished upload, or a video that waits for nothing, is removed.
  public var abandonedSeconds = 24.0 * 3600
  /// Bytes of the disk that stay free.
  public var freeBytes = 512 << 20
  /// Connections at a time; more wait to be accepted.
  ///
  /// Fewer where the system lets a process have fewer files, see ``FileLimit``.
  public var connections = 20_000
  /// Connections of one address at a time; more are closed at once.
  ///
  /// 0 does not count, for servers behind a proxy.
  public var connectionsPerAddress = 256
  /// Seconds without a byte after which a connection is closed.
  public var idleSeconds = 30.0
  /// Streams of events at a time.
  public var eventStreams = 64
  /// Bytes of a JSON request.
  public var jsonBytes = 16 << 10

  /// The usual limits.
  public init() {}
}

/// A host name as a browser or a command line gives it.
struct HostName: Equatable {
  /// The name in lower case, without port and brackets.
  let name: String
  /// The port, where given.
  let port: Int?

  init(_ text: String) {
    let lowered = text.lowercased()
    if lowered.hasPrefix("["), let end = lowered.firstIndex(of: "]") {
      name = String(lowered[lowered.index(after: lowered.startIndex)..<end])
      let rest = lowered[lowered.index(after: end)...]
      port = rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil
    } else if lowered.filter({ $0 == ":" }).count == 1, let colon = lowered.firstIndex(of: ":") {
      name = String(lowered[..<colon])
      port = Int(lowered[lowered.index(after: colon)...])
    } else {
      name = lowered
      port = nil
    }
  }

  /// Whether the name means this machine whoever resolves it.
  var isLoopback: Bool {
    if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" { return true }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}
