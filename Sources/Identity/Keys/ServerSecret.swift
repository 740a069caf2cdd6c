import Crypto
import Foundation
import ServerSupport

/// What only this server knows: 32 random bytes that its codes are made with.
struct ServerSecret: Sendable {
  /// What a code is for: one for tokens never passes as one for challenges.
  enum Purpose: String {
    case token = "visavis token code 1"
    case challenge = "visavis challenge code 1"
  }

  private let key: SymmetricKey

  /// One that lasts as long as the process.
  init() { key = SymmetricKey(size: .bits256) }

  /// The secret of a file, readable by its owner only; made if there is none.
  ///
  /// - Throws: where the file cannot be written.
  init(path: String) throws(FileFailure) {
    if let data = FileManager.default.contents(atPath: path), data.count == 32 {
      key = SymmetricKey(data: data)
      // Somebody may have copied the folder about.
      try? FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
      return
    }
    key = SymmetricKey(size: .bits256)
    try AtomicFile.write(key.withUnsafeBytes { Array($0) }, to: path, mode: 0o600)
  }

  /// 32 bytes that nobody else can make.
  func code(of message: [UInt8], for purpose: Purpose) -> [UInt8] {
    Array(HMAC<SHA256>.authenticationCode(for: Self.text(message, purpose), using: key))
  }

  /// Whether a code is that of a message; takes the same time whatever differs.
  func isCode(_ code: [UInt8], of message: [UInt8], for purpose: Purpose) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(
      code, authenticating: Self.text(message, purpose), using: key)
  }

  private static func text(_ message: [UInt8], _ purpose: Purpose) -> [UInt8] {
    Array(purpose.rawValue.utf8) + [0] + message
  }
}
