/// What can go wrong between a file and its pictures.
///
/// Paths are those the caller gave; reasons are FFmpeg's or the system's own words.
public enum MediaError: Error, Equatable, Sendable {
  /// There is no file at the path.
  case notFound(path: String)
  /// The file exists and cannot be opened, for example for want of permission or being a folder.
  case cannotOpen(path: String, reason: String)
  /// The file is not video or picture in a format that is known.
  case notMedia(path: String, reason: String)
  /// The file is media without a picture track.
  case noVideoStream(path: String)
  /// The pictures are coded in a way that no installed decoder reads.
  case noDecoder(path: String, codec: String)
  /// The file is media and no picture in it could be decoded.
  case damaged(path: String, reason: String)
  /// No file can be made at the path: its folder is missing or may not be written.
  case cannotCreate(path: String, reason: String)
  /// The disk filled up while the file was written; nothing was left behind.
  case diskFull(path: String)
  /// Writing failed for another reason; nothing was left behind.
  case cannotWrite(path: String, reason: String)
  /// The installed FFmpeg lacks an encoder.
  case noEncoder(name: String)
  /// The name does not end in a way that says which format is meant.
  case unknownExtension(path: String)
  /// A picture's size differs from the size of the video it was meant for.
  case sizeMismatch(expectedWidth: Int, expectedHeight: Int, width: Int, height: Int)
  /// A frame is not later than the frame before it; times in seconds.
  case timesNotIncreasing(previous: Double, next: Double)
  /// A picture cannot be used for the purpose, for example because it is empty.
  case unusablePicture(reason: String)
  /// There is not enough memory for a picture.
  case outOfMemory
}
