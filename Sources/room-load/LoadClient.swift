import Foundation
import NIOCore

/// A simulated participant: joins a room, sends states, and notes when those of others arrive.
final class LoadClient: ChannelInboundHandler, @unchecked Sendable {
  // Safe because everything is used on the channel's event loop alone.
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Where a client comes from and goes to.
  struct Place: Sendable {
    var person: Int
    var room: Int
    var resume: (participant: Int, secret: String)?
  }

  let place: Place
  /// How long packets took.
  let delays: DelayHistogram
  private(set) var received = 0
  private(set) var sent = 0
  private(set) var participant = 0
  private(set) var secret = ""
  private(set) var seat: Int?

  private let welcomed: EventLoopPromise<Void>
  private var context: ChannelHandlerContext?
  private var isOpen = false
  private var rest = ByteBuffer()
  private var packet = ByteBuffer()
  private var length = 30
  var isMeasuring = false

  /// - Parameters:
  ///   - place: where it goes.
  ///   - delays: where delays are counted.
  ///   - welcomed: succeeds once the room has let the client in.
  init(_ place: Place, delays: DelayHistogram, welcomed: EventLoopPromise<Void>) {
    self.place = place
    self.delays = delays
    self.welcomed = welcomed
  }

  /// Starts to count anew.
  func reset() {
    received = 0
    sent = 0
  }

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    let request =
      "GET /api/rooms/room-\(place.room)/socket HTTP/1.1\r\nHost: room-load\r\n"
      + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
      + "Sec-WebSocket-Protocol: visavis.room.1\r\n\r\n"
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: request)), promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    welcomed.fail(LoadFailure.notLetIn(reason: "the connection was closed"))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    if rest.readableBytes > 0 {
      rest.writeBuffer(&buffer)
      swap(&rest, &buffer)
      rest.clear()
    }
    if !isOpen {
      guard let end = buffer.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else {
        rest = buffer
        return
      }
      buffer.moveReaderIndex(to: end.upperBound)
      isOpen = true
      join()
    }
    let now = NIODeadline.now().uptimeNanoseconds
    let used = buffer.withUnsafeReadableBytes { frames($0, now: now) }
    buffer.moveReaderIndex(forwardBy: used)
    if buffer.readableBytes > 0 { rest.writeBuffer(&buffer) }
  }

  /// Takes the whole frames; returns how many bytes they had.
  private func frames(_ bytes: UnsafeRawBufferPointer, now: UInt64) -> Int {
    var used = 0
    while bytes.count - used >= 2 {
      var length = Int(bytes[used + 1])
      var start = used + 2
      if length == 126 {
        guard bytes.count - used >= 4 else { break }
        length = Int(bytes[used + 2]) << 8 | Int(bytes[used + 3])
        start += 2
      } else if length == 127 {
        guard bytes.count - used >= 10 else { break }
        length = (6..<10).reduce(0) { $0 << 8 | Int(bytes[used + $1]) }
        start += 8
      }
      guard bytes.count >= start + length else { break }
      let payload = UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])
      switch bytes[used] & 15 {
      case 1: text(payload)
      case 2: packets(payload, now: now)
      case 8: context?.close(promise: nil)
      case 9: write(opcode: 10, [])
      default: break
      }
      used = start + length
    }
    return used
  }

  private func packets(_ bytes: UnsafeRawBufferPointer, now: UInt64) {
    guard isMeasuring else { return }
    var offset = 0
    while bytes.count - offset >= 13 {
      let length = Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
      let stamp = bytes.loadUnaligned(fromByteOffset: offset + 5, as: UInt64.self)
      if now >= stamp { delays.add(nanoseconds: now - stamp) }
      received += 1
      offset += 5 + length
    }
  }

  private struct Message: Decodable {
    struct Person: Decodable {
      var seat: Int?
    }
    var t: String
    var participant: Int?
    var secret: String?
    var detail: String?
  }

  private func text(_ bytes: UnsafeRawBufferPointer) {
    // Nothing but the first message is of interest.
    guard participant == 0 else { return }
    let data = Data(bytes)
    guard let message = try? JSONDecoder().decode(Message.self, from: data) else { return }
    guard message.t == "welcome", let participant = message.participant else {
      return welcomed.fail(LoadFailure.notLetIn(reason: message.detail ?? message.t))
    }
    self.participant = participant
    secret = message.secret ?? ""
    let state = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    let people = (state?["state"] as? [String: Any])?["person/\(participant)"] as? [String: Any]
    seat = people?["seat"] as? Int
    welcomed.succeed()
  }

  private func join() {
    var text =
      #"{"t":"join","token":"token-\#(place.person)","invite":"invite","name":"P\#(place.person)""#
    if let (participant, secret) = place.resume {
      text += #","resume":{"participant":\#(participant),"secret":"\#(secret)","version":0}"#
    }
    write(opcode: 1, Array((text + "}").utf8))
  }

  /// Sends one state to everyone, of 30 to 60 bytes as real ones have.
  func send(now: UInt64) {
    guard let context, participant != 0 else { return }
    length = length >= 60 ? 30 : length + 7
    packet.clear()
    packet.writeInteger(UInt8(0x82))
    packet.writeInteger(UInt8(0x80 | (length + 3)))
    // A mask of zeros is a mask: the server does all its work, this machine none.
    packet.writeInteger(UInt32(0))
    packet.writeInteger(UInt8(1))
    packet.writeInteger(UInt16.max)
    packet.writeInteger(now, endianness: .host)
    packet.writeRepeatingByte(0x5A, count: length - 8)
    context.writeAndFlush(wrapOutboundOut(packet), promise: nil)
    if isMeasuring { sent += 1 }
  }

  private func write(opcode: UInt8, _ payload: [UInt8]) {
    guard let context else { return }
    var buffer = ByteBuffer()
    buffer.writeInteger(0x80 | opcode)
    if payload.count < 126 {
      buffer.writeInteger(UInt8(0x80 | payload.count))
    } else {
      buffer.writeInteger(UInt8(0xFE))
      buffer.writeInteger(UInt16(payload.count))
    }
    buffer.writeInteger(UInt32(0))
    buffer.writeBytes(payload)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }

  /// Goes without a word.
  func vanish() { context?.close(promise: nil) }
}
