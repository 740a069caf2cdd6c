/// A rectangle of whole pixels, from the top left.
public struct PixelRectangle: Sendable, Equatable {
  /// The left column and the top row.
  public var x, y: Int
  /// Size in pixels.
  public var width, height: Int

  /// Makes a rectangle.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The part within a picture of a size; empty (of size 0) where they do not meet.
  public func clipped(toWidth pictureWidth: Int, height pictureHeight: Int) -> PixelRectangle {
    func clip(_ start: Int, _ length: Int, _ limit: Int) -> (Int, Int) {
      let from = min(max(start, 0), limit)
      let (end, overflows) = start.addingReportingOverflow(max(0, length))
      return (from, max(0, (overflows ? limit : min(end, limit)) - from))
    }
    let (left, columns) = clip(x, width, pictureWidth)
    let (top, rows) = clip(y, height, pictureHeight)
    return PixelRectangle(x: left, y: top, width: columns, height: rows)
  }

  /// How many pixels it has.
  public var area: Int { width * height }
}
