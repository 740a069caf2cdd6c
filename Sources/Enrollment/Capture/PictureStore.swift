import Geometry

/// The kept pictures of a capture and their rough mattes, let go as they are used up.
final class PictureStore: @unchecked Sendable {
  // @unchecked because pictures are kept and let go only between jobs, which read them.
  private var pictures: [PixelImage?] = []
  private var mattes: [PixelImage?] = []

  /// How many were kept.
  var count: Int { pictures.count }

  /// Keeps a picture; returns where.
  func keep(_ picture: PixelImage, matte: PixelImage) -> Int {
    pictures.append(picture)
    mattes.append(matte)
    return pictures.count - 1
  }

  /// A picture that has not been let go.
  func picture(_ index: Int) -> PixelImage {
    guard let picture = pictures[index] else { preconditionFailure("picture \(index) was let go") }
    return picture
  }

  /// The matte of a picture that has not been let go.
  func matte(_ index: Int) -> PixelImage {
    guard let matte = mattes[index] else { preconditionFailure("matte \(index) was let go") }
    return matte
  }

  /// Gives a picture's memory back.
  func release(_ index: Int) {
    pictures[index] = nil
    mattes[index] = nil
  }
}
