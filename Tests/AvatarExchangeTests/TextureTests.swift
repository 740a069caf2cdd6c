import AvatarModel
import CZlib
import FaceRig
import Geometry
import MediaIO
import Testing

@testable import AvatarExchange

struct TextureTests {
  /// The pixels of a PNG that was filtered row by row, as the standard's section 9 undoes it.
  private func pixels(_ png: [UInt8]) throws -> (pixels: [UInt8], width: Int, height: Int) {
    var packed: [UInt8] = [], place = 8, width = 0, height = 0
    func word(_ k: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(png[k + $1]) } }
    while place < png.count {
      let length = word(place)
      let body = Array(png[place + 4..<place + 8 + length])
      #expect(word(place + 8 + length) == Int(Compression.checksum(body)))
      let name = String(decoding: body[..<4], as: UTF8.self)
      if name == "IHDR" { (width, height) = (word(place + 8), word(place + 12)) }
      if name == "IDAT" { packed += body[4...] }
      place += 12 + length
    }
    #expect(place == png.count)
    var count = uLong((3 * width + 1) * height)
    var plain = [UInt8](repeating: 0, count: Int(count))
    try #require(uncompress(&plain, &count, packed, uLong(packed.count)) == Z_OK)
    let stride = 3 * width
    var result = [UInt8](repeating: 0, count: stride * height)
    for y in 0..<height {
      let filter = plain[y * (stride + 1)]
      for x in 0..<stride {
        let a = x < 3 ? 0 : Int(result[y * stride + x - 3])
        let b = y < 1 ? 0 : Int(result[(y - 1) * stride + x])
        let c = x < 3 || y < 1 ? 0 : Int(result[(y - 1) * stride + x - 3])
        let near = [a, b, c].map { abs(a + b - c - $0) }
        let paeth = near[0] <= near[1] && near[0] <= near[2] ? a : near[1] <= near[2] ? b : c
        let guess = [0, a, b, (a + b) / 2, paeth][Int(filter)]
        result[y * stride + x] = plain[y * (stride + 1) + 1 + x] &+ UInt8(guess)
      }
    }
    return (result, width, height)
  }

  @Test(arguments: [(1, 1), (7, 3), (64, 40)])
  func `pictures come back from a small PNG as they were`(_ width: Int, _ height: Int) throws {
    var random = SeededRandom(seed: 9)
    for isNoise in [false, true] {
      let samples = (0..<3 * width * height).map { k in
        isNoise ? UInt8(random.uniform() * 255) : UInt8(k / 3 % width * 3 + k / 3 / width)
      }
      var picture = PixelImage(width: width, height: height, channels: 3)
      picture.samples = samples
      let back = try pixels(PictureFile.png(picture, isSmall: true))
      #expect(back.pixels == samples && back.width == width && back.height == height)
    }
  }

  @Test func `islands lie apart and inside, and no texel belongs to two triangles`() throws {
    for (_, avatar) in avatars() {
      let atlas = TextureAtlas(avatar.template)
      let size = TextureAtlas.size
      #expect(atlas.triangles.count == avatar.template.triangles.count)
      var owner = [Int](repeating: -1, count: size * size)
      var twice = 0, painted = 0
      for t in atlas.triangles {
        let corners = (0..<3).map { atlas.places[Int(t[$0])] }
        for p in corners { #expect(p.min() >= 0 && p.max() <= Float(size)) }
        FlatTriangle(corners).forEachPixel(width: size, height: size) { x, y, share in
          #expect(abs(share.x + share.y + share.z - 1) < 1e-3)
          let island = atlas.islandOfVertex[Int(t.x)]
          if owner[y * size + x] >= 0 && owner[y * size + x] != island { twice += 1 }
          owner[y * size + x] = island
          painted += 1
        }
      }
      #expect(twice == 0 && painted > size * size / 3)
      #expect(atlas.discs.count == 2)
      // Around every island there is room for its rim.
      for y in 0..<size - 4 {
        for x in 0..<size - 4 where owner[y * size + x] >= 0 {
          for (dx, dy) in [(4, 0), (0, 4)] {
            let other = owner[(y + dy) * size + x + dx]
            #expect(other < 0 || other == owner[y * size + x])
          }
        }
      }
    }
  }

  @Test func `what nobody sees takes the colours around it`() {
    // A disc of 64 texels across, seen but for its lower half; and a strip, seen at its ends.
    let size = 128
    var fill = TextureFill(size: size)
    var sums = [SIMD4<Float>](repeating: .zero, count: size * size)
    func color(_ ring: Float) -> SIMD4<Float> { SIMD4(ring / 32, 1 - ring / 32, 0.5, 1) }
    for y in 0..<64 {
      for x in 0..<64 {
        let d = SIMD2(Float(x) - 31.5, Float(y) - 31.5)
        let ring = (d * d).sum().squareRoot()
        guard ring < 32 else { continue }
        fill.add(y * size + x, to: 0)
        if y < 32 { sums[y * size + x] = color(ring) }
      }
    }
    for x in 0..<100 {
      fill.add(100 * size + x, to: 1)
      if x < 10 { sums[100 * size + x] = SIMD4(1, 0, 0, 1) }
      if x >= 90 { sums[100 * size + x] = SIMD4(0, 0, 1, 1) }
    }
    fill.completeRings(&sums, ofIsland: 0)
    fill.complete(&sums)
    for y in 40..<60 {
      let sum = sums[y * size + 31]
      let wrong = sum / sum.w - color(Float(y) - 31.5)
      #expect(max(wrong.max(), -wrong.min()) < 0.07)
    }
    let middle = sums[100 * size + 50] / sums[100 * size + 50].w
    #expect(middle.x > 0.2 && middle.z > 0.2 && middle.y < 0.01)
    let near = sums[100 * size + 12] / sums[100 * size + 12].w
    #expect(near.x > 0.8)
    // Between the islands nothing was painted.
    #expect(sums[80 * size + 80] == .zero)
  }

  @Test func `eyes have dark pupils, and white all around`()
    throws
  {
    for (_, avatar) in avatars().prefix(1) {
      let atlas = TextureAtlas(avatar.template)
      let mesh = try AvatarMesh(avatar)
      let (samples, width, _) = try pixels(mesh.texture)
      #expect(mesh.texture.count < 2_000_000 && width == TextureAtlas.size)
      // On an eyeball's disc the rim, which is white, is brighter than the middle, which is the pupil.
      for island in atlas.discs {
        let places = atlas.places.indices.filter { atlas.islandOfVertex[$0] == island }
          .map { atlas.places[$0] }
        let middle = places.reduce(SIMD2<Float>.zero) { $0 + $1 } / Float(places.count)
        func brightness(at distance: Float) -> Int {
          (0..<8).reduce(0) { sum, k in
            let (s, c) = ElementaryFunctions.sinCos(Float(k) * .pi / 4)
            let texel = 3 * (Int(middle.y + distance * s) * width + Int(middle.x + distance * c))
            return sum + (0..<3).reduce(0) { $0 + Int(samples[texel + $1]) }
          }
        }
        #expect(brightness(at: 60) > brightness(at: 4))
      }
    }
  }
}
