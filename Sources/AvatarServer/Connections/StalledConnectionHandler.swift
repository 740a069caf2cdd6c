import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes connections whose reader has stopped reading, and those whose refusal says so.
///
/// The server writes no more than a connection takes, so a stalled reader costs one buffer; this frees
/// it. A refused upload's answer carries `Connection: close`: the rest of its body is then not
/// read but cut off.
final class StalledConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let timeout: TimeAmount
  private var deadline: Scheduled<Void>?
  private var closesAfterAnswer = false

  init(timeout: TimeAmount) { self.timeout = timeout }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      closesAfterAnswer = head.headerFields[.connection] == "close"
      context.write(data, promise: promise)
    case .body:
      context.write(data, promise: promise)
    case .end where closesAfterAnswer:
      let channel = context.channel
      context.writeAndFlush(data).whenComplete { _ in
        // What the other end is still sending would turn a close into a reset, and the answer might
        // be lost: say that no more will be written, and give it a moment to read.
        channel.close(mode: .output, promise: nil)
        channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
      }
      promise?.succeed()
    case .end:
      context.write(data, promise: promise)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
    if !context.channel.isWritable {
      let channel = context.channel
      deadline = context.eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
    }
    context.fireChannelWritabilityChanged()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    deadline = nil
  }
}
