public import Geometry
internal import SplatKernels

extension ImagePlanes {
  /// The picture with straight alpha: red, green, blue divided by alpha, and alpha, in 8 bits.
  ///
  /// Values are clamped to 0…1 and rounded; where alpha is below 1/510 colour is 0.
  /// - Complexity: O(width · height).
  public func rgba(level: InstructionLevel = .best) -> PixelImage {
    pixels(channels: 4, background: .zero, level: level)
  }

  /// The picture over a background of one colour, in 8 bits, without alpha.
  public func rgb(over background: Vector3, level: InstructionLevel = .best) -> PixelImage {
    pixels(channels: 3, background: background, level: level)
  }

  /// Writes ``rgba(level:)`` to `width × height × 4` bytes.
  public func writeRGBA(
    to samples: UnsafeMutablePointer<UInt8>, level: InstructionLevel = .best
  ) {
    let convert = level.supported.convertRow
    for y in 0..<height {
      convert(
        pointer + y * rowStride, planeStride, width, 4, 0, 0, 0, samples + y * width * 4)
    }
  }

  /// Puts a colour behind the picture, which then hides all that is behind it.
  /// - Complexity: O(width · height).
  public func fill(behind background: Vector3) {
    let transmittance = pointer + 3 * planeStride
    for plane in 0..<3 {
      let color = pointer + plane * planeStride, behind = background[plane]
      for i in 0..<planeStride { color[i] += transmittance[i] * behind }
    }
    transmittance.update(repeating: 0, count: planeStride)
  }

  private func pixels(
    channels: Int, background: Vector3, level: InstructionLevel
  ) -> PixelImage {
    let convert = level.supported.convertRow
    let count = width * height * channels
    let samples = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      initialized = count
      guard let base = buffer.baseAddress else { return }
      for y in 0..<height {
        convert(
          pointer + y * rowStride, planeStride, width, channels, background.x, background.y,
          background.z, base + y * width * channels)
      }
    }
    return PixelImage(width: width, height: height, channels: channels, samples: samples)
  }
}
