import Crypto
import Foundation
import NIOCore

/// The header `Upload-Checksum`, and what comes of the bytes that it speaks of.
struct UploadChecksum: Sendable {
  private enum Running: Sendable {
    case sha1(Insecure.SHA1)
    case sha256(SHA256)
  }

  private let expected: [UInt8]
  private var running: Running

  /// Reads `sha256 …` or `sha1 …`, with the digest in base64.
  init(_ header: String) throws(ServerError) {
    let parts = header.split(separator: " ")
    guard parts.count == 2, let digest = Data(base64Encoded: String(parts[1])) else {
      throw .malformedHeader(name: "Upload-Checksum")
    }
    let length: Int
    switch parts[0] {
    case "sha1": (running, length) = (.sha1(Insecure.SHA1()), Insecure.SHA1.byteCount)
    case "sha256": (running, length) = (.sha256(SHA256()), SHA256.byteCount)
    default: throw .unknownChecksum(algorithm: String(parts[0].prefix(32)))
    }
    guard digest.count == length else { throw .malformedHeader(name: "Upload-Checksum") }
    expected = Array(digest)
  }

  mutating func update(_ buffer: ByteBuffer) {
    buffer.withUnsafeReadableBytes { bytes in
      switch running {
      case .sha1(var hash):
        hash.update(bufferPointer: bytes)
        running = .sha1(hash)
      case .sha256(var hash):
        hash.update(bufferPointer: bytes)
        running = .sha256(hash)
      }
    }
  }

  /// Whether the bytes were those that were sent.
  var holds: Bool {
    switch running {
    case .sha1(let hash): expected.elementsEqual(hash.finalize())
    case .sha256(let hash): expected.elementsEqual(hash.finalize())
    }
  }
}
