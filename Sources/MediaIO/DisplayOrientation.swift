import CFFmpeg

/// How a stored picture is turned and mirrored for display; one of the eight that keep the grid.
struct DisplayOrientation: Equatable {
  /// Whether rows become columns.
  var isTransposed = false
  /// Whether the stored columns run from the right, or the stored rows from the bottom.
  var flipsX = false, flipsY = false

  /// A picture shown as it is stored.
  static let upright = DisplayOrientation()

  init(isTransposed: Bool = false, flipsX: Bool = false, flipsY: Bool = false) {
    self.isTransposed = isTransposed
    self.flipsX = flipsX
    self.flipsY = flipsY
  }

  /// Reads FFmpeg's 3 × 3 display matrix; angles between quarter turns go to the nearest one.
  init(displayMatrix m: UnsafePointer<Int32>) {
    // Destination x = m[0] x + m[3] y, destination y = m[1] x + m[4] y.
    isTransposed = m[0].magnitude < m[1].magnitude
    flipsX = isTransposed ? m[1] < 0 : m[0] < 0
    flipsY = isTransposed ? m[3] < 0 : m[4] < 0
  }

  /// Clockwise degrees of the turn (a mirror image counts as its unmirrored turn).
  var degrees: Int {
    if isTransposed { return flipsY ? 90 : 270 }
    return flipsX && flipsY ? 180 : 0
  }

  /// Copies interleaved rows into display order.
  ///
  /// - Parameters:
  ///   - source: Rows of `width` pixels of `channels` bytes, `stride` bytes apart.
  ///   - destination: `width × height × channels` bytes.
  func copy(
    from source: UnsafePointer<UInt8>, stride: Int, width: Int, height: Int, channels: Int,
    to destination: UnsafeMutablePointer<UInt8>
  ) {
    if self == .upright {
      for y in 0..<height {
        (destination + y * width * channels).update(
          from: source + y * stride, count: width * channels)
      }
      return
    }
    let (rows, columns) = isTransposed ? (width, height) : (height, width)
    // Byte distances in the source of one step right and down in the destination.
    let stepX = flipsX ? -channels : channels, stepY = flipsY ? -stride : stride
    let (right, down) = isTransposed ? (stepY, stepX) : (stepX, stepY)
    let start =
      source + (flipsX ? (width - 1) * channels : 0) + (flipsY ? (height - 1) * stride : 0)
    let block = 32
    for blockY in Swift.stride(from: 0, to: rows, by: block) {
      for blockX in Swift.stride(from: 0, to: columns, by: block) {
        for y in blockY..<min(blockY + block, rows) {
          var from = start + y * down + blockX * right
          var to = destination + (y * columns + blockX) * channels
          for _ in blockX..<min(blockX + block, columns) {
            for c in 0..<channels { to[c] = from[c] }
            from += right
            to += channels
          }
        }
      }
    }
  }
}

extension DisplayOrientation {
  /// The orientation in a stream's header.
  init(stream: UnsafePointer<AVStream>) {
    self.init()
    if let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, nil) {
      self = data.withMemoryRebound(to: Int32.self, capacity: 9) { .init(displayMatrix: $0) }
    }
  }

  /// The orientation that came with a frame (photographs), where there is one.
  init?(frame: UnsafePointer<AVFrame>) {
    guard let side = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX),
      side.pointee.size >= 36
    else { return nil }
    self = side.pointee.data.withMemoryRebound(to: Int32.self, capacity: 9) {
      .init(displayMatrix: $0)
    }
  }
}
