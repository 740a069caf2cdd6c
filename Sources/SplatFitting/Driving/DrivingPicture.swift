public import FaceRig
import GaussianSplats
public import Geometry

/// A camera picture as the photometric driver compares it: cut out around the person and reduced
/// so that a centimetre at the head measures the same number of pixels in every capture.
public final class DrivingPicture {
  /// The camera of the reduced picture.
  public private(set) var camera: PinholeCamera
  /// Red, green, blue, matte, 0…1.
  let planes: ImagePlanes

  /// What the cut-out covers about the head's origin, in centimetres: to either side, up, down.
  static let reach: (side: Float, up: Float, down: Float) = (19, 17, 21)

  /// An empty picture.
  public init() {
    camera = PinholeCamera(width: 0, height: 0, focalLength: 1)
    planes = ImagePlanes(width: 0, height: 0)
  }

  /// Cuts and reduces a picture.
  ///
  /// - Parameters:
  ///   - image: three channels; `matte`: one channel of the same size.
  ///   - camera: the picture's camera.
  ///   - head: about where the head is.
  ///   - pixelsPerCentimetre: of the reduced picture at the head.
  public func load(
    _ image: PixelImage, matte: PixelImage, camera full: PinholeCamera, head: RigidTransform,
    pixelsPerCentimetre: Float
  ) {
    let z = max(head.translation.z, 1)
    let scale = min(1, pixelsPerCentimetre * z / full.focalLength.x)
    let centre = full.project(head.translation) * scale
    let whole = SIMD2(Float(full.width), Float(full.height)) * scale
    let p = scale * full.focalLength.x / z
    func clamp(_ v: Float, _ limit: Float) -> Int { Int(min(max(v, 0), limit).rounded(.down)) }
    let left = clamp(centre.x - Self.reach.side * p, whole.x - 1)
    let top = clamp(centre.y - Self.reach.up * p, whole.y - 1)
    let right = clamp(centre.x + Self.reach.side * p, whole.x)
    let bottom = clamp(centre.y + Self.reach.down * p, whole.y)
    let width = max(right - left, 1), height = max(bottom - top, 1)
    camera = PinholeCamera(
      width: width, height: height, focalLength: full.focalLength * scale,
      center: full.center * scale - SIMD2(Float(left), Float(top)))
    planes.resize(width: width, height: height)
    let columns = (0...width).map { Self.edge($0 + left, scale, image.width) }
    let rows = (0...height).map { Self.edge($0 + top, scale, image.height) }
    image.samples.withUnsafeBufferPointer { color in
      matte.samples.withUnsafeBufferPointer { alpha in
        for y in 0..<height {
          reduceRow(
            y, columns, rows[y]..<max(rows[y + 1], rows[y] + 1), color.baseAddress!,
            alpha.baseAddress!, image.width)
        }
      }
    }
  }

  /// The source pixel at which reduced pixel `i` begins.
  private static func edge(_ i: Int, _ scale: Float, _ limit: Int) -> Int {
    min(Int((Float(i) / scale).rounded()), limit - 1)
  }

  private func reduceRow(
    _ y: Int, _ columns: [Int], _ rows: Range<Int>, _ color: UnsafePointer<UInt8>,
    _ alpha: UnsafePointer<UInt8>, _ stride: Int
  ) {
    let out = planes.pointer + y * planes.rowStride
    for x in 0..<columns.count - 1 {
      let from = columns[x], to = max(columns[x + 1], from + 1)
      var sum = SIMD4<Int32>.zero
      for row in rows {
        let start = row * stride
        for i in start + from..<start + to {
          sum &+= SIMD4(
            Int32(color[3 * i]), Int32(color[3 * i + 1]), Int32(color[3 * i + 2]), Int32(alpha[i]))
        }
      }
      let gain = 1 / Float(255 * rows.count * (to - from))
      for c in 0..<4 { out[c * planes.planeStride + x] = Float(sum[c]) * gain }
    }
  }
}
