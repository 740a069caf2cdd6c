import Foundation
import NIOCore
import NIOPosix
import NIOWebSocket

@testable import RoomServer

/// A participant that says and sends whatever a test wants, over frames of another implementation.
final class TestClient: Sendable {
  /// What came.
  enum Event: Sendable, Equatable {
    case text(String)
    case binary([UInt8])
    case ping
    case close(UInt16?)
    case http(String)
    case ended
  }

  let channel: any Channel
  private let events: AsyncStream<Event>
  private static let group = MultiThreadedEventLoopGroup.singleton

  /// Connects, and asks for a room's socket unless told otherwise.
  init(
    port: Int, room: String = "room", from address: String = "127.0.0.1",
    headers: String = "", asks: Bool = true, answersPings: Bool = true
  ) async throws {
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    self.events = events
    channel = try await ClientBootstrap(group: Self.group)
      .bind(to: try SocketAddress(ipAddress: address, port: 0))
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            TestClientHandler(
              continuation, answersPings,
              request: asks ? Self.request(room: room, headers: headers) : nil))
        }
      }
      .connect(host: "127.0.0.1", port: port).get()
  }

  static func request(room: String, headers: String = "") -> String {
    "GET /api/rooms/\(room)/socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
      + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      + "Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\n"
      + "Sec-WebSocket-Protocol: visavis.room.1\r\n\(headers)\r\n"
  }

  /// Sends bytes as they are.
  func send(_ bytes: [UInt8]) { channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }

  func say(_ text: String) { send(FrameReaderTests.frame(1, Array(text.utf8))) }

  func send(packet kind: UInt8, to receiver: UInt16 = 65_535, _ payload: [UInt8]) {
    send(
      FrameReaderTests.frame(
        2, [kind, UInt8(receiver & 255), UInt8(receiver >> 8)] + payload))
  }

  /// Joins; returns what the server answers.
  @discardableResult
  func join(
    _ token: String, invite: String = "invite", more: String = ""
  ) async -> [String: JSONValue] {
    say(#"{"t":"join","token":"\#(token)","invite":"\#(invite)"\#(more)}"#)
    return await message { ["welcome", "lobby", "refused"].contains($0.type) }
  }

  /// The next event but pings and the answer to the request.
  func next() async -> Event {
    for await event in events {
      if event == .ping { continue }
      if case .http = event { continue }
      return event
    }
    return .ended
  }

  /// The answer to the request.
  func answer() async -> String {
    for await event in events { if case .http(let head) = event { return head } }
    return ""
  }

  /// The next message for which a condition holds; empty where the connection ended before.
  func message(where condition: ([String: JSONValue]) -> Bool) async -> [String: JSONValue] {
    while true {
      switch await next() {
      case .text(let text):
        guard case .object(let members)? = try? JSONValue.read(Array(text.utf8)) else { continue }
        if condition(members) { return members }
      case .close, .ended: return [:]
      default: continue
      }
    }
  }

  func message(_ type: String) async -> [String: JSONValue] {
    await message { $0.type == type }
  }

  /// The next packets that came in one message.
  func packets() async -> [Packet] {
    while true {
      switch await next() {
      case .binary(let bytes): return Packet.all(of: bytes)
      case .close, .ended: return []
      default: continue
      }
    }
  }

  /// How the connection ended: the code of a close, 0 without one.
  func ending() async -> UInt16 {
    while true {
      switch await next() {
      case .close(let code): return code ?? 1005
      case .ended: return 0
      default: continue
      }
    }
  }

  /// Closes without a word.
  func vanish() { channel.close(promise: nil) }
}

/// A packet as it comes from the server.
struct Packet: Equatable {
  var from: UInt16
  var kind: UInt8
  var payload: [UInt8]

  static func all(of bytes: [UInt8]) -> [Packet] {
    var packets: [Packet] = []
    var rest = bytes[...]
    while rest.count >= 5 {
      let head = Array(rest.prefix(5))
      let length = Int(head[0]) | Int(head[1]) << 8
      packets.append(
        Packet(
          from: UInt16(head[2]) | UInt16(head[3]) << 8, kind: head[4],
          payload: Array(rest.dropFirst(5).prefix(length))))
      rest = rest.dropFirst(5 + length)
    }
    return packets
  }
}

extension [String: JSONValue] {
  var type: String { text("t") }

  func text(_ key: String) -> String {
    if case .string(let text)? = self[key] { text } else { "" }
  }

  func number(_ key: String) -> Int64 {
    if case .whole(let number)? = self[key] { number } else { -1 }
  }

  func object(_ key: String) -> [String: JSONValue] {
    if case .object(let members)? = self[key] { members } else { [:] }
  }
}

/// Reads the answer to the request, then frames.
private final class TestClientHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let continuation: AsyncStream<TestClient.Event>.Continuation
  private let answersPings: Bool
  private let request: String?
  private var head = ByteBuffer()
  private var isOpen = false

  init(
    _ continuation: AsyncStream<TestClient.Event>.Continuation, _ answersPings: Bool,
    request: String?
  ) {
    self.continuation = continuation
    self.answersPings = answersPings
    self.request = request
  }

  func channelActive(context: ChannelHandlerContext) {
    guard let request else { return }
    context.writeAndFlush(NIOAny(ByteBuffer(string: request)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    if isOpen { return context.fireChannelRead(data) }
    head.writeBuffer(&buffer)
    guard let end = head.readableBytesView.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
    let text = String(decoding: head.readableBytesView[..<end.upperBound], as: UTF8.self)
    head.moveReaderIndex(to: end.upperBound)
    continuation.yield(.http(text))
    guard text.hasPrefix("HTTP/1.1 101") else { return }
    isOpen = true
    let decoder = ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 24))
    try? context.pipeline.syncOperations.addHandlers(
      [decoder, Frames(continuation, answersPings)], position: .after(self))
    if head.readableBytes > 0 { context.fireChannelRead(NIOAny(head)) }
    head = ByteBuffer()
  }

  func channelInactive(context: ChannelHandlerContext) {
    continuation.yield(.ended)
    continuation.finish()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private final class Frames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    private let continuation: AsyncStream<TestClient.Event>.Continuation
    private let answersPings: Bool

    init(_ continuation: AsyncStream<TestClient.Event>.Continuation, _ answersPings: Bool) {
      self.continuation = continuation
      self.answersPings = answersPings
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      var frame = unwrapInboundIn(data)
      switch frame.opcode {
      case .text: continuation.yield(.text(String(buffer: frame.data)))
      case .binary: continuation.yield(.binary(Array(buffer: frame.data)))
      case .ping:
        continuation.yield(.ping)
        let pong = ByteBuffer(bytes: FrameReaderTests.frame(10, []))
        if answersPings { context.writeAndFlush(NIOAny(pong), promise: nil) }
      case .connectionClose:
        continuation.yield(.close(frame.data.readInteger(as: UInt16.self)))
      default: break
      }
    }
  }
}
