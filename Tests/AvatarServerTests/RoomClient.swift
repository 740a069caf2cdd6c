import Foundation
import NIOCore
import NIOPosix
import NIOWebSocket

/// A participant of a room, as a page would be one.
final class RoomClient: Sendable {
  private let channel: any Channel
  private let messages: AsyncStream<[UInt8]>

  /// Opens a room's socket and joins.
  init(port: Int, room: String, join: [String: Any]) async throws {
    let (messages, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    self.messages = messages
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Handshake(continuation))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
    let request =
      "GET /api/rooms/\(room)/socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
      + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
      + "Sec-WebSocket-Protocol: visavis.room.1\r\n\r\n"
    try await channel.writeAndFlush(ByteBuffer(string: request))
    try await say(join.merging(["t": "join"]) { $1 })
  }

  /// Says something.
  func say(_ message: [String: Any]) async throws {
    let text = try JSONSerialization.data(withJSONObject: message)
    // A client's frames are masked; zeros mask nothing.
    var frame: [UInt8] = [0x81]
    frame +=
      text.count < 126
      ? [0x80 | UInt8(text.count)] : [0xFE, UInt8(text.count >> 8), UInt8(text.count & 255)]
    try await channel.writeAndFlush(ByteBuffer(bytes: frame + [0, 0, 0, 0] + text))
  }

  /// The next message of a type; nil where the connection ended before it.
  func message(_ type: String) async throws -> [String: Any]? {
    for await text in messages {
      let message = try JSONSerialization.jsonObject(with: Data(text)) as? [String: Any]
      if message?["t"] as? String == type { return message }
    }
    return nil
  }

  /// Closes without a word.
  func vanish() { channel.close(promise: nil) }
}

/// Waits for the answer to the request; then come frames.
private final class Handshake: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let continuation: AsyncStream<[UInt8]>.Continuation
  private var head = ByteBuffer()
  private var isOpen = false

  init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isOpen { return context.fireChannelRead(data) }
    var buffer = unwrapInboundIn(data)
    head.writeBuffer(&buffer)
    guard let end = head.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
    let isAccepted = head.readableBytesView.starts(with: Array("HTTP/1.1 101".utf8))
    head.moveReaderIndex(to: end.upperBound)
    guard isAccepted else { return context.close(promise: nil) }
    isOpen = true
    let frames = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20))
    try? context.pipeline.syncOperations.addHandlers(
      [frames, Messages(continuation)], position: .after(self))
    if head.readableBytes > 0 { context.fireChannelRead(NIOAny(head)) }
    head = ByteBuffer()
  }

  func channelInactive(context: ChannelHandlerContext) { continuation.finish() }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// Gives on what frames of text hold.
private final class Messages: ChannelInboundHandler {
  typealias InboundIn = WebSocketFrame

  private let continuation: AsyncStream<[UInt8]>.Continuation

  init(_ continuation: AsyncStream<[UInt8]>.Continuation) { self.continuation = continuation }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    if frame.opcode == .text { continuation.yield(Array(buffer: frame.data)) }
  }
}
