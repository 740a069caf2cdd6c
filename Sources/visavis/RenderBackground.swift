import ArgumentParser
import Foundation
import GaussianSplats
import Geometry
import MediaIO

/// What is behind the avatar: a colour or a picture, by its path.
enum RenderBackground: ExpressibleByArgument, Equatable {
  case colour(BackgroundColour)
  case picture(String)

  init?(argument: String) {
    if argument.isEmpty { return nil }
    self = BackgroundColour(argument: argument).map { .colour($0) } ?? .picture(argument)
  }

  var defaultValueDescription: String {
    switch self {
    case .colour(let colour): colour.defaultValueDescription
    case .picture(let path): path
    }
  }

  /// Ready to be put behind pictures of a size.
  func picture(width: Int, height: Int) throws -> Backdrop {
    switch self {
    case .colour(let c):
      return .colour(Vector3(Float(c.red), Float(c.green), Float(c.blue)) / 255)
    case .picture(let path):
      guard FileManager.default.fileExists(atPath: path) else {
        throw BackgroundError.neither(argument: path)
      }
      return .picture(try PictureFile.read(path).covering(width: width, height: height))
    }
  }
}

/// Why nothing can be put behind.
enum BackgroundError: Error, Equatable, UserFacingError {
  /// Neither a colour nor a file.
  case neither(argument: String)

  var sentence: String {
    switch self {
    case .neither(let argument):
      "\(argument) is neither a colour nor a picture that exists. "
        + "Give grey, black, white, r,g,b, #rrggbb, or the path of a picture."
    }
  }

  var exitCode: FailureCode { .noInput }
}

/// What is behind, at the pictures' size.
enum Backdrop {
  case colour(Vector3)
  case picture(PixelImage)

  /// A rendering with this behind it, 3 channels.
  func behind(_ planes: ImagePlanes) -> PixelImage {
    switch self {
    case .colour(let colour): planes.rgb(over: colour)
    case .picture(let picture): planes.rgba().composited(over: picture)
    }
  }
}

extension PixelImage {
  /// The picture's middle, scaled to cover a size wholly.
  func covering(width newWidth: Int, height newHeight: Int) -> PixelImage {
    let scale = max(Double(newWidth) / Double(width), Double(newHeight) / Double(height))
    let whole = resized(
      width: max(newWidth, Int((Double(width) * scale).rounded())),
      height: max(newHeight, Int((Double(height) * scale).rounded())))
    let left = (whole.width - newWidth) / 2, top = (whole.height - newHeight) / 2
    var part: [UInt8] = []
    part.reserveCapacity(newWidth * newHeight * channels)
    for y in 0..<newHeight {
      let start = ((y + top) * whole.width + left) * channels
      part += whole.samples[start..<start + newWidth * channels]
    }
    return PixelImage(width: newWidth, height: newHeight, channels: channels, samples: part)
  }
}
