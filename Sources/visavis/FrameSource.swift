import Foundation
import Geometry
import MediaIO

/// Pictures in time order, from a video or a folder.
protocol FrameSource: AnyObject {
  /// Size of every picture in pixels.
  var width: Int { get }
  /// Size of every picture in pixels.
  var height: Int { get }
  /// Frames a second; 0 where unknown.
  var frameRate: Double { get }
  /// How many frames to expect; 0 where unknown.
  var frameCountEstimate: Int { get }
  /// How many frames were left out because of damage.
  var damagedFrameCount: Int { get }
  /// The next picture (3 channels), or nil after the last.
  func next() throws -> VideoFrame?
}

/// A video as a source of pictures.
final class VideoFrames: FrameSource {
  private let reader: PrefetchingVideoReader

  /// Opens a video.
  init(path: String) throws {
    reader = PrefetchingVideoReader(try VideoReader(path: path))
  }

  var width: Int { reader.description.width }
  var height: Int { reader.description.height }
  var frameRate: Double { reader.description.frameRate }
  var frameCountEstimate: Int { reader.description.frameCountEstimate }
  var damagedFrameCount: Int { reader.damagedFrameCount }
  func next() throws -> VideoFrame? { try reader.next() }
}

/// A folder of numbered pictures as a source, transparency laid over one colour.
final class PictureFolder: FrameSource {
  let width, height: Int
  let frameRate: Double
  let damagedFrameCount = 0
  private let paths: [String]
  private let background: BackgroundColour
  private var position = 0

  /// Lists the pictures of a folder in the order of the numbers in their names.
  ///
  /// - Parameter frameRate: How many of them make a second.
  init(path: String, frameRate: Double, background: BackgroundColour) throws {
    let endings: Set = ["png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff"]
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let pictures = names.filter { name in
      !name.hasPrefix(".")
        && endings.contains(URL(fileURLWithPath: name).pathExtension.lowercased())
    }
    paths = pictures.sorted { $0.compare($1, options: .numeric) == .orderedAscending }
      .map { path + "/" + $0 }
    guard let first = paths.first else { throw CompareError.emptyFolder(path: path) }
    let picture = try PictureFile.read(first, as: .asStored)
    (width, height) = (picture.width, picture.height)
    self.frameRate = frameRate
    self.background = background
  }

  var frameCountEstimate: Int { paths.count }

  func next() throws -> VideoFrame? {
    guard position < paths.count else { return nil }
    let picture = try PictureFile.read(paths[position], as: .asStored)
    guard picture.width == width, picture.height == height else {
      throw CompareError.sizesDiffer(
        first: paths[0], firstSize: PixelSize(width, height), second: paths[position],
        secondSize: PixelSize(picture.width, picture.height))
    }
    defer { position += 1 }
    let colour = (background.red, background.green, background.blue)
    return VideoFrame(
      time: Double(position) / frameRate, image: picture.composited(over: colour))
  }
}

/// Opens a video or a folder.
///
/// - Parameter frameRate: For folders.
func openFrames(
  _ path: String, frameRate: Double, background: BackgroundColour
) throws -> any FrameSource {
  isFolder(path)
    ? try PictureFolder(path: path, frameRate: frameRate, background: background)
    : try VideoFrames(path: path)
}

/// Whether a path names a folder.
func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}
