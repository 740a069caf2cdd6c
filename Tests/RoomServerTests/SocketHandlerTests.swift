import NIOCore
import NIOEmbedded
import Testing

@testable import RoomServer

/// A socket's handler in a channel that does what channels do at their worst.
@Suite("The handler of a socket")
struct SocketHandlerTests {
  /// Delivers bytes in the midst of a write, as a channel does whose write fails.
  private final class Interrupting: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    var bytes: ByteBuffer?

    func flush(context: ChannelHandlerContext) {
      context.flush()
      guard let bytes else { return }
      self.bytes = nil
      context.fireChannelRead(NIOAny(bytes))
    }
  }

  @Test func `What arrives in the midst of an answer is read after it, in order`() throws {
    let channel = EmbeddedChannel()
    let limits = RoomServerSettings().socket
    let loop = RelayLoop(
      eventLoop: channel.eventLoop, metrics: RoomMetrics(), limits: limits)
    let handler = RoomSocketHandler(channel: channel, loop: loop, limits: limits) { _, _ in }
    let interrupting = Interrupting()
    try channel.pipeline.syncOperations.addHandlers([interrupting, handler])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    // Nothing may be said before joining: this closes, and the rest arrives as that is written.
    let ping = FrameReaderTests.frame(9, [1, 2, 3])
    let end = FrameReaderTests.frame(8, [0x03, 0xE8])
    interrupting.bytes = ByteBuffer(bytes: ping + end)
    try channel.writeInbound(
      ByteBuffer(bytes: FrameReaderTests.frame(1, Array(#"{"t":"sit","seat":1}"#.utf8)) + ping))
    #expect(channel.isActive == false, "the other end's close was read")
    var written = ByteBuffer()
    while var next = try channel.readOutbound(as: ByteBuffer.self) { written.writeBuffer(&next) }
    let text = String(decoding: written.readableBytesView, as: UTF8.self)
    #expect(text.contains(#""t":"refused""#))
  }
}
