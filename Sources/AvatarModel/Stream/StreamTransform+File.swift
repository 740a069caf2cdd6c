public import Geometry

extension StreamTransform {
  /// The transform as bytes; ``init(bytes:)`` is the inverse.
  ///
  /// The number of components; the reference pose, rotation by rows, then translation; the mean; the
  /// coordinates' units; the scales of increments and levels in octaves; the columns of the basis.
  public func encoded() -> [UInt8] {
    var w = ByteWriter()
    w.word(UInt32(count))
    for row in [reference.rotation.x, reference.rotation.y, reference.rotation.z] { w.vector(row) }
    w.vector(reference.translation)
    w.floats(mean + units)
    for octaves in incrementOctaves + levelOctaves { w.byte(octaves) }
    for number in columns { w.byte(UInt8(bitPattern: number)) }
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
    try r.require(48 + 10 * n + n * n)
    let x = try r.vector(), y = try r.vector()
    let rotation = Matrix3(x, y, try r.vector())
    let reference = RigidTransform(rotation: rotation, translation: try r.vector())
    let mean = try r.floats(n), units = try r.floats(n, atMost: 1e4)
    var increments = [UInt8](repeating: 0, count: n), levels = increments
    for k in 0..<n { increments[k] = try r.byte() }
    for k in 0..<n { levels[k] = try r.byte() }
    var columns = [Int8](repeating: 0, count: n * n)
    for at in columns.indices { columns[at] = Int8(bitPattern: try r.byte()) }
    try r.finish()
    self.init(
      reference: reference, mean: mean, units: units, columns: columns,
      incrementOctaves: increments, levelOctaves: levels)
  }
}
