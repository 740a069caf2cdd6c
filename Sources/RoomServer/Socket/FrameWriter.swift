import NIOCore

/// Writes a server's WebSocket frames: whole messages, not masked.
enum FrameWriter {
  static let text: UInt8 = 0x81
  static let binary: UInt8 = 0x82
  static let close: UInt8 = 0x88
  static let ping: UInt8 = 0x89
  static let pong: UInt8 = 0x8A

  /// Writes a frame's header; `length` bytes are to follow.
  static func header(_ opcode: UInt8, length: Int, to buffer: inout ByteBuffer) {
    buffer.writeInteger(opcode)
    switch length {
    case ..<126: buffer.writeInteger(UInt8(length))
    case ...0xFFFF:
      buffer.writeInteger(UInt8(126))
      buffer.writeInteger(UInt16(length))
    default:
      buffer.writeInteger(UInt8(127))
      buffer.writeInteger(UInt64(length))
    }
  }

  /// Writes a close frame.
  static func close(_ failure: WebSocketFailure, to buffer: inout ByteBuffer) {
    header(close, length: 2, to: &buffer)
    buffer.writeInteger(failure.rawValue)
  }
}
