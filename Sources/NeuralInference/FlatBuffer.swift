/// Bounds-checked reading of a FlatBuffers file (https://flatbuffers.dev/internals/).
///
/// Every read checks its place, so that any bytes yield values or a `ModelError`, never a trap.
struct FlatBuffer {
  let bytes: [UInt8]

  /// A table: the byte offset of its start, and of its list of field offsets.
  struct Table {
    let offset: Int
    let fields: Int
    let fieldBytes: Int
  }

  /// A vector: the byte offset of its first element, and how many there are.
  struct Vector {
    let offset: Int
    let count: Int
    static let empty = Vector(offset: 0, count: 0)
  }

  func check(_ offset: Int, _ count: Int) throws(ModelError) {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
      throw .outOfBounds(offset: offset, count: count)
    }
  }

  func uint8(_ offset: Int) throws(ModelError) -> Int {
    try check(offset, 1)
    return Int(bytes[offset])
  }

  func uint16(_ offset: Int) throws(ModelError) -> Int {
    try check(offset, 2)
    return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
  }

  func uint32(_ offset: Int) throws(ModelError) -> UInt32 {
    try check(offset, 4)
    return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8
      | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
  }

  func int32(_ offset: Int) throws(ModelError) -> Int {
    Int(Int32(bitPattern: try uint32(offset)))
  }

  /// The table, vector or string that the 32-bit offset at `place` points to.
  ///
  /// Offsets are unsigned and count from where they stand, and 2³¹ is past any file's end.
  func follow(_ place: Int) throws(ModelError) -> Int {
    let step = try uint32(place)
    guard step <= 0x7fff_ffff else { throw .outOfBounds(offset: place, count: 4) }
    // Int may have 32 bits.
    let (target, overflows) = place.addingReportingOverflow(Int(step))
    guard !overflows else { throw .outOfBounds(offset: place, count: 4) }
    try check(target, 4)
    return target
  }

  func table(at offset: Int) throws(ModelError) -> Table {
    let (fields, overflows) = offset.subtractingReportingOverflow(try int32(offset))
    guard !overflows else { throw .outOfBounds(offset: offset, count: 4) }
    try check(fields, 4)
    let fieldBytes = try uint16(fields)
    try check(fields, fieldBytes)
    return Table(offset: offset, fields: fields, fieldBytes: fieldBytes)
  }

  /// Where field `index` of a table stands, or nil when it is absent.
  func field(_ table: Table, _ index: Int) throws(ModelError) -> Int? {
    let place = 4 + 2 * index
    guard place + 2 <= table.fieldBytes else { return nil }
    let step = try uint16(table.fields + place)
    return step == 0 ? nil : table.offset + step
  }

  func int32(_ table: Table, _ index: Int, default value: Int = 0) throws(ModelError) -> Int {
    guard let place = try field(table, index) else { return value }
    return try int32(place)
  }

  func int8(_ table: Table, _ index: Int, default value: Int = 0) throws(ModelError) -> Int {
    guard let place = try field(table, index) else { return value }
    return Int(Int8(truncatingIfNeeded: try uint8(place)))
  }

  func subtable(_ table: Table, _ index: Int) throws(ModelError) -> Table? {
    guard let place = try field(table, index) else { return nil }
    return try self.table(at: follow(place))
  }

  /// A vector whose elements take `size` bytes each; empty when the field is absent.
  func vector(_ table: Table, _ index: Int, size: Int) throws(ModelError) -> Vector {
    guard let place = try field(table, index) else { return .empty }
    let offset = try follow(place)
    let count = Int(clamping: try uint32(offset))
    guard count <= bytes.count / size else { throw .outOfBounds(offset: offset + 4, count: count) }
    try check(offset + 4, count * size)
    return Vector(offset: offset + 4, count: count)
  }

  func subtable(_ vector: Vector, _ index: Int) throws(ModelError) -> Table {
    guard index >= 0, index < vector.count else {
      throw .invalidIndex(index, count: vector.count)
    }
    return try table(at: follow(vector.offset + 4 * index))
  }

  /// A vector of integers; `limit` keeps vectors that many tables share from adding up.
  func integers(_ table: Table, _ index: Int, limit: Int) throws(ModelError) -> [Int] {
    let v = try vector(table, index, size: 4)
    guard v.count <= limit else { throw .tooLarge(bytes: 4 * v.count) }
    var result: [Int] = []
    result.reserveCapacity(v.count)
    for i in 0..<v.count { result.append(try int32(v.offset + 4 * i)) }
    return result
  }

  func string(_ table: Table, _ index: Int) throws(ModelError) -> String {
    let v = try vector(table, index, size: 1)
    guard v.count <= 1024 else { throw .tooLarge(bytes: v.count) }
    return String(decoding: bytes[v.offset..<v.offset + v.count], as: UTF8.self)
  }
}
