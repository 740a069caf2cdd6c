import Foundation

/// A path below a folder that can lead nowhere else.
struct SafePath: Equatable {
  /// The parts, none empty, none beginning with a dot.
  let parts: [String]

  /// Takes the path of a request, still percent-encoded.
  ///
  /// - Returns: nil for whatever could leave the folder or reach hidden files: `..`, empty parts, encoded
  ///   slashes, backslashes, control characters, bytes that are not UTF-8.
  init?(requestPath: Substring) {
    guard requestPath.first == "/", requestPath.utf8.count <= 1024 else { return nil }
    var parts: [String] = []
    for part in requestPath.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let decoded = String(part).removingPercentEncoding else { return nil }
      parts.append(decoded)
    }
    // A folder's own address ends with a slash.
    if parts.last == "" { parts.removeLast() }
    guard parts.allSatisfy(Self.isSafe), parts.count <= 16 else { return nil }
    self.parts = parts
  }

  /// Whether a name can stand for a file in its folder and nothing else.
  static func isSafe(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".")
      && name.unicodeScalars.allSatisfy {
        $0.value >= 0x20 && $0.value != 0x7f && $0 != "/" && $0 != "\\" && $0 != ":"
      }
  }

  /// Where it is below a folder.
  func path(below folder: String) -> String {
    parts.isEmpty ? folder : folder + "/" + parts.joined(separator: "/")
  }
}
