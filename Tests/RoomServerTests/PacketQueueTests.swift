import NIOCore
import Testing

@testable import RoomServer

@Suite("Packets that wait")
struct PacketQueueTests {
  private func append(_ queue: inout PacketQueue, _ number: UInt16, length: Int) -> Int {
    let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: length)
    return payload.withUnsafeBytes { queue.append(from: number, .datagram, $0) }
  }

  /// The packets of a WebSocket message, whose header must be right.
  private func packets(_ message: ByteBuffer?) -> [Packet] {
    guard let message else { return [] }
    let bytes = Array(buffer: message)
    var reader = FrameReader(
      limits: .init(textBytes: 1, binaryBytes: 70_000), isMasked: false)
    var inside: [UInt8] = []
    bytes.withUnsafeBytes { bytes in
      try? reader.read(bytes, scratch: .init(start: nil, count: 0)) { message in
        if case .binary(let payload) = message { inside = Array(payload) }
        return true
      }
    }
    #expect(!inside.isEmpty && reader.keptBytes == 0, "one whole frame")
    return Packet.all(of: inside)
  }

  @Test func `Packets come out as they went in, in one message`() {
    for length in [1, 40, 120, 2048] {
      var queue = PacketQueue(most: 60_000)
      for number in 1...9 {
        #expect(append(&queue, UInt16(number), length: length) == 0)
      }
      let taken = packets(queue.take(spare: ByteBuffer()))
      #expect(taken.map(\.from) == Array(1...9))
      #expect(taken.allSatisfy { $0.payload.count == length && $0.kind == 1 })
      #expect(queue.take(spare: ByteBuffer()) == nil)
    }
  }

  @Test func `The oldest go when more waits than may, and memory stays bounded`() {
    var queue = PacketQueue(most: 10_000)
    var dropped = 0
    for number in 1...5000 { dropped += append(&queue, UInt16(number), length: 500) }
    #expect(queue.byteCount <= 10_000)
    #expect(queue.capacity <= 1 << 15)
    let taken = packets(queue.take(spare: ByteBuffer()))
    #expect(taken.count == 5000 - dropped)
    #expect(taken.map(\.from) == Array((5001 - UInt16(taken.count))...5000))
  }

  @Test func `What is stale goes at the second look`() {
    var queue = PacketQueue(most: 10_000)
    _ = append(&queue, 1, length: 50)
    #expect(queue.dropStale() == 0)
    _ = append(&queue, 2, length: 50)
    #expect(queue.dropStale() == 1)
    #expect(packets(queue.take(spare: ByteBuffer())).map(\.from) == [2])
    #expect(queue.dropStale() == 0)
  }

  @Test(arguments: 0..<20)
  func `Any order of appending, dropping and taking keeps whole packets in order`(seed: Int) {
    var random = Seeded(state: UInt64(seed) + 11)
    var queue = PacketQueue(most: 5000)
    var model: [UInt16] = []
    var number: UInt16 = 0
    for _ in 0..<3000 {
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        #expect(packets(queue.take(spare: ByteBuffer())).map(\.from) == model)
        model = []
      case 1: model.removeFirst(queue.dropStale())
      default:
        number = number % 60_000 + 1
        let dropped = append(&queue, number, length: Int.random(in: 1...2048, using: &random))
        model.removeFirst(dropped)
        model.append(number)
      }
      #expect(queue.byteCount <= 5000)
    }
  }

  @Test func `A second takes so many packets and so many bytes`() {
    var window = RateWindow(mostCount: 3, mostBytes: 100)
    let second: UInt64 = 1_000_000_000
    var admitted: [Bool] = []
    for _ in 0..<4 { admitted.append(window.admits(10, at: 5 * second)) }
    #expect(admitted == [true, true, true, false])
    let later = [
      window.admits(90, at: 6 * second), window.admits(11, at: 6 * second),
      // Once something did not fit, the rest of the second is closed.
      window.admits(1, at: 6 * second + 1), window.admits(1, at: 7 * second),
    ]
    #expect(later == [true, false, false, true])
  }

  @Test func `A TURN server's credentials are what coturn computes`() {
    var settings = IceSettings()
    settings.turn = ["turn:example.org:3478"]
    #expect(settings.servers(for: 7, in: "room", now: 0).isEmpty)
    settings.turnSecret = "north"
    settings.turnSeconds = 100
    let server = settings.servers(for: 7, in: "room", now: 1_000_000)[0]
    #expect(server.username == "1100:room-7")
    // printf '1100:room-7' | openssl dgst -sha1 -hmac north -binary | base64
    #expect(server.credential == "XbPrC3Uju6nqzwO7JfysFvCy894=")
  }
}
