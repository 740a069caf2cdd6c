import Foundation
import Geometry
import MediaIO
import Testing

@Suite struct PictureTests {
  @Test(arguments: [1, 3, 4], [(1, 1), (17, 5), (200, 130)])
  func pngComesBackSampleForSample(channels: Int, size: (Int, Int)) throws {
    try withScratchFolder { folder in
      let picture = noise(width: size.0, height: size.1, channels: channels, seed: 7)
      let path = folder + "/a.png"
      try PictureFile.writePNG(picture, to: path)
      #expect(try PictureFile.read(path, as: .asStored) == picture)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["a.png"])
      let colour = try PictureFile.read(path)
      #expect(colour.channels == 3)
      #expect(try PictureFile.read(path, as: .rgba).channels == 4)
      #expect(try PictureFile.read(path, as: .grey).channels == 1)
    }
  }

  @Test func jpegStaysCloseAndShrinksWithQuality() throws {
    try withScratchFolder { folder in
      let picture = gradient(width: 120, height: 90, phase: 0.4)
      let path = folder + "/a.jpg"
      let fine = try PictureFile.jpeg(picture, quality: 95)
      try AtomicFile.write(fine, to: path)
      #expect(decibels(try PictureFile.read(path), picture) > 38)
      #expect(try PictureFile.jpeg(picture, quality: 20).count < fine.count)
    }
  }

  @Test func photographsAreTurnedAsTheirMetadataSay() throws {
    try withScratchFolder { folder in
      let picture = gradient(width: 64, height: 32, phase: 0)
      var bytes = try PictureFile.jpeg(picture, quality: 95)
      // An Exif segment with one entry, orientation 6: turn a quarter clockwise.
      let exif: [UInt8] =
        [0xFF, 0xE1, 0, 34] + Array("Exif".utf8) + [0, 0] + Array("MM".utf8) + [0, 42, 0, 0, 0, 8]
        + [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]
      bytes.insert(contentsOf: exif, at: 2)
      let path = folder + "/a.jpg"
      try AtomicFile.write(bytes, to: path)
      let read = try PictureFile.read(path)
      #expect(read.width == 32 && read.height == 64)
      // The stored top left corner is shown top right.
      #expect(abs(Int(read[31, 0, 0]) - Int(picture[0, 0, 0])) < 12)
      #expect(abs(Int(read[31, 63, 0]) - Int(picture[63, 0, 0])) < 12)
    }
  }

  @Test func unusablePicturesAreRefused() {
    #expect(throws: MediaError.self) {
      _ = try PictureFile.png(PixelImage(width: 0, height: 4, channels: 3))
    }
    #expect(throws: MediaError.self) {
      _ = try PictureFile.png(PixelImage(width: 4, height: 4, channels: 2))
    }
    #expect(throws: MediaError.notFound(path: "/no.png")) { _ = try PictureFile.read("/no.png") }
  }

  @Test func resizingKeepsPlainColoursAndSmoothPictures() {
    let plain = PixelImage(width: 33, height: 20, channels: 3, repeating: 77)
    for (width, height) in [(1, 1), (7, 50), (33, 20), (100, 3)] {
      let resized = plain.resized(width: width, height: height)
      #expect(resized == PixelImage(width: width, height: height, channels: 3, repeating: 77))
    }
    let big = gradient(width: 300, height: 200, phase: 0.1)
    let small = gradient(width: 75, height: 50, phase: 0.1)
    #expect(decibels(big.resized(width: 75, height: 50), small) > 42)
    #expect(decibels(small.resized(width: 300, height: 200), big) > 38)
    #expect(big.reduced(toMaximumDimension: 150).width == 150)
    #expect(big.reduced(toMaximumDimension: 1000) == big)
  }

  @Test func reducingAFineCheckerboardGivesGreyNotMoire() {
    var board = PixelImage(width: 120, height: 120, channels: 1)
    for y in 0..<120 { for x in 0..<120 { board[x, y, 0] = (x + y) % 2 == 0 ? 255 : 0 } }
    let small = board.resized(width: 37, height: 37)
    for y in 3..<34 { for x in 3..<34 { #expect(abs(Int(small[x, y, 0]) - 127) < 8) } }
  }

  @Test func resizingDoesNotBleedHiddenColours() {
    // Opaque red beside fully transparent green.
    var picture = PixelImage(width: 8, height: 8, channels: 4)
    for y in 0..<8 {
      for x in 0..<8 {
        picture[x, y, 0] = x < 4 ? 200 : 0
        picture[x, y, 1] = x < 4 ? 0 : 255
        picture[x, y, 3] = x < 4 ? 255 : 0
      }
    }
    let small = picture.resized(width: 3, height: 3)
    for y in 0..<3 {
      for x in 0..<3 where small[x, y, 3] > 8 {
        #expect(abs(Int(small[x, y, 0]) - 200) < 4 && small[x, y, 1] < 4)
      }
    }
  }

  @Test func compositingMixesStoredValues() {
    let front = PixelImage(
      width: 3, height: 1, channels: 4,
      samples: [200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 128])
    let over = front.composited(over: (10, 20, 30))
    #expect(over.samples == [200, 100, 0, 10, 20, 30, 105, 60, 15])
    #expect(front.composited(over: over).samples[0..<6] == [200, 100, 0, 10, 20, 30])
    let grey = PixelImage(width: 1, height: 1, channels: 1, samples: [9])
    #expect(grey.composited(over: (1, 2, 3)).samples == [9, 9, 9])
    let matte = PixelImage(width: 3, height: 1, channels: 1, samples: [1, 2, 3])
    #expect(
      over.withAlpha(matte).samples.enumerated().filter { $0.offset % 4 == 3 }.map(\.element) == [
        1, 2, 3,
      ])
  }
}
