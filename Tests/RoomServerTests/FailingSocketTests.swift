import NIOCore
import NIOEmbedded
import Testing

@testable import RoomServer

/// Connections that fail while they are written to.
@Suite("Failing sockets")
struct FailingSocketTests {
  /// Delivers what a failing connection still has, as a write to it does.
  private final class Failing: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    private var rest: ByteBuffer?

    init(_ rest: [UInt8]) { self.rest = ByteBuffer(bytes: rest) }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      if let rest {
        self.rest = nil
        context.fireChannelRead(NIOAny(rest))
      }
      context.write(data, promise: promise)
    }
  }

  @Test(arguments: [[0x88, 0x80, 1, 2, 3, 4], [0x81, 0x81, 0, 0, 0, 0, 0xFF], [0xFF, 0xFF]])
  func `What a connection delivers within a write that fails ends nothing`(rest: [UInt8]) throws {
    let channel = EmbeddedChannel()
    let loop = RelayLoop(
      eventLoop: channel.eventLoop, metrics: RoomMetrics(), limits: SocketLimits())
    let handler = RoomSocketHandler(channel: channel, loop: loop, limits: SocketLimits()) { _, _ in }
    try channel.pipeline.syncOperations.addHandlers([Failing(rest), handler])
    // Text that is none is answered with a close frame, while it is being read.
    try channel.writeInbound(ByteBuffer(bytes: FrameReaderTests.frame(1, [0xFF])))
    let answer = try #require(try channel.readOutbound(as: ByteBuffer.self))
    #expect(Array(answer.readableBytesView.prefix(4)) == [0x88, 2, 0x03, 0xEF])
    _ = try? channel.finish()
  }
}
