/// Makes what pages draw of a file with a scene; called on a thread that may take its time.
///
/// Whatever comes out is shown to others as it is.
public typealias ScenePacker = @Sendable ([UInt8]) throws(SceneFault) -> [UInt8]

/// Why a file is not kept as a scene.
public enum SceneFault: Error, Equatable, Sendable {
  /// It holds none that can be read.
  case unreadable
  /// It holds more splats, vertices or triangles than rooms show.
  case tooDetailed(most: Int)
}
