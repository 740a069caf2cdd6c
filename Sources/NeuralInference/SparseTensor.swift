/// A sparse constant's layout, as the schema's `SparsityParameters` describe it.
///
/// The dimensions are traversed in `order`, each dense (every index) or compressed (the indices
/// listed between two segment ends, as in compressed sparse rows). Dimensions past the tensor's own
/// are blocks within the dimension that `blockMap` names.
struct SparseTensor {
  private enum Level {
    case dense(size: Int)
    case compressed(segments: [Int], indices: [Int])
  }

  private let tensor: Int
  private let shape: [Int]
  private let order: [Int]
  private let blockMap: [Int]
  private var blockSizes: [Int] = []
  private var levels: [Level] = []

  init(
    _ file: FlatBuffer, _ table: FlatBuffer.Table, tensor: Int, shape: [Int]
  ) throws(ModelError) {
    self.tensor = tensor
    self.shape = shape
    order = try file.integers(table, 0, limit: 8)
    blockMap = try file.integers(table, 1, limit: 8)
    let metadata = try file.vector(table, 2, size: 4)
    let rank = shape.count + blockMap.count
    guard rank <= 8, order.count == rank, metadata.count == rank,
      Self.areDistinct(order, below: rank), Self.areDistinct(blockMap, below: shape.count)
    else { throw .invalidSparsity(tensor: tensor) }
    for index in 0..<rank {
      let level = try file.subtable(metadata, index)
      if try file.int8(level, 0) == 0 {
        let size = try file.int32(level, 1)
        guard size > 0, size <= Model.largestTensor else { throw .invalidSparsity(tensor: tensor) }
        levels.append(.dense(size: size))
      } else {
        levels.append(
          .compressed(
            segments: try Self.integers(file, level, 2), indices: try Self.integers(file, level, 4))
        )
      }
    }
    blockSizes = [Int](repeating: 1, count: blockMap.count)
    for (place, dimension) in order.enumerated() where dimension >= shape.count {
      guard case .dense(let size) = levels[place] else { throw .invalidSparsity(tensor: tensor) }
      blockSizes[dimension - shape.count] = size
    }
    for (block, dimension) in blockMap.enumerated()
    where shape[dimension] % blockSizes[block] != 0 {
      throw .invalidSparsity(tensor: tensor)
    }
  }

  /// Whether all are different and in 0..<`limit`.
  private static func areDistinct(_ values: [Int], below limit: Int) -> Bool {
    for (index, value) in values.enumerated() {
      if value < 0 || value >= limit || values[..<index].contains(value) { return false }
    }
    return true
  }

  /// A union of vectors of 32, 16 or 8 bits: its type stands in the field, its table after it.
  private static func integers(
    _ file: FlatBuffer, _ level: FlatBuffer.Table, _ field: Int
  ) throws(ModelError) -> [Int] {
    guard let values = try file.subtable(level, field + 1) else { return [] }
    let type = try file.int8(level, field)
    if type == 1 { return try file.integers(values, 0, limit: Model.largestTensor) }
    let size = type == 2 ? 2 : 1
    let v = try file.vector(values, 0, size: size)
    var result: [Int] = []
    result.reserveCapacity(v.count)
    for i in 0..<v.count {
      result.append(size == 2 ? try file.uint16(v.offset + 2 * i) : try file.uint8(v.offset + i))
    }
    return result
  }

  /// The dense tensor of `count` floats, zero where no value is stored.
  func dense(_ values: [Float], count: Int) throws(ModelError) -> [Float] {
    var result = [Float](repeating: 0, count: count)
    var position = [Int](repeating: 0, count: order.count)
    var next = 0
    try fill(0, 0, values, &next, &position, &result)
    guard next == values.count else {
      throw .invalidConstant(tensor: tensor, expected: next, found: values.count)
    }
    return result
  }

  /// Visits level `depth`, whose entries belong to entry `parent` of the level above.
  private func fill(
    _ depth: Int, _ parent: Int, _ values: [Float], _ next: inout Int, _ position: inout [Int],
    _ result: inout [Float]
  ) throws(ModelError) {
    if depth == levels.count {
      guard next < values.count else {
        throw .invalidConstant(tensor: tensor, expected: next + 1, found: values.count)
      }
      result[try place(position)] = values[next]
      next += 1
      return
    }
    switch levels[depth] {
    case .dense(let size):
      for i in 0..<size {
        position[order[depth]] = i
        try fill(depth + 1, parent * size + i, values, &next, &position, &result)
      }
    case .compressed(let segments, let indices):
      guard parent + 1 < segments.count, segments[parent] >= 0,
        segments[parent] <= segments[parent + 1], segments[parent + 1] <= indices.count
      else { throw .invalidSparsity(tensor: tensor) }
      for entry in segments[parent]..<segments[parent + 1] {
        position[order[depth]] = indices[entry]
        try fill(depth + 1, entry, values, &next, &position, &result)
      }
    }
  }

  /// The offset in the dense tensor of a position over dimensions and blocks.
  private func place(_ position: [Int]) throws(ModelError) -> Int {
    var offset = 0
    for dimension in shape.indices {
      var coordinate = position[dimension]
      if let block = blockMap.firstIndex(of: dimension) {
        guard coordinate >= 0, coordinate < shape[dimension] / blockSizes[block] else {
          throw .invalidSparsity(tensor: tensor)
        }
        coordinate = coordinate * blockSizes[block] + position[shape.count + block]
      }
      guard coordinate >= 0, coordinate < shape[dimension] else {
        throw .invalidSparsity(tensor: tensor)
      }
      offset = offset * shape[dimension] + coordinate
    }
    return offset
  }
}
