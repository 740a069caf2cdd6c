import Foundation

/// A video that is arriving, or has arrived and waits to be used.
struct Upload: Sendable, Codable, Equatable {
  /// Its name in addresses: unguessable.
  let id: String
  /// Bytes in all.
  let length: Int
  /// What the client said of it: `filename`, `filetype`.
  let metadata: [String: String]
  /// When it was announced.
  let created: Date
  /// Bytes from which on what lies on the disk has not been checked, while a request with a checksum
  /// is being written.
  var unchecked: Int?
}
