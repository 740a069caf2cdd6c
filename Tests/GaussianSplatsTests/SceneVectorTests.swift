import Foundation
import GaussianSplats
import Geometry
import Testing

/// The picture that the browser's drawing code is compared with: Tests/Vectors/scene.
///
/// To write both files anew: VISAVIS_WRITE_VECTORS=1 swift test --filter SceneVectorTests
@Suite struct SceneVectorTests {
  static let camera = PinholeCamera(
    width: 192, height: 160, focalLength: [230, 225], center: [101.25, 74.5])

  /// Splats of all sizes, from faint specks to ones wider than the picture, some outside it, too
  /// near or too faint; colours and opacities as bytes have them.
  static func makeSplats() -> SplatBuffer {
    let splats = randomSplats(600, seed: 11, largest: 2.5)
    for i in 0..<splats.count {
      for plane in [SplatPlane.red, .green, .blue, .opacity] {
        splats[plane, i] = (splats[plane, i] * 255).rounded() / 255
      }
      if i % 40 == 7 { for m in 3..<12 { splats[SplatPlane(rawValue: m)!, i] *= 8 } }
      if i % 50 == 3 { splats[.meanX, i] *= 3 }
      if i % 9 == 2 { splats[.opacity, i] = 1 }
    }
    for (i, z) in [(0, -20), (1, 0), (2, 0.5)] as [(Int, Float)] { splats[.meanZ, i] = z }
    return splats
  }

  /// As the browser takes them: 8 numbers, then centres, covariances, colours and the order.
  static func encode(_ splats: SplatBuffer) -> Data {
    var bytes = Data()
    func put<T>(_ value: T) { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
    let indices = 0..<splats.count
    for n in [splats.count, camera.width, camera.height] { put(UInt32(n)) }
    for n in [
      camera.focalLength.x, camera.focalLength.y, camera.center.x, camera.center.y, 0,
    ] { put(n) }
    for i in indices { for plane in [SplatPlane.meanX, .meanY, .meanZ] { put(splats[plane, i]) } }
    for i in indices {
      let m = (3..<12).map { splats[SplatPlane(rawValue: $0)!, i] }
      for (a, b) in [(0, 0), (0, 3), (0, 6), (3, 3), (3, 6), (6, 6)] {
        put(m[a] * m[b] + m[a + 1] * m[b + 1] + m[a + 2] * m[b + 2])
      }
    }
    for i in indices {
      for plane in [SplatPlane.red, .green, .blue, .opacity] {
        put(UInt8(splats[plane, i] * 255 + 0.5))
      }
    }
    for i in indices.sorted(by: { splats[.meanZ, $0] > splats[.meanZ, $1] }) { put(UInt32(i)) }
    return bytes
  }

  /// Straight alpha, 4 bytes a pixel.
  static func draw(_ splats: SplatBuffer) -> Data {
    let rasterizer = Rasterizer(capacity: 0, maxWidth: 0, maxHeight: 0, level: .baseline)
    rasterizer.forward(splats, camera: camera)
    return Data(rasterizer.image.rgba(level: .baseline).samples)
  }

  @Test func `the scene of the browser's tests is what the rasteriser draws`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Vectors/scene")
    let splatsFile = folder.appendingPathComponent("synthetic.splats")
    let pictureFile = folder.appendingPathComponent("synthetic.rgba")
    let splats = Self.makeSplats()
    let encoded = Self.encode(splats), picture = Self.draw(splats)
    if ProcessInfo.processInfo.environment["VISAVIS_WRITE_VECTORS"] != nil {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try encoded.write(to: splatsFile)
      try picture.write(to: pictureFile)
    }
    // Sines of another platform may differ in the last bit.
    let written = try Data(contentsOf: splatsFile)
    #expect(written.count == encoded.count)
    let expected = try Data(contentsOf: pictureFile)
    try #require(expected.count == picture.count)
    let largest = zip(picture, expected).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(largest <= 2)
    #expect(Set(expected).count > 200)
  }
}
