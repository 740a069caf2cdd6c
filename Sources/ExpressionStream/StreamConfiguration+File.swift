public import AvatarModel
import FaceRig
public import Geometry

extension StreamConfiguration {
  /// The configuration as bytes, little-endian; ``init(bytes:)`` is the inverse.
  ///
  ///     0       2        4        8      12      16  20  24  28  32
  ///     quality reserved interval width  height  fx  fy  cx  cy  transform …
  public func encoded() -> [UInt8] {
    var out: [UInt8] = []
    func word(_ v: UInt32) {
      for shift in [0, 8, 16, 24] as [UInt32] {
        out.append(UInt8(truncatingIfNeeded: v >> shift))
      }
    }
    word(UInt32(quality))
    word(interval)
    word(UInt32(camera.width))
    word(UInt32(camera.height))
    word(camera.focalLength.x.bitPattern)
    word(camera.focalLength.y.bitPattern)
    word(camera.center.x.bitPattern)
    word(camera.center.y.bitPattern)
    return out + transform.encoded()
  }

  /// Reads a configuration.
  ///
  /// - Throws: ``StreamError``. No memory is taken that the length does not justify.
  public init(bytes: [UInt8]) throws(StreamError) {
    let header = 32
    if bytes.count < header { throw .wrongLength(expected: header, found: bytes.count) }
    func word(_ i: Int) -> UInt32 {
      UInt32(bytes[i]) | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2]) << 16
        | UInt32(bytes[i + 3]) << 24
    }
    func float(_ i: Int) throws(StreamError) -> Float {
      let v = Float(bitPattern: word(i))
      if !(v.magnitude <= 1e6) { throw .valueOutOfRange(offset: i) }
      return v
    }
    if !Self.qualities.contains(Int(word(0) & 0xFFFF)) || word(0) > 0xFFFF {
      throw .valueOutOfRange(offset: 0)
    }
    if word(4) < 1 || word(4) > 90_000_000 { throw .valueOutOfRange(offset: 4) }
    let width = Int(clamping: word(8)), height = Int(clamping: word(12))
    if width < 1 || height < 1 || width > 16384 || height > 16384 {
      throw .valueOutOfRange(offset: 8)
    }
    let focal = SIMD2(try float(16), try float(20))
    if !(focal.x > 0 && focal.y > 0) { throw .valueOutOfRange(offset: 16) }
    let camera = PinholeCamera(
      width: width, height: height, focalLength: focal, center: SIMD2(try float(24), try float(28)))
    let transform: StreamTransform
    do throws(AvatarError) {
      transform = try StreamTransform(bytes: Array(bytes[header...]))
    } catch {
      throw .damagedTransform(error)
    }
    self.init(
      transform: transform, quality: Int(word(0)), interval: word(4), camera: camera)
  }

  /// A checksum that tells configurations apart: the CRC-32 of ``encoded()``.
  public var identifier: UInt32 {
    let bytes = encoded()
    return TemplateFormat.checksum(bytes, in: 0..<bytes.count)
  }
}
