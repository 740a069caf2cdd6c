/// A size in pixels.
struct PixelSize: Equatable, CustomStringConvertible {
  var width, height: Int
  init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }
  var description: String { "\(width) × \(height)" }
}

/// Why two videos cannot be compared.
enum CompareError: Error, Equatable, UserFacingError {
  /// Their pictures differ in size.
  case sizesDiffer(first: String, firstSize: PixelSize, second: String, secondSize: PixelSize)
  /// A folder holds no pictures.
  case emptyFolder(path: String)
  /// No frame of one is shown when a frame of the other is.
  case nothingInCommon(first: String, second: String)
  /// The crop lies outside the pictures.
  case cropOutside(size: PixelSize)

  var sentence: String {
    switch self {
    case .sizesDiffer(let first, let firstSize, let second, let secondSize):
      "\(first) is \(firstSize) pixels and \(second) is \(secondSize). "
        + "Render at the size of the reference, or resize one of them first."
    case .emptyFolder(let path):
      "The folder \(path) holds no pictures. Put numbered PNG files into it."
    case .nothingInCommon(let first, let second):
      "No frame of \(first) is shown at the time of a frame of \(second). "
        + "If one starts later, say by how much with --offset."
    case .cropOutside(let size):
      "The crop lies outside the pictures, which are \(size) pixels. Give x,y,width,height within them."
    }
  }

  var exitCode: FailureCode {
    switch self {
    case .sizesDiffer, .nothingInCommon: .badData
    case .emptyFolder: .noInput
    case .cropOutside: .usage
    }
  }
}
