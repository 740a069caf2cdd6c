import NIOCore
import NIOEmbedded
import NIOPosix

/// Writes bytes to a port as they are.
enum RawClient {
  private final class Reader: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    let text = Box("")
    let first: EventLoopPromise<Void>?

    init(first: EventLoopPromise<Void>? = nil) { self.first = first }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      text.value += String(buffer: unwrapInboundIn(data))
      first?.succeed()
    }

    func channelInactive(context: ChannelHandlerContext) {
      first?.succeed()
      context.fireChannelInactive()
    }
  }

  private static let group = MultiThreadedEventLoopGroup.singleton

  private static func connect(port: Int, _ reader: Reader?) async throws -> any Channel {
    try await ClientBootstrap(group: group)
      .channelOption(.autoRead, value: reader != nil)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let reader { try channel.pipeline.syncOperations.addHandler(reader) }
        }
      }.connect(host: "127.0.0.1", port: port).get()
  }

  /// Everything that comes back until the other end closes.
  ///
  /// - Parameter isAnswered: set when something has come back.
  static func exchange(
    port: Int, _ text: String, isAnswered: Box<Bool> = Box(false)
  ) async throws -> String {
    let first = group.any().makePromise(of: Void.self)
    first.futureResult.whenComplete { _ in isAnswered.value = true }
    let reader = Reader(first: first)
    let channel = try await connect(port: port, reader)
    try? await channel.writeAndFlush(ByteBuffer(string: text))
    try await channel.closeFuture.get()
    return reader.text.value
  }

  /// The first line that comes back; then this end closes.
  static func firstLine(port: Int, _ text: String) async throws -> String {
    let first = group.any().makePromise(of: Void.self)
    let reader = Reader(first: first)
    let channel = try await connect(port: port, reader)
    try? await channel.writeAndFlush(ByteBuffer(string: text))
    try await first.futureResult.get()
    try? await channel.close()
    return reader.text.value.split(separator: "\r\n").first.map(String.init) ?? ""
  }

  /// Asks, reads nothing, and says whether the other end gave up; waits longer where a busy machine's
  /// server had not come to lose patience.
  static func stall(port: Int, _ text: String) async throws -> Bool {
    for seconds in [2, 8, 20] where try await stall(port: port, text, seconds: seconds) {
      return true
    }
    return false
  }

  private static func stall(port: Int, _ text: String, seconds: Int) async throws -> Bool {
    let channel = try await begin(port: port, text)
    // What has arrived is read only after the server had time to lose patience.
    try await Task.sleep(for: .seconds(seconds))
    let reader = Reader()
    do {
      try await channel.pipeline.addHandler(reader)
      try await channel.setOption(.autoRead, value: true).get()
      channel.read()
      try await channel.closeFuture.get()
    } catch {
      // Cut off already.
      return true
    }
    return reader.text.value.utf8.count < 40 << 20
  }

  /// A connection on which something was sent; tried again where a busy machine let the server lose
  /// patience before.
  private static func begin(port: Int, _ text: String) async throws -> any Channel {
    var failure: any Error = ChannelError.eof
    for _ in 0..<20 {
      let channel = try await connect(port: port, nil)
      do {
        try await channel.writeAndFlush(ByteBuffer(string: text))
        return channel
      } catch {
        failure = error
        try? await channel.close()
      }
    }
    throw failure
  }

  /// Sends, and closes without waiting.
  static func abandon(port: Int, _ text: String) async throws {
    let channel = try await connect(port: port, Reader())
    try await channel.writeAndFlush(ByteBuffer(string: text))
    try await Task.sleep(for: .milliseconds(100))
    try await channel.close()
  }
}

/// A connection without a peer.
enum EmbeddedPeer {
  static var channel: any Channel { NIOAsyncTestingChannel() }
}
