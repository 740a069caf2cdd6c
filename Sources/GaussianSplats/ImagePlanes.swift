/// A picture as four planes of floats.
///
/// As the rasteriser's output: red, green and blue premultiplied by alpha, and transmittance
/// (1 − alpha): over a background b the picture is `colour + transmittance · b`. As a gradient:
/// dL/d(premultiplied red, green, blue) and dL/d(alpha).
///
///     plane p, row y, column x  at  p · planeStride + y · rowStride + x
///
/// Rows are padded to a multiple of 16; what the padding holds has no meaning.
public final class ImagePlanes {
  /// Size in pixels.
  public private(set) var width = 0, height = 0
  /// The distance between rows, a multiple of 16.
  public private(set) var rowStride = 0
  /// The distance between planes.
  public private(set) var planeStride = 0
  private var storage: Storage<Float>

  /// Makes black, transparent planes, whose fourth plane is zero.
  public init(width: Int, height: Int) {
    storage = Storage(capacity: 4 * ((max(width, 0) + 15) & ~15) * max(height, 0))
    resize(width: width, height: height)
  }

  deinit { storage.deallocate() }

  /// The first plane, 64-byte aligned; valid until the next ``resize(width:height:)``.
  public var pointer: UnsafeMutablePointer<Float> { storage.pointer }

  /// The plane of a number in 0..<4.
  public func plane(_ index: Int) -> UnsafeMutablePointer<Float> {
    precondition(index >= 0 && index < 4)
    return storage.pointer + index * planeStride
  }

  /// Changes the size, after which the contents have no meaning.
  public func resize(width: Int, height: Int) {
    precondition(width >= 0 && height >= 0 && width <= 16384 && height <= 16384)
    self.width = width
    self.height = height
    rowStride = (width + 15) & ~15
    planeStride = rowStride * height
    storage.reserve(4 * planeStride)
  }

  /// The value of plane `plane` at column `x`, row `y`.
  public subscript(plane: Int, x: Int, y: Int) -> Float {
    get {
      precondition(plane >= 0 && plane < 4 && x >= 0 && x < width && y >= 0 && y < height)
      return storage.pointer[plane * planeStride + y * rowStride + x]
    }
    set {
      precondition(plane >= 0 && plane < 4 && x >= 0 && x < width && y >= 0 && y < height)
      storage.pointer[plane * planeStride + y * rowStride + x] = newValue
    }
  }

  /// Sets every value of every plane.
  public func fill(_ value: Float) {
    storage.pointer.update(repeating: value, count: 4 * planeStride)
  }
}
