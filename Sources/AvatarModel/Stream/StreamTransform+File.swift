public import Geometry

extension StreamTransform {
  /// The transform as bytes; ``init(bytes:)`` is the inverse.
  ///
  /// The number of components; the reference pose, rotation by rows, then translation; the mean; the
  /// scales of increments and levels; then each column of the basis, its unit before its 16-bit
  /// numbers. All little-endian.
  public func encoded() -> [UInt8] {
    var w = ByteWriter()
    w.word(UInt32(count))
    for row in [reference.rotation.x, reference.rotation.y, reference.rotation.z] { w.vector(row) }
    w.vector(reference.translation)
    w.floats(mean + incrementScale + levelScale)
    for k in 0..<count {
      let scale = Self.columnScale(basis, count, k)
      w.float(scale)
      for i in 0..<count {
        w.short(UInt16(bitPattern: Self.short(basis[k * count + i], scale)))
      }
    }
    return w.bytes
  }

  /// Reads a transform.
  ///
  /// - Throws: ``AvatarError``. No memory is taken that the length does not justify.
  public init(bytes: [UInt8]) throws(AvatarError) {
    try self.init(ByteReader(bytes, .stream, 0..<bytes.count))
  }

  init(_ reader: ByteReader) throws(AvatarError) {
    var r = reader
    let n = try r.count(atMost: Self.largestCount)
    try r.check(n >= StateCoordinates.correction)
    try r.require(48 + 12 * n + n * (4 + 2 * n))
    let x = try r.vector(), y = try r.vector()
    let rotation = Matrix3(x, y, try r.vector())
    let reference = RigidTransform(rotation: rotation, translation: try r.vector())
    let mean = try r.floats(n)
    let increments = try r.floats(n), levels = try r.floats(n)
    var basis = [Float](repeating: 0, count: n * n)
    for k in 0..<n {
      let scale = try r.float(atMost: 1e4)
      for i in 0..<n { basis[k * n + i] = Float(Int16(bitPattern: try r.short())) * scale }
    }
    try r.finish()
    self.init(
      exactly: reference, mean: mean, basis: basis, incrementScale: increments,
      levelScale: levels)
  }
}
