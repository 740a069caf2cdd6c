import Foundation

/// What the resumable upload protocol tus 1.0.0 fixes.
enum Tus {
  static let version = "1.0.0"
  static let extensions = "creation,termination,checksum,expiration"
  static let algorithms = "sha1,sha256"
  static let contentType = "application/offset+octet-stream"

  /// The header `Upload-Metadata`: keys and values in base64, separated by commas.
  ///
  /// - Returns: nil where it is not well-formed or too long.
  static func metadata(_ header: String?) -> [String: String]? {
    guard let header else { return [:] }
    guard header.utf8.count <= 4096 else { return nil }
    var result: [String: String] = [:]
    for item in header.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = item.trimmingCharacters(in: .whitespaces).split(separator: " ")
      guard let key = parts.first, parts.count <= 2, result[String(key)] == nil else { return nil }
      guard parts.count == 2 else {
        result[String(key)] = ""
        continue
      }
      guard let data = Data(base64Encoded: String(parts[1])),
        let value = String(data: data, encoding: .utf8)
      else { return nil }
      result[String(key)] = value
    }
    return result
  }
}
