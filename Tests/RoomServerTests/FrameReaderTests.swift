import NIOCore
import NIOWebSocket
import Testing

@testable import RoomServer

@Suite("WebSocket frames")
struct FrameReaderTests {
  enum Seen: Equatable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(UInt16?)
  }

  static let limits = FrameReader.Limits(textBytes: 1000, binaryBytes: 300, fragments: 8)

  /// Reads bytes in parts; returns what was delivered, and why reading ended.
  private func read(
    _ bytes: [UInt8], parts: [Int] = [], isMasked: Bool = true
  ) -> ([Seen], WebSocketFailure?, mostKept: Int) {
    var reader = FrameReader(limits: Self.limits, isMasked: isMasked)
    let scratch = UnsafeMutableRawBufferPointer.allocate(
      byteCount: FrameReader.scratchBytes(Self.limits), alignment: 1)
    defer { scratch.deallocate() }
    var seen: [Seen] = []
    var rest = bytes[...]
    var most = 0
    for part in parts + [bytes.count] {
      let piece = Array(rest.prefix(part))
      rest = rest.dropFirst(part)
      var failure: WebSocketFailure?
      piece.withUnsafeBytes { bytes in
        do throws(WebSocketFailure) {
          try reader.read(bytes, scratch: scratch) { message in
            switch message {
            case .text(let bytes): seen.append(.text(Array(bytes)))
            case .binary(let bytes): seen.append(.binary(Array(bytes)))
            case .ping(let bytes): seen.append(.ping(Array(bytes)))
            case .pong(let bytes): seen.append(.pong(Array(bytes)))
            case .close(let code): seen.append(.close(code))
            }
            return true
          }
        } catch {
          failure = error
        }
      }
      most = max(most, reader.keptBytes)
      if let failure { return (seen, failure, most) }
    }
    return (seen, nil, most)
  }

  static func frame(
    _ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, mask: [UInt8]? = [9, 8, 7, 6]
  ) -> [UInt8] {
    var bytes = [(isFinal ? 0x80 : 0) | opcode]
    let flag: UInt8 = mask == nil ? 0 : 0x80
    switch payload.count {
    case ..<126: bytes.append(flag | UInt8(payload.count))
    case ...0xFFFF:
      bytes += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    default:
      bytes +=
        [flag | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    guard let mask else { return bytes + payload }
    return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
  }

  @Test func `Messages of every length arrive as they were, in any pieces`() {
    for length in [0, 1, 7, 8, 9, 125, 126, 127, 300] {
      let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let bytes = Self.frame(2, payload) + Self.frame(1, payload)
      for parts in [[], [1], [2, 3], Array(repeating: 1, count: bytes.count)] {
        let (seen, failure, _) = read(bytes, parts: parts)
        #expect(seen == [.binary(payload), .text(payload)])
        #expect(failure == nil)
      }
    }
  }

  @Test func `Frames of another implementation are read`() throws {
    let payload = ByteBuffer(bytes: (0..<200).map { UInt8($0) })
    let frame = WebSocketFrame(
      fin: true, opcode: .binary, maskKey: WebSocketMaskingKey([1, 2, 3, 4]), data: payload)
    var masked = frame.data
    masked.webSocketMask(WebSocketMaskingKey([1, 2, 3, 4])!)
    let bytes = Self.frame(2, Array(buffer: payload), mask: [1, 2, 3, 4])
    #expect(Array(bytes.suffix(200)) == Array(buffer: masked))
    #expect(read(bytes).0 == [.binary(Array(buffer: payload))])
  }

  @Test func `Fragments are put together, control frames between them are not lost`() {
    let bytes =
      Self.frame(1, [1, 2], isFinal: false) + Self.frame(9, [7])
      + Self.frame(0, [3], isFinal: false)
      + Self.frame(10, []) + Self.frame(0, [4])
    #expect(read(bytes).0 == [.ping([7]), .pong([]), .text([1, 2, 3, 4])])
  }

  @Test func `What is no WebSocket of a client is refused`() {
    let unmasked = Self.frame(1, [1], mask: nil)
    let reserved: [UInt8] = [0xC1, 0x80, 0, 0, 0, 0]
    let unknown: [UInt8] = [0x83, 0x80, 0, 0, 0, 0]
    let longPing = Self.frame(9, Array(repeating: 0, count: 126))
    let fragmentedPing = Self.frame(9, [], isFinal: false)
    let loneContinuation = Self.frame(0, [1])
    let twoStarts = Self.frame(1, [1], isFinal: false) + Self.frame(1, [1])
    let wasteful: [UInt8] = [0x82, 0xFE, 0, 5, 0, 0, 0, 0, 1, 2, 3, 4, 5]
    let wastefulLong: [UInt8] = [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0, 200]
    let negative: [UInt8] = [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 200]
    let closeOfOne = Self.frame(8, [3])
    for bytes in [
      unmasked, reserved, unknown, longPing, fragmentedPing, loneContinuation, twoStarts, wasteful,
      wastefulLong, negative, closeOfOne,
    ] { #expect(read(bytes).1 == .protocolError, "\(bytes.prefix(12))") }
    #expect(read(Self.frame(1, [1]), isMasked: false).1 == .protocolError)
  }

  @Test func `Too much is refused by its header, before its bytes are kept`() {
    #expect(read(Self.frame(2, Array(repeating: 0, count: 301))).1 == .tooLarge)
    #expect(read(Self.frame(1, Array(repeating: 0, count: 1001))).1 == .tooLarge)
    let huge: [UInt8] = [0x82, 0xFF, 0x7F, 255, 255, 255, 255, 255, 255, 255]
    let (_, failure, kept) = read(huge)
    #expect(failure == .tooLarge)
    #expect(kept == 0)
    let bomb = (0..<9).flatMap { Self.frame($0 == 0 ? 2 : 0, [1], isFinal: false) }
    #expect(read(bomb).1 == .policy)
    let grown = (0..<4).flatMap {
      Self.frame($0 == 0 ? 2 : 0, Array(repeating: 1, count: 100), isFinal: false)
    }
    #expect(read(grown).1 == .tooLarge)
  }

  @Test func `Nothing is read after a close`() {
    let bytes = Self.frame(8, [0x03, 0xE8]) + Self.frame(1, [1])
    #expect(read(bytes).0 == [.close(1000)])
    #expect(read(Self.frame(8, [])).0 == [.close(nil)])
  }

  @Test(arguments: 0..<20)
  func `Any bytes end in messages or a failure, and little is kept`(seed: Int) {
    var random = Seeded(state: UInt64(seed) + 99)
    for _ in 0..<500 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let opcode = [UInt8(0), 1, 2, 8, 9, 10].randomElement(using: &random)!
        let length = Int.random(in: 0...320, using: &random)
        bytes += Self.frame(
          opcode, Array(repeating: 0x55, count: length), isFinal: Bool.random(using: &random))
      }
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      let parts = (0..<10).map { _ in Int.random(in: 1...200, using: &random) }
      let (seen, failure, kept) = read(bytes, parts: parts)
      // A message that is not whole, and one piece.
      #expect(kept <= 2 * 1000 + 14 + bytes.count)
      // However it is cut, the same arrives.
      let (whole, reason, _) = read(bytes)
      #expect(whole == seen)
      #expect(reason == failure)
    }
  }
}
