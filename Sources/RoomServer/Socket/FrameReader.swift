/// Takes a WebSocket's bytes apart into messages (RFC 6455 §5), whatever they are.
///
/// A whole frame is unmasked into a scratch space and delivered at once; nothing is allocated. Frames
/// that arrive in parts wait here; no more is ever kept than the largest message and one read.
struct FrameReader: Sendable {
  /// Bounds on what may arrive.
  struct Limits: Sendable, Equatable {
    var textBytes: Int
    var binaryBytes: Int
    /// Frames that one message may come in.
    var fragments = 64
  }

  /// What arrived; the bytes are valid during the call alone.
  enum Message {
    case text(UnsafeRawBufferPointer)
    case binary(UnsafeRawBufferPointer)
    case ping(UnsafeRawBufferPointer)
    case pong(UnsafeRawBufferPointer)
    case close(code: UInt16?)
  }

  private enum Opcode: UInt8 {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10
    var isControl: Bool { rawValue >= 8 }
  }

  private struct Header {
    var opcode: Opcode
    var isFinal: Bool
    var length: Int
    var mask: UInt32
    /// Bytes of the header itself.
    var size: Int
  }

  private let limits: Limits
  /// Whether the other end is a client: it masks, a server does not.
  private let isMasked: Bool
  /// A part of a frame.
  private var rest: [UInt8] = []
  /// The frames so far of a message in several.
  private var fragments: [UInt8] = []
  private var fragmented: Opcode?
  private var fragmentCount = 0
  private var isClosed = false

  init(limits: Limits, isMasked: Bool = true) {
    self.limits = limits
    self.isMasked = isMasked
  }

  /// Bytes that are kept for what is not complete.
  var keptBytes: Int { rest.count + fragments.count }

  /// The bytes of scratch space that ``read(_:scratch:deliver:)`` needs.
  static func scratchBytes(_ limits: Limits) -> Int {
    max(limits.textBytes, limits.binaryBytes, 125)
  }

