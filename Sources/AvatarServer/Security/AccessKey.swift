import Crypto
import Foundation
import HTTPTypes

/// The secret that opens this server to devices other than its own machine.
///
/// 160 random bits, made at first start and kept in the data folder, readable by its owner only.
struct AccessKey: Sendable, Equatable {
  /// The cookie that carries it.
  static let cookie = "visavis-key"

  /// 32 letters and digits.
  let text: String

  /// The key of a data folder, made if there is none.
  init(folder: DataFolder) throws {
    let path = folder.path + "/key"
    if let data = FileManager.default.contents(atPath: path) {
      let text = String(decoding: data, as: UTF8.self).trimmingCharacters(
        in: .whitespacesAndNewlines)
      if text.utf8.count == 32, text.utf8.allSatisfy({ Self.letters.contains($0) }) {
        self.text = text
        return
      }
    }
    var random = SystemRandomNumberGenerator()
    text = String(
      decoding: (0..<32).map { _ in Self.letters[Int(random.next(upperBound: UInt(32)))] },
      as: UTF8.self)
    try AtomicWrite.write(Array((text + "\n").utf8), to: path, mode: 0o600)
  }

  /// A key for tests.
  init(text: String) { self.text = text }

  /// Whether a request shows the key, by cookie or as a bearer.
  func opens(_ headers: HTTPFields) -> Bool {
    if let bearer = headers[.authorization], bearer.hasPrefix("Bearer "),
      isEqual(bearer.dropFirst(7))
    {
      return true
    }
    return headers[values: .cookie].contains { line in
      line.split(separator: ";").contains { pair in
        let parts = pair.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
        return parts.count == 2 && parts[0] == Self.cookie && isEqual(parts[1])
      }
    }
  }

  /// Compares digests, so that the time taken tells nothing of the key.
  func isEqual(_ candidate: some StringProtocol) -> Bool {
    SHA256.hash(data: Data(candidate.utf8)) == SHA256.hash(data: Data(text.utf8))
  }

  private static let letters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
}
