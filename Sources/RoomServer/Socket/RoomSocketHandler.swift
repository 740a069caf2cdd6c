import Foundation
import NIOCore

/// One participant's WebSocket: frames in, frames out, and whether anybody is still there.
///
/// Packets are passed on right here, on the event loop that read them. Messages go to the room.
final class RoomSocketHandler: ChannelInboundHandler, SocketWriter {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let socket: RoomSocket
  private let channel: any Channel
  private let door: @Sendable (RoomSocket, JoinRequest) -> Void
  private let loop: RelayLoop
  private let limits: SocketLimits
  // Safe because all of these are used on the channel's event loop alone.
  private nonisolated(unsafe) var reader: FrameReader
  private nonisolated(unsafe) var isReading = false
  private nonisolated(unsafe) var unread: [ByteBuffer] = []
  private nonisolated(unsafe) var context: ChannelHandlerContext?
  private nonisolated(unsafe) var packets: RateWindow
  private nonisolated(unsafe) var messages: RateWindow
  private nonisolated(unsafe) var hasJoined = false
  private nonisolated(unsafe) var isClosing = false
  private nonisolated(unsafe) var isLeaving = false
  private nonisolated(unsafe) var openedAt: UInt64 = 0
  private nonisolated(unsafe) var heardAt: UInt64 = 0
  private nonisolated(unsafe) var pingedAt: UInt64 = 0
  private nonisolated(unsafe) var stalledAt: UInt64?

