public import HummingbirdCore
public import Logging
import NIOConcurrencyHelpers
public import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Connections that are HTTP/1, or become a room's WebSocket with their first request.
///
/// The first request decides: a request for a room's socket takes the connection over; after any other,
/// the connection stays what ``HTTP1Channel`` would have made of it.
public struct RoomChildChannel: ServerChildChannel {
  /// What a connection became.
  public struct Value: ServerChildChannelValue {
    /// The connection.
    public let channel: any Channel
    fileprivate let becoming: Becoming
  }

  /// What a connection becomes, and its end where nobody comes to handle it, as when the server stops
  /// between accepting it and looking at it.
  fileprivate final class Becoming: Sendable {
    private let channel: any Channel
    private let kind: EventLoopFuture<Kind>
    private let isTaken = NIOLockedValueBox(false)

    init(_ channel: any Channel, _ kind: EventLoopFuture<Kind>) {
      self.channel = channel
      self.kind = kind
    }

    /// What it became; whoever asks brings it to its end.
    func take() async throws -> Kind {
      isTaken.withLockedValue { $0 = true }
      return try await kind.get()
    }

    deinit {
      guard !isTaken.withLockedValue({ $0 }) else { return }
      channel.close(promise: nil)
      // An asynchronous channel has to be ended before it goes.
      Task { [kind] in
        guard case .http(let channel) = try await kind.get() else { return }
        try await channel.executeThenClose { _, _ in }
      }
    }
  }

  fileprivate enum Kind: Sendable {
    case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    case room
  }

  private let rooms: RoomServer?
  private let http: HTTP1Channel
  private let connections: ConnectionCount

  /// Connections of a server that answers requests and opens rooms.
  ///
  /// - Parameters:
  ///   - http: answers requests, with its limits and handlers.
  ///   - rooms: takes sockets; without it there are none.
  ///   - connections: how many there may be of each address.
  public init(http: HTTP1Channel, rooms: RoomServer?, connections: ConnectionCount) {
    self.http = http
    self.rooms = rooms
    self.connections = connections
  }

  /// Makes a connection ready; one address's too many are closed at once.
  public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    do {
      try connections.take(channel)
    } catch {
      // Nobody else does.
      channel.close(promise: nil)
      return channel.eventLoop.makeFailedFuture(error)
    }
    return channel.eventLoop.makeCompletedFuture {
      let codec = FirstRequestHandler.Codec(
        decoder: ByteToMessageHandler(
          HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits)))
      let kind = channel.eventLoop.makePromise(of: Kind.self)
      let first = FirstRequestHandler(
        timeout: http.configuration.idleTimeout ?? .seconds(30), codec: codec,
        opensRooms: rooms != nil,
        serve: { [http] in
          kind.succeed(.http(try Self.serve(channel, http, logger: logger)))
        },
        open: { [rooms] room in
          guard let rooms else { return }
          try Self.narrow(channel, rooms.settings.socket)
          try rooms.open(channel, room: room)
          kind.succeed(.room)
        }, failed: { kind.fail($0) })
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(codec.encoder)
      try pipeline.addHandler(codec.decoder)
      try pipeline.addHandler(first)
      return Value(channel: channel, becoming: Becoming(channel, kind.futureResult))
    }
  }

  /// Answers requests; returns when the connection is gone.
  public func handle(value: Value, logger: Logger) async {
    do {
      switch try await value.becoming.take() {
      case .http(let channel): await http.handleHTTP(asyncChannel: channel, logger: logger)
      case .room: try await value.channel.closeFuture.get()
      }
    } catch {
      logger.trace("A connection ended before its first request: \(error)")
    }
  }

  private var limits: NIOHTTPDecoderLimitConfiguration {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = http.configuration.httpDecoder.maxHeaderFieldSize
    limits.maxHeaderListSize = http.configuration.httpDecoder.maxHeaderListSize
    limits.maxHeaderFieldCount = http.configuration.httpDecoder.maxHeaderFieldCount
    return limits
  }

  /// The rest of what ``HTTP1Channel`` makes.
  private static func serve(
    _ channel: any Channel, _ http: HTTP1Channel, logger: Logger
  ) throws -> NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart> {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
    try pipeline.addHandlers(http.configuration.additionalChannelHandlers())
    try pipeline.addHandler(
      HTTPConnectionStateHandler(
        idleTimeout: http.configuration.idleTimeout.map { .init($0) }, logger: logger))
    return try NIOAsyncChannel(
      wrappingChannelSynchronously: channel,
      configuration: .init(isOutboundHalfClosureEnabled: true))
  }

  /// Little may wait for a reader: what is late is of no use.
  private static func narrow(_ channel: any Channel, _ limits: SocketLimits) throws {
    guard let options = channel.syncOptions else { return }
    try options.setOption(
      ChannelOptions.writeBufferWaterMark, value: .init(low: 8 << 10, high: 32 << 10))
    try? options.setOption(
      ChannelOptions.socketOption(.so_sndbuf), value: .init(limits.systemBytes))
  }
}

extension HTTPServerBuilder {
  /// HTTP/1, and the sockets of rooms.
  public static func http1(
    rooms: RoomServer?, connections: ConnectionCount, configuration: HTTP1Channel.Configuration
  ) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      RoomChildChannel(
        http: HTTP1Channel(responder: responder, configuration: configuration), rooms: rooms,
        connections: connections)
    }
  }
}
