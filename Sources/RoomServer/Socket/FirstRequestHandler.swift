import NIOCore
import NIOHTTP1

/// Decides with a connection's first request what the connection becomes, and closes it where none comes
/// in time.
final class FirstRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  /// What speaks HTTP on a connection until it is known to be a WebSocket.
  struct Codec {
    let encoder = HTTPResponseEncoder()
    let decoder: ByteToMessageHandler<HTTPRequestDecoder>
  }

  private enum State {
    case waiting
    /// A room's socket is asked for; the request's end is still to come.
    case asked(RoomHandshake)
    /// HTTP is being taken out of the pipeline.
    case opening(rest: [NIOAny])
    case decided
  }

  private let timeout: TimeAmount
  private let codec: Codec
  private let opensRooms: Bool
  private let serve: () throws -> Void
  private let open: (String) throws -> Void
  private let failed: (any Error) -> Void
  private var state = State.waiting
  private var deadline: Scheduled<Void>?

  /// No request came, or none that is one.
  struct NoRequest: Error {}

  /// - Parameters:
  ///   - timeout: how long the first request may take.
  ///   - codec: what is before this handler in the pipeline.
  ///   - opensRooms: whether rooms' sockets are opened at all.
  ///   - serve: adds what answers requests, after this handler.
  ///   - open: adds what speaks to a room, after this handler.
  ///   - failed: called where the connection becomes nothing.
  init(
    timeout: TimeAmount, codec: Codec, opensRooms: Bool, serve: @escaping () throws -> Void,
    open: @escaping (String) throws -> Void, failed: @escaping (any Error) -> Void
  ) {
    self.timeout = timeout
    self.codec = codec
    self.opensRooms = opensRooms
    self.serve = serve
    self.open = open
    self.failed = failed
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
    if case .decided = state { return }
    state = .decided
    failed(NoRequest())
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch state {
    case .waiting:
      guard case .head(let head) = unwrapInboundIn(data) else { return give(up: context) }
      if opensRooms, let handshake = RoomHandshake(head) {
        state = .asked(handshake)
      } else {
        becomeServer(context, first: data)
      }
    case .asked(let handshake):
      guard case .end = unwrapInboundIn(data) else { return give(up: context) }
      becomeSocket(context, handshake)
    case .opening(var rest):
      rest.append(data)
      state = .opening(rest: rest)
    case .decided: context.fireChannelRead(data)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard case .waiting = state, error is HTTPParserError else { return give(up: context) }
    let head = HTTPResponseHead(
      version: .http1_1, status: .badRequest,
      headers: ["Connection": "close", "Content-Length": "0"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .decided = state { return context.fireUserInboundEventTriggered(event) }
    switch event {
    case is ChannelShouldQuiesceEvent, ChannelEvent.inputClosed: give(up: context)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  private func becomeServer(_ context: ChannelHandlerContext, first: NIOAny) {
    state = .decided
    do {
      try serve()
    } catch {
      failed(error)
      return context.close(promise: nil)
    }
    context.fireChannelRead(first)
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func becomeSocket(_ context: ChannelHandlerContext, _ handshake: RoomHandshake) {
    state = .opening(rest: [])
    context.writeAndFlush(wrapOutboundOut(.head(handshake.answer)), promise: nil)
    let pipeline = context.pipeline.syncOperations
    let opened = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    pipeline.removeHandler(codec.decoder).flatMap {
      let (handler, context) = opened.value
      return context.pipeline.syncOperations.removeHandler(handler.codec.encoder)
    }.whenComplete { result in
      let (handler, context) = opened.value
      handler.finish(result, context, handshake)
    }
  }

  private func finish(
    _ result: Result<Void, any Error>, _ context: ChannelHandlerContext, _ handshake: RoomHandshake
  ) {
    guard case .opening(let rest) = state else { return }
    do {
      try result.get()
      try open(handshake.room)
    } catch {
      return give(up: context)
    }
    state = .decided
    // What came with the request already is for the room.
    for data in rest { context.fireChannelRead(data) }
    context.pipeline.syncOperations.removeHandler(self, promise: nil)
  }

  private func give(up context: ChannelHandlerContext) { context.close(promise: nil) }
}