  /// Must be called on the channel's event loop.
  ///
  /// - Parameter door: told who wants in, once.
  init(
    channel: any Channel, loop: RelayLoop, limits: SocketLimits,
    door: @escaping @Sendable (RoomSocket, JoinRequest) -> Void
  ) {
    self.channel = channel
    self.loop = loop
    self.limits = limits
    self.door = door
    socket = RoomSocket(loop: loop, limits: limits)
    reader = FrameReader(
      limits: .init(textBytes: limits.textBytes, binaryBytes: RelayPacket.mostBytes))
    packets = RateWindow(mostCount: limits.packetsPerSecond, mostBytes: limits.bytesPerSecond)
    messages = RateWindow(mostCount: limits.messagesPerSecond, mostBytes: .max)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let now = NIODeadline.now().uptimeNanoseconds
    openedAt = now
    heardAt = now
    pingedAt = now
    socket.open(self)
    loop.add(socket)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    end()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed: context.close(promise: nil)
    case is ChannelShouldQuiesceEvent: close(.goingAway)
    default: context.fireUserInboundEventTriggered(event)
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      stalledAt = nil
      _ = socket.flush()
    } else if stalledAt == nil {
      stalledAt = NIODeadline.now().uptimeNanoseconds
    }
    context.fireChannelWritabilityChanged()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    // An answer that cannot be written makes the channel read what is left in the midst of this.
    guard !isReading else { return unread.append(buffer) }
    isReading = true
    defer { isReading = false }
    read(buffer)
    while !unread.isEmpty { read(unread.removeFirst()) }
  }

  private func read(_ buffer: ByteBuffer) {
    guard !isClosing || !isLeaving else { return }
    let now = NIODeadline.now().uptimeNanoseconds
    heardAt = now
    do throws(WebSocketFailure) {
      // Not rethrown by what NIO offers, so carried out by hand.
      var failure: WebSocketFailure?
      buffer.withUnsafeReadableBytes { bytes in
        do throws(WebSocketFailure) {
          try reader.read(bytes, scratch: loop.scratch) { take($0, now: now) }
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
    } catch {
      close(error)
    }
  }

  /// Takes one message; false where nothing after it is of interest.
  private func take(_ message: FrameReader.Message, now: UInt64) -> Bool {
    switch message {
    case .binary(let bytes):
      if !isClosing { relay(bytes, now: now) }
    case .text(let bytes):
      if !isClosing { read(bytes, now: now) }
    case .ping(let payload):
      // As many answers as messages, at the most.
      if messages.admits(payload.count, at: now) {
        socket.send(control: FrameWriter.pong, payload)
      }
    case .pong: break
    case .close(let code):
      isLeaving = code == 1000
      answerClose(code)
      return false
    }
    return true
  }

  private func relay(_ message: UnsafeRawBufferPointer, now: UInt64) {
    let tally = loop.tally.value
    tally.received += 1
    let routes = socket.routes
    guard routes.participant != 0, let packet = RelayPacket(message) else {
      tally.malformed += 1
      return
    }
    guard packets.admits(message.count, at: now) else {
      tally.refused += 1
      return
    }
    if packet.kind == .place { socket.keep(place: packet.payload) }
    if packet.kind == .voice, routes.isMuted { return }
    for target in routes.targets {
      let isMeant =
        packet.receiver == RelayPacket.everyone
        ? !target.isDirect : packet.receiver == target.participant
      guard isMeant else { continue }
      target.socket.send(packet: packet.kind, from: routes.participant, packet.payload)
      tally.relayed += 1
    }
  }

  private func read(_ bytes: UnsafeRawBufferPointer, now: UInt64) {
    loop.tally.value.messages += 1
    guard String(validating: bytes, as: UTF8.self) != nil else { return close(.invalidText) }
    let message: ClientMessage
    do throws(ClientMessage.Invalid) {
      message = try ClientMessage([UInt8](bytes))
    } catch {
      guard hasJoined else { return refuse(error.refusal) }
      if messages.admits(0, at: now) {
        socket.send(text: ServerMessage.refused(error.refusal, id: error.id))
      }
      return
    }
    guard messages.admits(0, at: now) else {
      // Nobody needs ten times as many: no answer is owed any more.
      return
    }
    switch message.body {
    case .ping(let time):
      socket.send(text: ServerMessage.pong(time: time, server: Date().milliseconds))
    case .join(let request):
      guard !hasJoined else { return answer(message, .invalidMessage(field: "t")) }
      hasJoined = true
      door(socket, request)
    default:
      guard hasJoined else { return refuse(.invalidMessage(field: "t")) }
      guard let mailbox = socket.mailbox else { return answer(message, .notAllowed) }
      guard socket.begin(messageOf: bytes.count) else { return answer(message, .tooMany) }
      mailbox.put(.message(socket, message, bytes: bytes.count))
    }
  }

  private func answer(_ message: ClientMessage, _ refusal: RoomRefusal) {
    socket.send(text: ServerMessage.refused(refusal, id: message.id))
  }

  private func refuse(_ refusal: RoomRefusal) {
    socket.send(text: ServerMessage.refused(refusal, id: nil))
    close(.refused)
  }

  // MARK: Writing

  var isWritable: Bool { channel.isWritable }

  func write(_ control: ByteBuffer?, _ packets: ByteBuffer?) {
    guard let context, !isClosing else { return }
    if let control { context.write(wrapOutboundOut(control), promise: nil) }
    if let packets { context.write(wrapOutboundOut(packets), promise: nil) }
    context.flush()
  }

  func close(_ failure: WebSocketFailure) {
    guard let context, !isClosing else { return }
    _ = socket.flush()
    isClosing = true
    var frame = context.channel.allocator.buffer(capacity: 4)
    FrameWriter.close(failure, to: &frame)
    context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    // The other end answers and closes; where it does not, it is closed for it.
    let channel = channel
    context.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) }
  }

  private func answerClose(_ code: UInt16?) {
    guard let context else { return }
    if !isClosing {
      _ = socket.flush()
      isClosing = true
      var frame = context.channel.allocator.buffer(capacity: 4)
      FrameWriter.header(FrameWriter.close, length: code == nil ? 0 : 2, to: &frame)
      if let code { frame.writeInteger(code) }
      context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }
    context.close(promise: nil)
  }

  func look(now: UInt64) {
    guard !isClosing else { return }
    let silence = UInt64(limits.silenceSeconds * 1e9)
    if !hasJoined, now &- openedAt > UInt64(limits.joinSeconds * 1e9) { return close(.silent) }
    if now &- heardAt > silence { return close(.silent) }
    if let stalledAt, now &- stalledAt > silence {
      // Nobody reads, so nobody would read why.
      return channel.close(promise: nil)
    }
    if now &- pingedAt >= UInt64(limits.pingSeconds * 1e9) {
      pingedAt = now
      socket.send(control: FrameWriter.ping, [])
    }
  }

  private func end() {
    loop.remove(socket)
    socket.shut()?.put(.gone(socket, isLeaving: isLeaving))
  }
}

extension Date {
  /// Milliseconds since 1970.
  var milliseconds: Int64 { Int64(timeIntervalSince1970 * 1000) }
}
