/// What is known of a video before its frames are read.
public struct VideoDescription: Sendable, Equatable {
  /// The path it was opened from.
  public var path: String
  /// Size of its frames in pixels, as displayed: turned, square-pixelled, reduced where asked for.
  public var width, height: Int
  /// Frames a second on average; 0 for a still picture or where unknown.
  public var frameRate: Double
  /// Seconds; 0 for a still picture or where unknown.
  public var duration: Double
  /// How many frames to expect: a header's promise, not a count; 0 where unknown.
  public var frameCountEstimate: Int
  /// Whether there is a sound track.
  public var hasSound: Bool
  /// FFmpeg's name of the coding, such as `h264`.
  public var codec: String
  /// Whether the file is one picture.
  public var isStill: Bool
  /// How the samples stand for light.
  public var colour: ColourDescription
  /// Clockwise degrees by which stored frames are turned for display: 0, 90, 180 or 270.
  public var rotation: Int
}
