import GaussianSplats

/// A weight for each pixel, laid out as a plane of ``ImagePlanes`` of the same size.
public final class WeightPlane {
  /// Size in pixels.
  public let width, height: Int
  /// The distance between rows, a multiple of 16.
  public let rowStride: Int
  /// The first row, 64-byte aligned, owned by this object.
  public let pointer: UnsafeMutablePointer<Float>

  /// Makes a plane of one value.
  public init(width: Int, height: Int, repeating value: Float = 1) {
    self.width = width
    self.height = height
    rowStride = (width + 15) & ~15
    pointer = Storage<Float>(capacity: rowStride * height + 16).pointer
    pointer.update(repeating: value, count: rowStride * height)
  }

  deinit { pointer.deallocate() }

  /// The weight at column `x`, row `y`.
  public subscript(x: Int, y: Int) -> Float {
    get {
      precondition(x >= 0 && x < width && y >= 0 && y < height)
      return pointer[y * rowStride + x]
    }
    set {
      precondition(x >= 0 && x < width && y >= 0 && y < height)
      pointer[y * rowStride + x] = newValue
    }
  }
}