  /// Reads what has arrived.
  ///
  /// - Parameters:
  ///   - bytes: any bytes.
  ///   - scratch: at least ``scratchBytes(_:)``.
  ///   - deliver: called for each message; after it returned false nothing is read any more.
  /// - Throws: why the connection has to be closed.
  mutating func read(
    _ bytes: UnsafeRawBufferPointer, scratch: UnsafeMutableRawBufferPointer,
    deliver: (Message) -> Bool
  ) throws(WebSocketFailure) {
    guard !isClosed else { return }
    if rest.isEmpty {
      let used = try frames(of: bytes, scratch, deliver)
      if !isClosed, used < bytes.count { rest.append(contentsOf: bytes[used...]) }
      return
    }
    rest.append(contentsOf: bytes)
    // The reader is changed while the bytes are looked at, so they are taken out first.
    var whole: [UInt8] = []
    swap(&whole, &rest)
    var used = 0
    var failure: WebSocketFailure?
    whole.withUnsafeBytes { whole in
      do throws(WebSocketFailure) {
        used = try frames(of: whole, scratch, deliver)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    if !isClosed, used < whole.count { rest = Array(whole[used...]) }
  }

  /// Delivers the whole frames; returns how many bytes they took.
  private mutating func frames(
    of bytes: UnsafeRawBufferPointer, _ scratch: UnsafeMutableRawBufferPointer,
    _ deliver: (Message) -> Bool
  ) throws(WebSocketFailure) -> Int {
    var used = 0
    while !isClosed {
      let left = UnsafeRawBufferPointer(rebasing: bytes[used...])
      guard let header = try header(of: left), left.count >= header.size + header.length else {
        break
      }
      used += header.size + header.length
      let masked = UnsafeRawBufferPointer(
        rebasing: left[header.size..<header.size + header.length])
      let payload = isMasked ? Self.unmask(masked, header.mask, scratch) : masked
      if try !deliverFrame(header, payload, deliver) { isClosed = true }
    }
    return used
  }

  /// The header at the start, checked; nil where it is not complete.
  private func header(of bytes: UnsafeRawBufferPointer) throws(WebSocketFailure) -> Header? {
    guard bytes.count >= 2 else { return nil }
    guard bytes[0] & 0x70 == 0, let opcode = Opcode(rawValue: bytes[0] & 0x0F),
      (bytes[1] & 0x80 != 0) == isMasked
    else { throw .protocolError }
    let isFinal = bytes[0] & 0x80 != 0
    var size = 2
    var length = Int(bytes[1] & 0x7F)
    if opcode.isControl {
      guard isFinal, length <= 125 else { throw .protocolError }
    }
    if length == 126 {
      guard bytes.count >= 4 else { return nil }
      length = Int(bytes[2]) << 8 | Int(bytes[3])
      guard length > 125 else { throw .protocolError }
      size = 4
    } else if length == 127 {
      guard bytes.count >= 10 else { return nil }
      let long = bytes[2..<10].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      guard long > 0xFFFF, long >> 63 == 0 else { throw .protocolError }
      guard long <= UInt64(Int32.max) else { throw .tooLarge }
      length = Int(long)
      size = 10
    }
    if !opcode.isControl { try check(opcode, length) }
    guard isMasked else {
      return Header(opcode: opcode, isFinal: isFinal, length: length, mask: 0, size: size)
    }
    guard bytes.count >= size + 4 else { return nil }
    let mask = UInt32(
      littleEndian: bytes.loadUnaligned(fromByteOffset: size, as: UInt32.self))
    return Header(opcode: opcode, isFinal: isFinal, length: length, mask: mask, size: size + 4)
  }

  /// A frame of a message may come now, and is not too large: known before its bytes are taken.
  private func check(_ opcode: Opcode, _ length: Int) throws(WebSocketFailure) {
    let kind: Opcode
    if opcode == .continuation {
      guard let fragmented else { throw .protocolError }
      guard fragmentCount < limits.fragments else { throw .policy }
      kind = fragmented
    } else {
      guard fragmented == nil else { throw .protocolError }
      kind = opcode
    }
    let most = kind == .text ? limits.textBytes : limits.binaryBytes
    guard length <= most - fragments.count else { throw .tooLarge }
  }

  private mutating func deliverFrame(
    _ header: Header, _ payload: UnsafeRawBufferPointer, _ deliver: (Message) -> Bool
  ) throws(WebSocketFailure) -> Bool {
    switch header.opcode {
    case .ping: return deliver(.ping(payload))
    case .pong: return deliver(.pong(payload))
    case .close:
      guard payload.count != 1 else { throw .protocolError }
      let code = payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
      _ = deliver(.close(code: code))
      return false
    case .text where header.isFinal: return deliver(.text(payload))
    case .binary where header.isFinal: return deliver(.binary(payload))
    case .text, .binary:
      fragmented = header.opcode
      fragmentCount = 1
      fragments.append(contentsOf: payload)
      return true
    case .continuation:
      fragments.append(contentsOf: payload)
      fragmentCount += 1
      guard header.isFinal, let kind = fragmented else { return true }
      var whole: [UInt8] = []
      swap(&whole, &fragments)
      fragmented = nil
      return whole.withUnsafeBytes { deliver(kind == .text ? .text($0) : .binary($0)) }
    }
  }

  /// Unmasks into the scratch space, eight bytes at a time.
  private static func unmask(
    _ masked: UnsafeRawBufferPointer, _ mask: UInt32, _ scratch: UnsafeMutableRawBufferPointer
  ) -> UnsafeRawBufferPointer {
    precondition(scratch.count >= masked.count)
    let wide = UInt64(mask) << 32 | UInt64(mask)
    var offset = 0
    while offset + 8 <= masked.count {
      let word =
        UInt64(littleEndian: masked.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) ^ wide
      scratch.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    while offset < masked.count {
      scratch[offset] = masked[offset] ^ UInt8(truncatingIfNeeded: wide >> (8 * (offset & 7)))
      offset += 1
    }
    return UnsafeRawBufferPointer(rebasing: scratch[..<masked.count])
  }
}
